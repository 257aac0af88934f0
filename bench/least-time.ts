/** Calls that one token bucket has to serve. */
export interface Bucket {
  readonly calls: number;
  /** Calls a second that it takes. */
  readonly rate: number;
  /** Calls that it takes at once; it is full at the start. */
  readonly burst: number;
}

/**
 * The least time in which all buckets can serve their calls, in seconds: each serves its burst at once
 * and the rest at its rate, side by side with the others.
 */
export function leastSeconds(buckets: readonly Bucket[]): number {
  return Math.max(0, ...buckets.map(({ calls, rate, burst }) => (calls - burst) / rate));
}

export interface BackoffOptions {
  /** First wait. */
  readonly baseMs: number;
  /** Longest wait. */
  readonly capMs: number;
}

/**
 * When to try again: exponential from `baseMs`, capped, with equal jitter (half fixed, half random) so
 * that what failed together does not come back together and none comes back at once.
 *
 * @param attempts attempts made so far, from 1
 * @param random a number from 0 to below 1
 */
export function backoffMs(attempts: number, options: BackoffOptions, random: number): number {
  const full = Math.min(options.capMs, options.baseMs * 2 ** (attempts - 1));
  return full / 2 + (random * full) / 2;
}

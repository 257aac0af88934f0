/** How calls of AWS are retried: the only place where they are (the SDK's own retries are off). */
export interface RetryPolicy {
  /** Throttled answers in a row after which a call gives up. Default 10. */
  readonly maxThrottled: number;
  /** Tries of a call that fails in a transient way. Default 4. */
  readonly maxTransient: number;
  /** Longest first wait in ms; doubles with every try. Default 200. */
  readonly baseMs: number;
  /** Longest wait in ms. Default 5000. */
  readonly capMs: number;
}

export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  maxThrottled: 10,
  maxTransient: 4,
  baseMs: 200,
  capMs: 5000,
};

/**
 * Wait before try `attempt` (1 = first retry) in ms: full jitter, so that callers that were refused
 * together do not come back together.
 */
export function backoffMs(policy: RetryPolicy, attempt: number, random: () => number): number {
  return Math.round(random() * Math.min(policy.capMs, policy.baseMs * 2 ** (attempt - 1)));
}

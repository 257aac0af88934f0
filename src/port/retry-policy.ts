import type { PortError } from '../errors/port-error.js';

/** How long a call keeps trying. */
export interface RetryPolicy {
  /** Tries in all; Infinity for ever. */
  readonly attempts: number;
  /** The first wait is at most this, each further one at most twice the one before. Ms. */
  readonly baseMs: number;
  /** No wait of our own choosing is longer. Ms. */
  readonly capMs: number;
  /** After so long no further try begins, except where Port itself asked to wait. Ms. */
  readonly deadlineMs?: number;
  /** Bound on each try's wait for the answer's head, and between parts of its body. Ms; default: the client's. */
  readonly timeoutMs?: number;
  /** Whether refused credentials are tried again (they may come back while a long run goes on). */
  readonly retryUnauthorized: boolean;
  /** Asked after each failed try; true ends the call with that failure. */
  readonly giveUp?: (error: PortError, attempt: number) => boolean;
}

/** For calls that must come through, whatever takes how long: Port down for hours is waited for. */
export const FOREVER: RetryPolicy = {
  attempts: Infinity,
  baseMs: 500,
  capMs: 30_000,
  retryUnauthorized: true,
};

/** For calls of the start: a wrong address or a Port that is down is told within seconds. */
export const STARTUP: RetryPolicy = {
  attempts: 6,
  baseMs: 1_000,
  capMs: 4_000,
  deadlineMs: 8_000,
  timeoutMs: 10_000,
  retryUnauthorized: false,
};

/** For calls in the middle of work that can be missed: a minute's trouble is ridden out. */
export const PATIENT: RetryPolicy = {
  attempts: 10,
  baseMs: 500,
  capMs: 10_000,
  deadlineMs: 60_000,
  retryUnauthorized: false,
};

/** Whether trying again may help: no answer, time-outs, rate limits, Port's own faults (501 is for good). */
export function isTransient(status: number): boolean {
  if (status === 0 || status === 408 || status === 425 || status === 429) return true;
  return status >= 500 && status !== 501;
}

/**
 * How long to wait before the next try, in ms; undefined where there is none. Exponential with full
 * jitter, and never shorter than Port asked for. A 429's own wait is the rate limiter's part: the whole
 * family waits there, so here it is 0.
 *
 * @param attempt number of tries so far, from 1
 * @param elapsedMs since the first began
 */
export function retryWait(
  policy: RetryPolicy,
  error: PortError,
  attempt: number,
  elapsedMs: number,
  random: () => number,
): number | undefined {
  const unauthorized = error.code === 'port.unauthorized';
  if (unauthorized ? !policy.retryUnauthorized : !isTransient(error.status)) return undefined;
  if (attempt >= policy.attempts || policy.giveUp?.(error, attempt) === true) return undefined;
  if (error.status === 429) return 0;
  const wait = Math.max(backoff(policy, attempt, random), error.retryAfterMs ?? 0);
  const late = policy.deadlineMs !== undefined && elapsedMs + wait > policy.deadlineMs;
  return late ? undefined : wait;
}

/** Full jitter: anywhere between nothing and the exponential bound, so that many waiters spread. */
export function backoff(
  policy: Pick<RetryPolicy, 'baseMs' | 'capMs'>,
  attempt: number,
  random: () => number,
): number {
  return random() * Math.min(policy.capMs, policy.baseMs * 2 ** Math.min(attempt - 1, 30));
}

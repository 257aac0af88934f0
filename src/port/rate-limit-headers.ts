/** Header fields as undici gives them: lower-case names. */
export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** What an answer says about its limit; each field is absent where its header is, or is no number. */
export interface RateLimitHeaders {
  /** Requests a period. */
  readonly limit?: number;
  readonly remaining?: number;
  /** Ms until `remaining` is whole again. */
  readonly resetMs?: number;
  /** Length of the period in ms. */
  readonly periodMs?: number;
  /** Ms to wait before asking again. */
  readonly retryAfterMs?: number;
}

/** Nobody means a longer wait than this; a header that says so is wrong or speaks of another clock. */
const MAX_WAIT_MS = 3_600_000;

/** A `x-ratelimit-reset` above this is a time since 1970 in seconds; above a thousand times this, in ms. */
const EPOCH_SECONDS = 1_000_000_000;

/**
 * Reads `Retry-After` (seconds or an HTTP date) and Port's `x-ratelimit-limit`, `-remaining`, `-reset`
 * and `-period` (seconds). The reset is read as seconds from now or as a moment, whichever it can be.
 */
export function readRateLimitHeaders(headers: AnswerHeaders, wallTime: number): RateLimitHeaders {
  const found: { -readonly [name in keyof RateLimitHeaders]: RateLimitHeaders[name] } = {};
  const limit = numberOf(headers['x-ratelimit-limit']);
  const remaining = numberOf(headers['x-ratelimit-remaining']);
  const reset = numberOf(headers['x-ratelimit-reset']);
  const period = numberOf(headers['x-ratelimit-period']);
  const retryAfter = retryAfterOf(headers['retry-after'], wallTime);
  if (limit !== undefined) found.limit = limit;
  if (remaining !== undefined) found.remaining = remaining;
  if (reset !== undefined) found.resetMs = bounded(untilReset(reset, wallTime));
  if (period !== undefined) found.periodMs = bounded(period * 1_000);
  if (retryAfter !== undefined) found.retryAfterMs = bounded(retryAfter);
  return found;
}

function untilReset(reset: number, wallTime: number): number {
  if (reset >= EPOCH_SECONDS * 1_000) return reset - wallTime;
  return reset >= EPOCH_SECONDS ? reset * 1_000 - wallTime : reset * 1_000;
}

function retryAfterOf(value: string | string[] | undefined, wallTime: number): number | undefined {
  const seconds = numberOf(value);
  if (seconds !== undefined) return seconds * 1_000;
  if (typeof value !== 'string') return undefined;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : at - wallTime;
}

function numberOf(value: string | string[] | undefined): number | undefined {
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}

function bounded(ms: number): number {
  return Math.min(Math.max(ms, 0), MAX_WAIT_MS);
}

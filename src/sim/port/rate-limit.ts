import { PortRefusal } from './answer.js';

/** How many requests of a class Port takes. */
export interface PortLimit {
  /** Requests in a period. */
  readonly limit: number;
  /** Requests in one second. */
  readonly burst: number;
}

/** The classes of requests that Port counts apart. */
export type PortLimitClass = 'entities' | 'upsert' | 'other';

/** Limits as Port documents them; the period is five minutes. */
export const DEFAULT_LIMITS: Readonly<Record<PortLimitClass, PortLimit>> = {
  entities: { limit: 35_000, burst: 3_500 },
  upsert: { limit: 10_000, burst: 200 },
  other: { limit: 15_000, burst: 15_000 },
};

/** Counts requests in fixed windows, and says so in headers. */
export class RateLimiter {
  private readonly windows = new Map<string, { start: number; count: number }>();

  constructor(
    private limits: Readonly<Record<PortLimitClass, PortLimit>>,
    private readonly periodSeconds: number,
  ) {}

  /** Replaces limits; counting starts anew. */
  set(limits: Partial<Record<PortLimitClass, PortLimit>>): void {
    this.limits = { ...this.limits, ...limits };
    this.windows.clear();
  }

  /** Counts one request. `headers` go on every answer; `refused` is set where the request is one too many. */
  count(of: PortLimitClass): {
    headers: Record<string, string>;
    refused: PortRefusal | undefined;
    retryAfter: number;
  } {
    const { limit, burst } = this.limits[of];
    const whole = this.window(of, this.periodSeconds);
    const second = this.window(`${of}/burst`, 1);
    const over = whole.count >= limit;
    const refuse = over || second.count >= burst;
    if (!refuse) {
      whole.count++;
      second.count++;
    }
    const reset = secondsLeft(whole.start, this.periodSeconds);
    const headers = {
      'x-ratelimit-period': String(this.periodSeconds),
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(Math.max(0, limit - whole.count)),
      'x-ratelimit-reset': String(reset),
    };
    const refused = refuse
      ? new PortRefusal(429, 'rate_limit_exceeded', 'Too many requests')
      : undefined;
    return { headers, refused, retryAfter: over ? reset : 1 };
  }

  private window(key: string, seconds: number): { start: number; count: number } {
    const now = Date.now();
    let window = this.windows.get(key);
    if (window === undefined || now - window.start >= seconds * 1000) {
      window = { start: now, count: 0 };
      this.windows.set(key, window);
    }
    return window;
  }
}

function secondsLeft(start: number, seconds: number): number {
  return Math.max(1, Math.ceil((start + seconds * 1000 - Date.now()) / 1000));
}

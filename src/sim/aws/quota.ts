/** A token bucket's size and refill. */
export interface Rate {
  /** Calls per second. */
  readonly rate: number;
  /** Calls at once. */
  readonly burst: number;
}

/** How many calls the simulated AWS takes, per account × region; what is left out is unlimited. */
export interface QuotaOptions {
  readonly list?: Rate;
  readonly read?: Rate;
  /** Other limits for single accounts. */
  readonly accounts?: Readonly<Record<string, { readonly list?: Rate; readonly read?: Rate }>>;
}

/** The calls that quotas count. */
export type QuotaOperation = 'list' | 'read';

/** Token buckets per account, region and operation. */
export class Quota {
  private readonly buckets = new Map<string, { tokens: number; at: number }>();

  constructor(
    private options: QuotaOptions,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Replaces the limits; buckets start full. */
  set(options: QuotaOptions): void {
    this.options = options;
    this.buckets.clear();
  }

  /** Takes a token; false where the call is to be throttled. */
  take(accountId: string, region: string, operation: QuotaOperation): boolean {
    const limit = this.options.accounts?.[accountId]?.[operation] ?? this.options[operation];
    if (limit === undefined) return true;
    const key = `${accountId}|${region}|${operation}`;
    const now = this.now();
    const bucket = this.buckets.get(key) ?? { tokens: limit.burst, at: now };
    bucket.tokens = Math.min(limit.burst, bucket.tokens + ((now - bucket.at) / 1000) * limit.rate);
    bucket.at = now;
    this.buckets.set(key, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}

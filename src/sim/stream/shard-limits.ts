interface Bucket {
  calls: number;
  bytes: number;
  at: number;
}

/** Calls of GetRecords per second and shard, from the service's quotas. */
const CALLS_PER_SECOND = 5;
/** Bytes that may be read per second and shard. */
const BYTES_PER_SECOND = 2 * 1024 * 1024;

/** The read limits of shards. A large answer is given whole; what it takes too much is missing afterwards. */
export class ShardLimits {
  private readonly buckets = new Map<string, Bucket>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Takes one call; false where it is too many, or the bytes are used up. */
  take(shardId: string): boolean {
    const bucket = this.refilled(shardId);
    if (bucket.calls < 1 || bucket.bytes <= 0) return false;
    bucket.calls -= 1;
    return true;
  }

  /** Counts the bytes of an answer. */
  spend(shardId: string, bytes: number): void {
    this.refilled(shardId).bytes -= bytes;
  }

  private refilled(shardId: string): Bucket {
    const now = this.now();
    const bucket = this.buckets.get(shardId) ?? {
      calls: CALLS_PER_SECOND,
      bytes: BYTES_PER_SECOND,
      at: now,
    };
    const seconds = (now - bucket.at) / 1000;
    bucket.calls = Math.min(CALLS_PER_SECOND, bucket.calls + seconds * CALLS_PER_SECOND);
    bucket.bytes = Math.min(BYTES_PER_SECOND, bucket.bytes + seconds * BYTES_PER_SECOND);
    bucket.at = now;
    this.buckets.set(shardId, bucket);
    return bucket;
  }
}

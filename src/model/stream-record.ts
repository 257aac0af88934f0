/** One record of a stream, as the stream holds it. */
export interface StreamRecord {
  /** Grows within a shard; compared as a number, never as text. */
  readonly sequenceNumber: string;
  readonly data: Uint8Array;
  /** When the stream took it, wall clock in ms. */
  readonly arrivedAt: number;
}

/** What one request to one shard brought; may be empty. */
export interface RecordBatch {
  readonly shardId: string;
  readonly records: readonly StreamRecord[];
  /** How far behind the newest record of the shard this is. */
  readonly millisBehindLatest: number;
}

/** Where reading a shard begins. */
export type ShardStart =
  | { readonly type: 'trim_horizon' }
  | { readonly type: 'latest' }
  /** Wall clock in ms. */
  | { readonly type: 'timestamp'; readonly at: number }
  | { readonly type: 'after'; readonly sequenceNumber: string };

/** How far a shard is settled. */
export interface Checkpoint {
  /** Every record up to and including this one has settled; absent where none was read yet. */
  readonly sequenceNumber?: string;
  /** The shard has ended and all of it has settled. */
  readonly finished: boolean;
}

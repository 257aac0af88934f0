/** The tables of the state. Each has string keys and values of its own type; see the typed tables beside this file. */
export type TableName =
  | 'meta'
  | 'resources'
  | 'owners'
  | 'retries'
  | 'dead-letters'
  | 'scopes'
  | 'stale'
  | 'unclaimed'
  | 'checkpoints';

/** One write of a transaction. */
export type StateWrite =
  | { readonly op: 'put'; readonly table: TableName; readonly key: string; readonly value: unknown }
  | { readonly op: 'delete'; readonly table: TableName; readonly key: string };

export interface RangeOptions {
  /** Only keys that start with this. */
  readonly prefix?: string;
  /** Only keys after this one. */
  readonly after?: string;
  readonly limit?: number;
  /** Values are not read: each comes as undefined. Default false. */
  readonly keysOnly?: boolean;
}

/**
 * A durable ordered key-value store with tables. Reads are synchronous and see every write whose
 * `commit` was called before, acknowledged or not; a commit is atomic and resolves once it would
 * survive the process being killed.
 */
export interface StateStore {
  get<T>(table: TableName, key: string): T | undefined;
  /** In key order, a snapshot of moderate size at a time: safe to write while iterating; sees later writes or not. */
  range<T>(table: TableName, options?: RangeOptions): Iterable<readonly [key: string, value: T]>;
  count(table: TableName, prefix?: string): number;
  commit(writes: readonly StateWrite[]): Promise<void>;
  /** Waits for all commits, closes and releases the lock. */
  close(): Promise<void>;
}

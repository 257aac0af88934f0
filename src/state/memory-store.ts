import { scan, type Entry } from './scan.js';
import { SortedMap } from './sorted-map.js';
import { toStoredKey } from './stored-key.js';
import type { RangeOptions, StateStore, StateWrite, TableName } from './state-store.js';

interface Commit {
  readonly writes: readonly StateWrite[];
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * A StateStore for tests that lives in memory, with the order and the visibility of the durable one.
 * A commit is visible at once and acknowledged a microtask later; {@link fork} gives the store that
 * would be found after the process was killed at this moment.
 */
export class MemoryStore implements StateStore {
  readonly #tables = new Map<TableName, SortedMap<Entry>>();
  /** What was acknowledged. */
  readonly #durable = new Map<TableName, Map<string, Entry>>();
  #waiting: Commit[] = [];
  #held = false;
  #failure: Error | undefined;
  #closed = false;

  get<T>(table: TableName, key: string): T | undefined {
    return this.#table(table).get(toStoredKey(key))?.value as T | undefined;
  }

  range<T>(
    table: TableName,
    options: RangeOptions = {},
  ): Generator<readonly [key: string, value: T]> {
    return scan(options, (request) => {
      const entries = this.#table(table).slice(request);
      return { entries, next: entries.length < request.limit ? undefined : entries.at(-1)?.[0] };
    });
  }

  count(table: TableName, prefix = ''): number {
    if (prefix === '') return this.#table(table).size;
    let n = 0;
    for (const _ of this.range(table, { prefix })) n += 1;
    return n;
  }

  commit(writes: readonly StateWrite[]): Promise<void> {
    if (this.#closed) return Promise.reject(new Error('the state store is closed'));
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const copies = writes.map((write) =>
      write.op === 'put' ? { ...write, value: structuredClone(write.value) } : write,
    );
    for (const write of copies) apply(write, this.#table(write.table));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ writes: copies, resolve, reject });
      if (!this.#held) queueMicrotask(() => this.#acknowledge());
    });
  }

  async close(): Promise<void> {
    this.release();
    this.#closed = true;
    await Promise.resolve();
  }

  /** The store as a restarted process would find it: only commits that were acknowledged. */
  fork(): MemoryStore {
    const fork = new MemoryStore();
    for (const [name, entries] of this.#durable) {
      for (const [stored, entry] of entries) {
        fork.#table(name).set(stored, entry);
        fork.#durableTable(name).set(stored, entry);
      }
    }
    return fork;
  }

  /** From now on commits are visible but not acknowledged, until {@link release}. */
  hold(): void {
    this.#held = true;
  }

  /** Acknowledges what was held. */
  release(): void {
    this.#held = false;
    this.#acknowledge();
  }

  /** From now on commits, those that wait included, fail with this error. */
  failCommits(error: Error): void {
    this.#failure = error;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const commit of waiting) commit.reject(error);
  }

  #acknowledge(): void {
    if (this.#held) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { writes, resolve } of waiting) {
      for (const write of writes) apply(write, this.#durableTable(write.table));
      resolve();
    }
  }

  #table(name: TableName): SortedMap<Entry> {
    let table = this.#tables.get(name);
    if (table === undefined) this.#tables.set(name, (table = new SortedMap()));
    return table;
  }

  #durableTable(name: TableName): Map<string, Entry> {
    let table = this.#durable.get(name);
    if (table === undefined) this.#durable.set(name, (table = new Map<string, Entry>()));
    return table;
  }
}

function apply(
  write: StateWrite,
  table: { set(key: string, entry: Entry): unknown; delete(key: string): unknown },
): void {
  const stored = toStoredKey(write.key);
  if (write.op === 'put') table.set(stored, { key: write.key, value: write.value });
  else table.delete(stored);
}

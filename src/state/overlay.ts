import type { ChunkRequest, Entry } from './scan.js';
import { SortedMap } from './sorted-map.js';
import type { StateWrite, TableName } from './state-store.js';
import { toStoredKey } from './stored-key.js';

/** The newest write of one key; a null value means that the key was deleted. */
export interface Written extends Entry {
  readonly deleted: boolean;
}

const NONE: readonly (readonly [string, Written])[] = [];

/** Writes that the tables on disk do not hold yet: the newest one of each key. */
export class Overlay {
  readonly #tables = new Map<TableName, SortedMap<Written>>();
  #size = 0;

  /** Number of keys over all tables. */
  get size(): number {
    return this.#size;
  }

  get(table: TableName, stored: string): Written | undefined {
    return this.#tables.get(table)?.get(stored);
  }

  add(write: StateWrite): void {
    const written: Written =
      write.op === 'put'
        ? { key: write.key, value: write.value, deleted: false }
        : { key: write.key, value: null, deleted: true };
    this.#set(write.table, toStoredKey(write.key), written);
  }

  /** Takes over everything that a later overlay holds. */
  absorb(later: Overlay): void {
    for (const [table, entries] of later.#tables) {
      for (const [stored, written] of entries.entries()) this.#set(table, stored, written);
    }
  }

  /** Forgets a key, unless it was written again since. */
  drop(table: TableName, stored: string, written: Written): void {
    const entries = this.#tables.get(table);
    if (entries?.get(stored) !== written) return;
    entries.delete(stored);
    this.#size -= 1;
  }

  /** The first writes of a range, deletions among them. */
  slice(
    table: TableName,
    request: ChunkRequest,
  ): readonly (readonly [stored: string, written: Written])[] {
    return this.#tables.get(table)?.slice(request) ?? NONE;
  }

  *entries(): Generator<readonly [table: TableName, stored: string, written: Written]> {
    for (const [table, entries] of this.#tables) {
      for (const [stored, written] of entries.entries()) yield [table, stored, written];
    }
  }

  #set(table: TableName, stored: string, written: Written): void {
    let entries = this.#tables.get(table);
    if (entries === undefined) this.#tables.set(table, (entries = new SortedMap()));
    const before = entries.size;
    entries.set(stored, written);
    this.#size += entries.size - before;
  }
}

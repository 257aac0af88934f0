import type { ChunkRequest } from './scan.js';
import { ownedEntityOf } from './owner-key.js';
import { SortedMap } from './sorted-map.js';
import type { TableName } from './state-store.js';

/** What a key was last committed as. */
export interface WaitingWrite {
  readonly table: TableName;
  readonly key: string;
  /** Undefined where the key was deleted. Never changed: whoever asks for the key is given it. */
  readonly value: unknown;
}

const NONE: readonly (readonly [string, WaitingWrite])[] = [];

/** Writes that the tables on disk do not hold yet: the newest one of each key. */
export class Overlay {
  readonly #tables = new Map<TableName, SortedMap<WaitingWrite>>();
  #size = 0;

  /** Number of keys over all tables. */
  get size(): number {
    return this.#size;
  }

  get(table: TableName, stored: string): WaitingWrite | undefined {
    return this.#tables.get(table)?.get(stored);
  }

  add(stored: string, write: WaitingWrite): void {
    let entries = this.#tables.get(write.table);
    if (entries === undefined) this.#tables.set(write.table, (entries = makeTable(write.table)));
    const before = entries.size;
    entries.set(stored, write);
    this.#size += entries.size - before;
  }

  /** Takes over everything that a later overlay holds. */
  absorb(later: Overlay): void {
    for (const entries of later.#tables.values()) {
      for (const [stored, write] of entries.entries()) this.add(stored, write);
    }
  }

  /** Forgets a key, unless it was written again since. */
  drop(stored: string, write: WaitingWrite): void {
    const entries = this.#tables.get(write.table);
    if (entries?.get(stored) !== write) return;
    entries.delete(stored);
    this.#size -= 1;
  }

  /** The first writes of a range, deletions among them. */
  slice(
    table: TableName,
    request: ChunkRequest,
  ): readonly (readonly [stored: string, write: WaitingWrite])[] {
    return this.#tables.get(table)?.slice(request) ?? NONE;
  }

  *entries(): Generator<readonly [stored: string, write: WaitingWrite]> {
    for (const entries of this.#tables.values()) yield* entries.entries();
  }
}

/** The owners of one entity are asked for with every write: a walk of their own. */
function makeTable(table: TableName): SortedMap<WaitingWrite> {
  return table === 'owners' ? new SortedMap(ownedEntityOf) : new SortedMap();
}

import type { ChunkRequest } from './scan.js';
import { ownedEntityOf } from './owner-key.js';
import { SortedMap } from './sorted-map.js';
import type { TableName } from './state-store.js';

/**
 * A write in its packed form. A record waits as one run of bytes: as the objects that it is made of it
 * would have to be kept through many garbage collections.
 */
export interface PackedWrite {
  readonly table: TableName;
  readonly key: string;
  /** Null where the key was deleted. */
  readonly bytes: Uint8Array | null;
}

const NONE: readonly (readonly [string, PackedWrite])[] = [];

/** Writes that the tables on disk do not hold yet: the newest one of each key. */
export class Overlay {
  readonly #tables = new Map<TableName, SortedMap<PackedWrite>>();
  #size = 0;

  /** Number of keys over all tables. */
  get size(): number {
    return this.#size;
  }

  get(table: TableName, stored: string): PackedWrite | undefined {
    return this.#tables.get(table)?.get(stored);
  }

  add(stored: string, write: PackedWrite): void {
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
  drop(stored: string, write: PackedWrite): void {
    const entries = this.#tables.get(write.table);
    if (entries?.get(stored) !== write) return;
    entries.delete(stored);
    this.#size -= 1;
  }

  /** The first writes of a range, deletions among them. */
  slice(
    table: TableName,
    request: ChunkRequest,
  ): readonly (readonly [stored: string, write: PackedWrite])[] {
    return this.#tables.get(table)?.slice(request) ?? NONE;
  }

  *entries(): Generator<readonly [stored: string, write: PackedWrite]> {
    for (const entries of this.#tables.values()) yield* entries.entries();
  }
}

/** The owners of one entity are asked for with every write: a walk of their own. */
function makeTable(table: TableName): SortedMap<PackedWrite> {
  return table === 'owners' ? new SortedMap(ownedEntityOf) : new SortedMap();
}

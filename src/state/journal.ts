import { TABLES } from './lmdb-tables.js';
import type { Overlay, PackedWrite } from './overlay.js';
import { packKey, unpackKey, type PackedKey } from './packed-key.js';
import type { TableName } from './state-store.js';

/**
 * One group of commits as the journal keeps it: table, key and packed value of each write in one flat list.
 * A deletion has the table's number with {@link DELETED} added, and no value.
 */
export type JournalPage = readonly unknown[];

const DELETED = 64;
const NUMBER_OF = new Map<TableName, number>(TABLES.map((name, i) => [name, i]));

export function encodePage(writes: Overlay): JournalPage {
  const page: unknown[] = [];
  for (const [, { table, key, bytes }] of writes.entries()) {
    const number = NUMBER_OF.get(table) as number;
    if (bytes === null) page.push(number + DELETED, packKey(key));
    else page.push(number, packKey(key), bytes);
  }
  return page;
}

/** The inverse of {@link encodePage}. Throws a RangeError on what it did not make. */
export function decodePage(page: unknown): PackedWrite[] {
  if (!Array.isArray(page)) throw new RangeError('a page of the journal is not a list');
  const writes: PackedWrite[] = [];
  for (let i = 0; i < page.length;) {
    const number = page[i] as number;
    const table = TABLES[number % DELETED];
    if (table === undefined) throw new RangeError('a page of the journal names an unknown table');
    const deleted = number >= DELETED;
    const bytes = deleted ? null : (page[i + 2] as Uint8Array);
    writes.push({ table, key: unpackKey(page[i + 1] as PackedKey), bytes });
    i += deleted ? 2 : 3;
  }
  return writes;
}

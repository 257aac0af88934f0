import { TABLES } from './lmdb-tables.js';
import type { Overlay, WaitingWrite } from './overlay.js';
import { packKey, unpackKey, type PackedKey } from './packed-key.js';
import type { TableName } from './state-store.js';

/**
 * One group of commits as the journal keeps it: table, key and value of each write in one flat list.
 * A deletion has the table's number with {@link DELETED} added, and no value.
 */
export type JournalPage = readonly unknown[];

const DELETED = 64;
const NUMBER_OF = new Map<TableName, number>(TABLES.map((name, i) => [name, i]));

export function encodePage(writes: Overlay): JournalPage {
  const page: unknown[] = [];
  for (const [, { table, key, value }] of writes.entries()) {
    const number = NUMBER_OF.get(table) as number;
    if (value === undefined) page.push(number + DELETED, packKey(key));
    else page.push(number, packKey(key), value);
  }
  return page;
}

/**
 * The inverse of {@link encodePage}. Throws a RangeError on what it did not make.
 *
 * @param unpack reads a value that an earlier version left: packed by itself, and no value is bytes
 */
export function decodePage(page: unknown, unpack: (bytes: Uint8Array) => unknown): WaitingWrite[] {
  if (!Array.isArray(page)) throw new RangeError('a page of the journal is not a list');
  const writes: WaitingWrite[] = [];
  for (let i = 0; i < page.length;) {
    const number = page[i] as number;
    const table = TABLES[number % DELETED];
    if (table === undefined) throw new RangeError('a page of the journal names an unknown table');
    const deleted = number >= DELETED;
    const found: unknown = deleted ? undefined : page[i + 2];
    const value = found instanceof Uint8Array ? unpack(found) : found;
    writes.push({ table, key: unpackKey(page[i + 1] as PackedKey), value });
    i += deleted ? 2 : 3;
  }
  return writes;
}

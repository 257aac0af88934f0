import { TABLES } from './lmdb-tables.js';
import type { Overlay } from './overlay.js';
import { packKey, unpackKey, type PackedKey } from './packed-key.js';
import type { StateWrite, TableName } from './state-store.js';

/**
 * One group of commits as the journal keeps it: table, key and value of each write in one flat list.
 * A deletion has the table's number with {@link DELETED} added, and no value.
 */
export type JournalPage = readonly unknown[];

const DELETED = 64;
const NUMBER_OF = new Map<TableName, number>(TABLES.map((name, i) => [name, i]));

export function encodePage(writes: Overlay): JournalPage {
  const page: unknown[] = [];
  for (const [table, , { key, value, deleted }] of writes.entries()) {
    const number = NUMBER_OF.get(table) as number;
    if (deleted) page.push(number + DELETED, packKey(key));
    else page.push(number, packKey(key), value);
  }
  return page;
}

/** The inverse of {@link encodePage}. Throws a RangeError on what it did not make. */
export function decodePage(page: unknown): StateWrite[] {
  if (!Array.isArray(page)) throw new RangeError('a page of the journal is not a list');
  const writes: StateWrite[] = [];
  for (let i = 0; i < page.length;) {
    const number = page[i] as number;
    const table = TABLES[number % DELETED];
    if (table === undefined) throw new RangeError('a page of the journal names an unknown table');
    const key = unpackKey(page[i + 1] as PackedKey);
    if (number >= DELETED) {
      writes.push({ op: 'delete', table, key });
      i += 2;
    } else {
      writes.push({ op: 'put', table, key, value: page[i + 2] });
      i += 3;
    }
  }
  return writes;
}

import type { WaitingWrite } from './overlay.js';
import type { Chunk, Entry } from './scan.js';
import { compareStored } from './stored-key.js';

type Row = readonly [stored: string, entry: Entry | WaitingWrite];

/**
 * The chunk that several layers make together. Each gave its first `limit` rows in stored order, or
 * all where it has fewer; a later layer hides the same keys of the earlier ones, and a deletion hides
 * them altogether.
 */
export function mergeLayers(limit: number, layers: readonly (readonly Row[])[]): Chunk {
  // A layer that gave all it was asked for may have more: the chunk is certain only up to its last row.
  let next: string | undefined;
  for (const rows of layers) {
    const last = rows.length < limit ? undefined : rows.at(-1)?.[0];
    if (last === undefined) continue;
    if (next === undefined || compareStored(last, next) < 0) next = last;
  }
  const filled = layers.filter((rows) => rows.length > 0);
  const horizon = next;
  const entries: (readonly [stored: string, entry: Entry])[] = [];
  for (const [stored, row] of filled.reduce((older, newer) => mergeTwo(older, newer), [])) {
    if (horizon !== undefined && compareStored(stored, horizon) > 0) break;
    if (!('table' in row) || row.value !== undefined) entries.push([stored, row]);
  }
  return { entries, next };
}

function mergeTwo(older: readonly Row[], newer: readonly Row[]): readonly Row[] {
  if (older.length === 0) return newer;
  const merged: Row[] = [];
  let i = 0;
  let j = 0;
  while (i < older.length && j < newer.length) {
    const a = older[i] as Row;
    const b = newer[j] as Row;
    const order = compareStored(a[0], b[0]);
    if (order < 0) merged.push(a);
    else merged.push(b);
    if (order <= 0) i += 1;
    if (order >= 0) j += 1;
  }
  return merged.concat(older.slice(i), newer.slice(j));
}

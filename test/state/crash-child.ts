/* Commits pairs of rows without end and prints the number of each pair once it is acknowledged. */
import { writeSync } from 'node:fs';
import { openLmdbStore } from '../../src/state/open-lmdb-store.js';

const [dir = '', from = '0'] = process.argv.slice(2);
const store = await openLmdbStore({ dir, foldAt: 64 });
const acknowledge = async (i: number): Promise<void> => {
  const key = i.toString().padStart(8, '0');
  await store.commit([
    { op: 'put', table: 'resources', key, value: [i, 'x'.repeat(i % 3_000)] },
    { op: 'put', table: 'owners', key, value: i },
    { op: 'put', table: 'meta', key: 'last', value: i },
  ]);
  writeSync(1, `${i.toString()}\n`);
};
for (let i = Number(from); ; i++) {
  const done = acknowledge(i);
  if (i % 5 === 0) await done;
}

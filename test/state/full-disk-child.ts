/* Commits until that fails, then once more, and prints how both failed. */
import type { EnvironmentError } from '../../src/errors/environment-error.js';
import { openLmdbStore } from '../../src/state/open-lmdb-store.js';

const store = await openLmdbStore({ dir: process.argv[2] ?? '', foldAt: 100 });
const codes: string[] = [];
let acknowledged = 0;
while (codes.length < 2 && acknowledged < 10_000) {
  const key = `k${acknowledged.toString()}`;
  await store.commit([{ op: 'put', table: 'resources', key, value: 'v'.repeat(2_000) }]).then(
    () => (acknowledged += 1),
    (error: unknown) => codes.push((error as EnvironmentError).code),
  );
}
process.stdout.write(JSON.stringify({ acknowledged, codes }));
await store.close();

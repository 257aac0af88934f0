import fc from 'fast-check';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MemoryStore } from '../../src/state/memory-store.js';
import { openLmdbStore } from '../../src/state/open-lmdb-store.js';
import type { StateStore, StateWrite, TableName } from '../../src/state/state-store.js';
import { anyKey } from './keys.js';
import { withTempDir } from './temp-dir.js';

const test = suite('LMDB store and memory store');

const table: fc.Arbitrary<TableName> = fc.constantFrom('resources', 'owners', 'meta');
const value = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true }),
  fc.boolean(),
  fc.constant(null),
  fc.string({ unit: 'grapheme' }),
  fc.array(fc.oneof(fc.string(), fc.integer(), fc.constant(null))),
  fc.dictionary(
    fc.string({ minLength: 1 }).filter((k) => k !== '__proto__'),
    fc.integer(),
    {
      noNullPrototype: true,
    },
  ),
);

type Command =
  | { do: 'commit'; writes: StateWrite[]; wait: boolean }
  | { do: 'get'; table: TableName; key: string }
  | { do: 'range'; table: TableName; prefix: string; after: string | undefined; limit: number }
  | { do: 'count'; table: TableName; prefix: string }
  | { do: 'turn' }
  | { do: 'restart' };

/** Commands over few keys, so that they meet. */
const commands: fc.Arbitrary<Command[]> = fc
  .uniqueArray(anyKey, { minLength: 1, maxLength: 12 })
  .chain((keys) => {
    const key = fc.constantFrom(...keys);
    const prefix = fc.tuple(key, fc.nat()).map(([k, n]) => k.slice(0, n % (k.length + 1)));
    const write: fc.Arbitrary<StateWrite> = fc.oneof(
      { weight: 3, arbitrary: fc.record({ op: fc.constant('put' as const), table, key, value }) },
      { weight: 1, arbitrary: fc.record({ op: fc.constant('delete' as const), table, key }) },
    );
    const command: fc.Arbitrary<Command> = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({
          do: fc.constant('commit' as const),
          writes: fc.array(write, { maxLength: 6 }),
          wait: fc.boolean(),
        }),
      },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('get' as const), table, key }) },
      {
        weight: 2,
        arbitrary: fc.record({
          do: fc.constant('range' as const),
          table,
          prefix: fc.oneof(fc.constant(''), prefix),
          after: fc.option(key, { nil: undefined }),
          limit: fc.integer({ min: 1, max: 40 }),
        }),
      },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('count' as const), table, prefix }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('turn' as const) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
    );
    return fc.array(command, { minLength: 1, maxLength: 40 });
  });

function look(store: StateStore, command: Command): unknown {
  if (command.do === 'get') return store.get(command.table, command.key);
  if (command.do === 'count') return store.count(command.table, command.prefix);
  if (command.do !== 'range') return undefined;
  const { prefix, after, limit } = command;
  return Array.from(
    store.range(command.table, { prefix, limit, ...(after === undefined ? {} : { after }) }),
    ([key, found]) => [key, found],
  );
}

test('answer alike whatever is written, read, folded and restarted', async () => {
  await withTempDir(async (root) => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(commands, fc.integer({ min: 1, max: 20 }), async (list, foldAt) => {
        const dir = join(root, String(runs++));
        const memory = new MemoryStore();
        let lmdb = await openLmdbStore({ dir, foldAt });
        try {
          for (const command of list) {
            if (command.do === 'commit') {
              const done = [memory.commit(command.writes), lmdb.commit(command.writes)];
              if (command.wait) await Promise.all(done);
            } else if (command.do === 'turn') {
              await new Promise<void>((resolve) => setImmediate(resolve));
            } else if (command.do === 'restart') {
              await lmdb.close();
              lmdb = await openLmdbStore({ dir, foldAt });
            } else {
              assert.equal(look(lmdb, command), look(memory, command));
            }
          }
        } finally {
          await lmdb.close();
        }
      }),
      { numRuns: 60 },
    );
  });
});

test('walk long ranges in the same order while they are written to', async () => {
  await withTempDir(async (root) => {
    const lmdb = await openLmdbStore({ dir: join(root, 'state'), foldAt: 700 });
    const memory = new MemoryStore();
    for (let i = 0; i < 3_000; i++) {
      const name = `${(i * 7_919) % 3_000}`;
      const key = i % 3 === 0 ? `${name}\u{10000}` : i % 3 === 1 ? `${name}\uf000` : name;
      const write: StateWrite = { op: 'put', table: 'stale', key, value: i };
      const done = [lmdb.commit([write]), memory.commit([write])];
      if (i % 500 === 0) await Promise.all(done);
    }
    for (let i = 0; i < 3_000; i += 2) {
      const write: StateWrite = { op: 'delete', table: 'stale', key: `${(i * 7_919) % 3_000}` };
      void memory.commit([write]);
      void lmdb.commit([write]);
    }
    const expected = Array.from(memory.range('stale'));
    assert.equal(Array.from(lmdb.range('stale')), expected);
    assert.is(lmdb.count('stale'), expected.length);
    let seen = 0;
    for (const [key] of lmdb.range('stale')) {
      void lmdb.commit([{ op: 'delete', table: 'stale', key }]);
      if (seen++ % 400 === 0) await new Promise<void>((resolve) => setImmediate(resolve));
    }
    assert.is(seen, expected.length);
    assert.is(lmdb.count('stale'), 0);
    await lmdb.close();
  });
});

test.run();

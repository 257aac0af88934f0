import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MemoryStore } from '../../src/state/memory-store.js';
import { RetryTable, type RetryEntry } from '../../src/state/retry-table.js';

const test = suite('retry table');

const entry: fc.Arbitrary<RetryEntry> = fc
  .record(
    {
      target: fc.constantFrom('a', 'a\u0001b', 'b', '😀'),
      type: fc.constantFrom('resource' as const, 'scope' as const),
      reason: fc.constantFrom('read.denied', 'read', 'scope.dirty'),
      attempts: fc.nat({ max: 9 }),
      nextAt: fc.nat({ max: 50 }),
      message: fc.string(),
    },
    { requiredKeys: ['target', 'type', 'reason', 'attempts', 'nextAt'] },
  )
  .map((made) => ({ ...made }));
type Step = { put: RetryEntry } | { remove: RetryEntry } | { due: number };
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ put: entry }),
  fc.record({ remove: entry }),
  fc.record({ due: fc.nat({ max: 50 }) }),
);

test('gives what is due, in order of time, whatever was put and removed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const store = new MemoryStore();
      const table = new RetryTable(store);
      const model = new Map<string, RetryEntry>();
      for (const each of steps) {
        if ('put' in each) {
          await store.commit(table.put(each.put));
          model.set(RetryTable.id(each.put), each.put);
        } else if ('remove' in each) {
          await store.commit(table.remove(RetryTable.id(each.remove)));
          model.delete(RetryTable.id(each.remove));
        } else {
          const due = table.due(each.due, 100);
          const expected = [...model].filter(([, { nextAt }]) => nextAt <= each.due);
          assert.equal(new Map(due.map(({ id, ...rest }) => [id, rest])), new Map(expected));
          const times = due.map(({ nextAt }) => nextAt);
          assert.equal(
            times,
            [...times].sort((a, b) => a - b),
          );
        }
      }
      const times = [...model.values()].map(({ nextAt }) => nextAt);
      assert.is(table.nextDueAt(), times.length === 0 ? undefined : Math.min(...times));
      const counts = new Map<string, number>();
      for (const { reason } of model.values()) counts.set(reason, (counts.get(reason) ?? 0) + 1);
      assert.equal(table.countByReason(), counts);
      assert.is(table.count(), model.size);
      assert.is([...table.list('read')].length, counts.get('read') ?? 0);
      assert.is(store.count('retries'), model.size * 2, 'and no row of time is left over');
    }),
    { numRuns: 200 },
  );
});

const at = (nextAt: number, target = 'a'): RetryEntry => ({
  target,
  type: 'resource',
  reason: 'read.absent',
  attempts: 0,
  nextAt,
});

test('leaves out what is being tried already', async () => {
  const store = new MemoryStore();
  const table = new RetryTable(store);
  await store.commit([
    ...table.put(at(1, 'a')),
    ...table.put(at(2, 'b')),
    ...table.put(at(3, 'c')),
  ]);
  const taken = table.due(9, 1).map(({ id }) => id);
  const skip = (id: string) => taken.includes(id);
  assert.equal(
    table.due(9, 9, skip).map(({ target }) => target),
    ['b', 'c'],
  );
  assert.is(table.nextDueAt(skip), 2);
  assert.equal(table.due(9, 0), []);
});

test('overcomes two puts of one entry that were made before either was committed', async () => {
  const store = new MemoryStore();
  const table = new RetryTable(store);
  const writes = [...table.put(at(1)), ...table.put(at(5))];
  await store.commit(writes);
  assert.equal(table.due(4, 9), []);
  assert.equal(
    table.due(5, 9).map(({ nextAt }) => nextAt),
    [5],
  );
  assert.is(table.nextDueAt(), 5);
  // The row that was left behind goes with the next write, unless it is wanted again.
  await store.commit(table.put(at(1)));
  assert.equal(
    table.due(4, 9).map(({ nextAt }) => nextAt),
    [1],
  );
  await store.commit(table.remove(RetryTable.id(at(1))));
  table.due(9, 9);
  await store.commit(table.put(at(7, 'z')));
  assert.is(store.count('retries'), 2);
});

test('finds what is due among many without walking them', async () => {
  const store = new MemoryStore();
  const table = new RetryTable(store);
  const writes = Array.from({ length: 20_000 }, (_, i) =>
    table.put(at(1_000 + i, `t${String(i)}`)),
  );
  await store.commit(writes.flat());
  let gets = 0;
  const get = store.get.bind(store);
  store.get = (name, key) => {
    gets += 1;
    return get(name, key);
  };
  assert.is(table.due(1_009, 100).length, 10);
  assert.is(table.nextDueAt(), 1_000);
  assert.ok(gets < 20);
  assert.equal([...table.countByReason()], [['read.absent', 20_000]]);
});

test('an entry that waits for a part of a millisecond comes due, and is replaced', async () => {
  const store = new MemoryStore();
  const table = new RetryTable(store);
  const entry = { target: 'a', type: 'resource', reason: 'read.failed', attempts: 1 } as const;
  await store.commit(table.put({ ...entry, nextAt: 1_000.25 }));
  assert.is(table.nextDueAt(), 1_001, 'never before its time');
  assert.equal(table.due(1_000, 10), []);
  assert.is(table.due(1_001, 10)[0]?.attempts, 1);
  await store.commit(table.put({ ...entry, attempts: 2, nextAt: 2_000.75 }));
  assert.equal(table.due(1_500, 10), []);
  assert.is(table.due(2_001, 10)[0]?.attempts, 2);
  assert.is(store.count('retries'), 2, 'and no row of time is left over');
  await store.commit(table.remove(RetryTable.id(entry)));
  assert.is(store.count('retries'), 0);
});

test.run();

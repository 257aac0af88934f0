import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MemoryStore } from '../../src/state/memory-store.js';
import { toStoredKey } from '../../src/state/stored-key.js';
import { anyKey } from './keys.js';

const test = suite('memory store');
const put = (key: string, value: unknown) => ({
  op: 'put' as const,
  table: 'meta' as const,
  key,
  value,
});

test('gives ranges as their description says', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(anyKey, { maxLength: 20 }),
      fc.nat(),
      fc.option(anyKey, { nil: undefined }),
      fc.integer({ min: 1, max: 30 }),
      async (keys, cut, after, limit) => {
        const store = new MemoryStore();
        await store.commit(keys.map((key, i) => put(key, i)));
        const prefix = (keys[0] ?? '').slice(0, cut % ((keys[0] ?? '').length + 1));
        const bytes = (key: string) => Buffer.from(toStoredKey(key));
        const expected = keys
          .filter((key) => key.startsWith(prefix))
          .filter((key) => after === undefined || Buffer.compare(bytes(key), bytes(after)) > 0)
          .sort((a, b) => Buffer.compare(bytes(a), bytes(b)))
          .slice(0, limit);
        const options = { prefix, limit, ...(after === undefined ? {} : { after }) };
        assert.equal(
          Array.from(store.range('meta', options), ([key]) => key),
          expected,
        );
      },
    ),
  );
});

test('loses in a crash what was not acknowledged, and nothing else', async () => {
  const store = new MemoryStore();
  const first = store.commit([put('a', 1), put('b', 1)]);
  assert.is(store.get('meta', 'a'), 1, 'visible at once');
  assert.is(store.fork().get('meta', 'a'), undefined, 'but not durable yet');
  await first;
  store.hold();
  void store.commit([put('a', 2)]);
  await Promise.resolve();
  assert.is(store.get('meta', 'a'), 2);
  const crashed = store.fork();
  assert.is(crashed.get('meta', 'a'), 1);
  assert.is(crashed.get('meta', 'b'), 1);
  store.release();
  assert.is(store.fork().get('meta', 'a'), 2);
  assert.is(crashed.get('meta', 'a'), 1, 'a fork goes its own way');
});

test('fails commits that wait and those that come, when told to', async () => {
  const store = new MemoryStore();
  await store.commit([put('a', 1)]);
  store.hold();
  const failures: unknown[] = [];
  const waiting = store.commit([put('a', 2)]).catch((error: unknown) => failures.push(error));
  store.failCommits(new Error('full'));
  await waiting;
  await store.commit([put('a', 3)]).catch((error: unknown) => failures.push(error));
  assert.equal(failures.map(String), ['Error: full', 'Error: full']);
  assert.is(store.fork().get('meta', 'a'), 1);
});

test('is not changed through a value that was written', async () => {
  const store = new MemoryStore();
  const value = { list: [1] };
  await store.commit([put('a', value)]);
  value.list.push(2);
  assert.equal(store.get('meta', 'a'), { list: [1] });
});

test.run();

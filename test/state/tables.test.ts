import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { DeadLetter } from '../../src/model/dead-letter.js';
import { encodeScope, type Scope } from '../../src/model/scope.js';
import { DeadLetters, deadLetterId } from '../../src/state/dead-letters.js';
import { MemoryStore } from '../../src/state/memory-store.js';
import {
  installationId,
  noteFirstListing,
  readFirstListing,
  readGeneration,
  writeGeneration,
} from '../../src/state/meta.js';
import { EndedScopes } from '../../src/state/scopes.js';
import { StaleTable, type StaleCandidate } from '../../src/state/stale.js';
import { Ticks } from '../../src/state/ticks.js';
import { UnclaimedTable } from '../../src/state/unclaimed.js';

const test = suite('typed tables');
const scope: Scope = { kind: 'AWS::S3::Bucket', accountId: '111111111111', region: 'global' };
const key = { ...scope, identifier: 'bucket' };

test('ticks only grow, over any number of crashes', async () => {
  let store = new MemoryStore();
  let last = 0;
  for (let run = 0; run < 4; run++) {
    const ticks = await Ticks.open(store);
    for (let i = 0; i < 5; i++) {
      const tick = ticks.next();
      assert.ok(tick > last);
      last = tick;
    }
    store = store.fork();
  }
});

test('ticks are reserved ahead, and end only where the state can not be written', async () => {
  const store = new MemoryStore();
  const ticks = await Ticks.open(store);
  let last = 0;
  for (let i = 0; i < 2_500_000; i++) {
    last = ticks.next();
    if (i % 100_000 === 0) await Promise.resolve();
  }
  assert.is((await Ticks.open(store.fork())).next() > last, true);
  store.failCommits(new Error('full'));
  try {
    for (let i = 0; i < 3_000_000; i++) {
      ticks.next();
      if (i % 100_000 === 0) await Promise.resolve();
    }
    assert.unreachable();
  } catch (error) {
    assert.is(String((error as Error).cause), 'Error: full');
  }
});

test('the generation, the first listing and the installation are remembered', async () => {
  const store = new MemoryStore();
  assert.is(readGeneration(store), undefined);
  assert.is(readFirstListing(store), undefined);
  const state = { number: 3, finished: false, pipeline: 'hash' };
  await store.commit([writeGeneration(state), ...noteFirstListing(store, 1_000)]);
  const id = await installationId(store);
  const again = store.fork();
  assert.equal(readGeneration(again), state);
  assert.equal(noteFirstListing(again, 2_000), [], 'the first time stands');
  assert.is(readFirstListing(again), 1_000);
  assert.is(await installationId(again), id);
  assert.is.not(await installationId(new MemoryStore()), id);
});

test('dead letters park once, count attempts, and go by resource', async () => {
  const store = new MemoryStore();
  const letters = new DeadLetters(store);
  const entity = { blueprint: 'b', identifier: 'e' };
  const letter: DeadLetter = {
    id: deadLetterId(key, entity),
    key,
    scope,
    entity,
    code: 'port.refused',
    message: 'no',
    attempts: 1,
    parkedAt: 5,
  };
  const other = { ...letter, id: deadLetterId({ ...key, identifier: 'other' }) };
  await store.commit(letters.park(letter));
  await store.commit([...letters.park({ ...letter, message: 'still no' }), ...letters.park(other)]);
  assert.is(letters.count(), 2);
  assert.equal(letters.get(letter.id), { ...letter, message: 'still no', attempts: 2 });
  assert.equal(
    letters.of(key).map(({ id }) => id),
    [letter.id],
  );

  const first = letters.list({ limit: 1 });
  const rest = letters.list({ after: first[0]?.id ?? '' });
  assert.equal([...first, ...rest].map(({ id }) => id).sort(), [letter.id, other.id].sort());

  await store.commit(letters.removeOf(key));
  assert.equal(
    letters.list().map(({ id }) => id),
    [other.id],
  );
  assert.equal(letters.remove(letter.id), []);
  await store.commit(letters.remove(other.id));
  assert.is(letters.count(), 0);
});

test('ended scopes are kept by generation and cleared when older', async () => {
  const store = new MemoryStore();
  const scopes = new EndedScopes(store);
  const child: Scope = { ...scope, parent: 'p\u0001q' };
  const failed = { status: 'failed' as const, code: 'aws.AccessDenied', message: 'no' };
  await store.commit([
    scopes.mark(35, scope, { status: 'ok' }),
    scopes.mark(36, scope, failed),
    scopes.mark(36, child, { status: 'ok' }),
  ]);
  await store.commit([scopes.mark(36, scope, { status: 'ok' })]);
  assert.equal(scopes.get(36, scope), { status: 'ok' });
  assert.is(scopes.get(37, scope), undefined);
  assert.equal(
    new Map(scopes.ended(36)),
    new Map([
      [encodeScope(scope), { status: 'ok' }],
      [encodeScope(child), { status: 'ok' }],
    ]),
  );
  await store.commit(scopes.clearBefore(36));
  assert.equal([...scopes.ended(35)], []);
  assert.is([...scopes.ended(36)].length, 2);
  assert.is(scopes.clearBefore(37, 1).length, 1, 'no more at a time than asked for');
});

test('stale candidates are one for each resource and entity of a generation', async () => {
  const store = new MemoryStore();
  const stale = new StaleTable(store);
  const missing: StaleCandidate = { resourceKey: 'r\u0001x', reason: 'missing', scope: 's' };
  const moved: StaleCandidate = {
    resourceKey: 'r',
    reason: 'moved',
    entity: { blueprint: 'x', identifier: 'e' },
    scope: 's',
  };
  await store.commit([stale.add(1, missing), stale.add(1, moved), stale.add(2, moved)]);
  await store.commit([stale.add(1, missing)]);
  assert.is(stale.count(1), 2);
  assert.equal(new Set(stale.list(1)), new Set([missing, moved]));
  await store.commit([
    stale.remove(1, { resourceKey: 'r', entity: { blueprint: 'x', identifier: 'e' } }),
  ]);
  assert.equal([...stale.list(1)], [missing]);
  await store.commit(stale.clearBefore(2));
  assert.equal([stale.count(1), stale.count(2)], [0, 1]);
});

test('groups that left are counted in a row and forgotten', async () => {
  const store = new MemoryStore();
  const stale = new StaleTable(store);
  const group = { kind: 'K', accountId: '1', region: 'r' };
  assert.is(stale.left(group), 0);
  assert.equal(stale.forgetLeft(group), []);
  await store.commit([stale.noteLeft(group)]);
  await store.commit([stale.noteLeft(group)]);
  assert.is(stale.left(group), 2);
  assert.equal([...stale.allLeft()], [{ ...group, discoveries: 2 }]);
  await store.commit(stale.clearBefore(99));
  assert.is(stale.left(group), 2, 'which has nothing to do with generations');
  await store.commit(stale.forgetLeft(group));
  assert.equal([...stale.allLeft()], []);
});

test('unclaimed entities are claimed once, missed in a row, and cost nothing where there are none', async () => {
  const store = new MemoryStore();
  const none = new UnclaimedTable(store);
  let gets = 0;
  const get = store.get.bind(store);
  store.get = (name, k) => {
    gets += 1;
    return get(name, k);
  };
  assert.equal(none.claim('b\u0001x'), []);
  assert.is(gets, 0);

  await store.commit([
    ...none.adopt('b\u0001x'),
    ...none.adopt('b\u0001y'),
    ...none.adopt('c\u0001z'),
  ]);
  await store.commit([none.miss('b\u0001x')]);
  await store.commit([none.miss('b\u0001x'), none.miss('c\u0001z')]);
  assert.equal(none.adopt('b\u0001x'), [], 'adopting again forgets no miss');
  assert.equal(
    [...none.list('b\u0001')],
    [
      ['b\u0001x', 2],
      ['b\u0001y', 0],
    ],
  );
  await store.commit(none.forgive('b\u0001x'));
  assert.equal(none.forgive('b\u0001y'), []);
  assert.equal(
    [...none.list('b\u0001')],
    [
      ['b\u0001x', 0],
      ['b\u0001y', 0],
    ],
  );

  const restarted = new UnclaimedTable(store.fork());
  assert.is(restarted.claim('b\u0001x').length, 1);
  await store.commit([
    ...none.claim('b\u0001x'),
    ...none.claim('b\u0001y'),
    none.remove('c\u0001z'),
  ]);
  assert.is(none.count(), 0);
  for (let i = 0; i < 600; i++) assert.equal(none.claim(`b\u0001${String(i)}`), []);
  gets = 0;
  none.claim('b\u0001x');
  assert.is(gets, 0, 'and again nothing once all are claimed');
  await store.commit(none.adopt('b\u0001new'));
  assert.is(none.claim('b\u0001new').length, 1);
});

test.run();

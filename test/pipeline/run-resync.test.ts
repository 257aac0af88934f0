import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ResourceLetter } from '../../src/model/dead-letter.js';
import { encodeEntityKey } from '../../src/model/entity.js';
import { exitCodeOf } from '../../src/pipeline/run.js';
import { MemoryStore } from '../../src/state/memory-store.js';
import { FakeEngine, LISTED, READ, awsError, endOf, scopeOf } from './fake-engine.js';

const test = suite('a resync over fakes');
const OTHER = '222222222222';

async function world(options: Parameters<typeof FakeEngine.open>[0] = {}): Promise<FakeEngine> {
  const fake = await FakeEngine.open(options);
  fake.add(scopeOf(LISTED), 'i', 12);
  fake.add(scopeOf(READ), 'c', 12);
  fake.add(scopeOf(LISTED, OTHER), 'o', 3);
  return fake;
}

/** All has settled, and Port is what AWS is. */
function assertWhole(fake: FakeEngine): void {
  assert.equal(fake.held, fake.expected);
  assert.equal(fake.leftovers, {});
  assert.is(fake.parts.state.retries.count(), 0);
}

test('lists, maps, writes and settles; what is unchanged costs no write', async () => {
  const fake = await world();
  const first = await fake.resync();
  assertWhole(fake);
  assert.is(exitCodeOf(first), 0);
  assert.is(first.entities.created, 27);
  assert.is(first.resources.listed, 27);
  assert.is(first.resources.read, 12);

  fake.resources(scopeOf(LISTED)).set('i3', 'new');
  fake.resources(scopeOf(READ)).delete('c1');
  fake.resources(scopeOf(READ)).set('c12', 'old');
  fake.writes.length = 0;
  const second = await fake.resync();
  assertWhole(fake);
  const { created, updated, deleted, unchanged } = second.entities;
  assert.equal(
    { created, updated, deleted, unchanged },
    { created: 1, updated: 1, deleted: 1, unchanged: 25 },
  );
  assert.is(fake.writes.length, 3);

  fake.writes.length = 0;
  const third = await fake.resync();
  assert.is(fake.writes.length, 0);
  assert.is(third.resources.unchanged, 27);
  assert.is(third.resources.mapped, 0);
});

test('a read that fails once is made again, whether its resource is known or not', async () => {
  for (const known of [false, true]) {
    const fake = await world();
    if (known) await fake.resync();
    let failures = 0;
    fake.onRead = (identifier) => {
      if (fake.reads.length > 200) fake.stop.abort(new Error('it reads for ever'));
      if (identifier !== 'c5' || failures > 0) return undefined;
      failures += 1;
      return awsError('failed');
    };
    const summary = await fake.resync();
    assert.not.ok(fake.stop.signal.aborted, 'it reads for ever');
    assertWhole(fake);
    assert.is(failures, 1);
    assert.is(exitCodeOf(summary), 0);
    assert.is(summary.deadLetters, 0);
  }
});

test('a read that keeps failing is parked, deletes nothing, and leaves when it comes right', async () => {
  const fake = await world();
  await fake.resync();
  fake.onRead = (identifier) =>
    identifier === 'c5' ? awsError('denied', 'aws.AccessDenied') : undefined;
  fake.resources(scopeOf(READ)).set('c5', 'new');
  const summary = await fake.resync();
  assert.is(summary.deadLetters, 1);
  assert.is(exitCodeOf(summary), 3);
  assert.is(fake.port.get('c5'), 'old');
  assert.is(endOf(fake, scopeOf(READ))?.status, 'ok');
  const [letter] = fake.parts.state.deadLetters.list() as ResourceLetter[];
  assert.is(letter?.code, 'aws.AccessDenied');
  assert.is(letter?.key.identifier, 'c5');
  assert.equal(fake.leftovers, {});

  fake.onRead = () => undefined;
  const healed = await fake.resync();
  assert.is(exitCodeOf(healed), 0);
  assertWhole(fake);
});

test('where every read is denied, the scope has failed, and not its resources', async () => {
  const fake = await world();
  await fake.resync();
  fake.onRead = () => awsError('denied', 'aws.AccessDenied');
  fake.resources(scopeOf(READ)).delete('c0');
  const summary = await fake.resync();
  assert.is(summary.scopes.failed, 1);
  assert.equal(
    summary.failures.map(({ kind, code }) => ({ kind, code })),
    [{ kind: READ, code: 'aws.AccessDenied' }],
  );
  assert.is(summary.deadLetters, 0);
  assert.ok(fake.port.has('c0'), 'a failed scope deletes nothing');
  assert.is(summary.entities.deleted, 0);
  assert.equal(fake.leftovers, {});
  fake.onRead = () => undefined;
  await fake.resync();
  assertWhole(fake);
});

test('a listing that breaks deletes nothing in its scope, and only there', async () => {
  const fake = await world();
  await fake.resync();
  fake.onPage = ({ accountId, kind }, page) =>
    accountId !== OTHER && kind === LISTED && page === 1 ? awsError('transient') : undefined;
  fake.resources(scopeOf(LISTED)).set('i0', 'new');
  fake.resources(scopeOf(LISTED)).delete('i11');
  fake.resources(scopeOf(LISTED, OTHER)).delete('o1');
  const summary = await fake.resync();
  assert.is(exitCodeOf(summary), 3);
  assert.is(fake.port.get('i0'), 'new', 'what was seen is written');
  assert.ok(fake.port.has('i11'));
  assert.not.ok(fake.port.has('o1'));
  assert.equal(fake.leftovers, {});
});

test('a relation whose target comes later is written after the rest; one that never comes is parked', async () => {
  const fake = await world();
  const tries = new Map<string, number>();
  fake.onWrite = ({ op, identifier }) => {
    if (op === 'delete' || !['i1', 'i2'].includes(identifier)) return undefined;
    const before = tries.get(identifier) ?? 0;
    tries.set(identifier, before + 1);
    return identifier === 'i1' && before > 0
      ? undefined
      : { status: 'deferred', message: 'no such account' };
  };
  const summary = await fake.resync();
  assert.is(fake.port.get('i1'), 'old');
  assert.not.ok(fake.port.has('i2'));
  assert.is(summary.deadLetters, 1);
  assert.is(exitCodeOf(summary), 3);
  assert.is([...fake.parts.state.deadLetters.list()][0]?.code, 'relation.missing');
  assert.is(fake.parts.state.retries.count(), 0);
  fake.onWrite = () => undefined;
  assert.is(exitCodeOf(await fake.resync()), 0);
  assertWhole(fake);
});

test('what JQ cannot evaluate is parked alone, also when it was due for another try', async () => {
  const fake = await world();
  await fake.resync();
  let reads = 0;
  fake.onRead = (identifier) => {
    if (fake.reads.length > 200) fake.stop.abort(new Error('it reads for ever'));
    return identifier === 'c5' && reads++ === 0 ? awsError('failed') : undefined;
  };
  fake.onMap = (identifier) =>
    ['c5', 'i5'].includes(identifier)
      ? { ok: false, code: 'timeout', message: 'no end' }
      : undefined;
  fake.resources(scopeOf(READ)).set('c5', 'new');
  fake.resources(scopeOf(LISTED)).set('i5', 'new');
  const summary = await fake.resync();
  assert.not.ok(fake.stop.signal.aborted, 'it reads for ever');
  assert.is(summary.deadLetters, 2);
  assert.is(fake.port.get('c5'), 'old');
  assert.equal(fake.leftovers, {});
  fake.onMap = () => undefined;
  assert.is(exitCodeOf(await fake.resync()), 0);
  assertWhole(fake);
});

test('what a listing misses and a read finds stays', async () => {
  const fake = await world();
  await fake.resync();
  const held = fake.resources(scopeOf(LISTED));
  held.delete('i4');
  // The confirming read comes after the listing: by then it is there again.
  fake.onRead = (identifier) => {
    if (identifier === 'i4') held.set('i4', 'old');
    return undefined;
  };
  const summary = await fake.resync();
  assert.ok(fake.reads.includes('i4'));
  assert.is(summary.entities.deleted, 0);
  assert.ok(fake.port.has('i4'));
});

test('what cannot be confirmed is kept, and the run says so', async () => {
  const fake = await world();
  await fake.resync();
  fake.resources(scopeOf(LISTED)).delete('i4');
  fake.onRead = (identifier) => (identifier === 'i4' ? awsError('denied') : undefined);
  const summary = await fake.resync();
  assert.ok(fake.port.has('i4'));
  assert.is(exitCodeOf(summary), 3);
  assert.match(summary.failures[0]!.message, 'i4');
});

test('deletes beyond the threshold are held, all of them; as many as are allowed go', async () => {
  const fake = await world({ threshold: 0.5 });
  await fake.resync();
  for (const id of [...fake.resources(scopeOf(LISTED)).keys()].slice(0, 10)) {
    fake.resources(scopeOf(LISTED)).delete(id);
  }
  fake.resources(scopeOf(LISTED, OTHER)).delete('o0');
  fake.reads.length = 0;
  const held = await fake.resync();
  assert.is(held.entities.deleted, 0);
  assert.is(held.entities.held, 11);
  assert.is(exitCodeOf(held), 3);
  assert.ok(fake.parts.counters.heldBecause[0]!.includes(LISTED));
  assert.not.ok(fake.reads.includes('i0'), 'nothing is confirmed that is not deleted');

  const some = await fake.resync({ allowDeletes: 4 });
  assert.is(some.entities.deleted, 4);
  assert.is(some.entities.held, 7);
  assert.is(fake.port.size, fake.expected.size + 7);
  const all = await fake.resync({ allowDeletes: 100 });
  assert.is(all.entities.deleted, 7);
  assert.is(exitCodeOf(all), 0);
  assertWhole(fake);
});

test('an account is gone when two complete discoveries in a row say so', async () => {
  const fake = await world();
  await fake.resync();
  const at = fake.scopes.findIndex(({ accountId }) => accountId === OTHER);
  const [left] = fake.scopes.splice(at, 1);
  assert.is((await fake.resync()).entities.deleted, 0);
  // Back, and gone again: the count begins anew.
  fake.scopes.push(left!);
  assert.is((await fake.resync()).entities.deleted, 0);
  fake.scopes.pop();
  assert.is((await fake.resync()).entities.deleted, 0);
  // A discovery that was not complete says nothing, and does not count.
  fake.accountsComplete = false;
  assert.is((await fake.resync()).entities.deleted, 0);
  fake.accountsComplete = true;
  assert.is((await fake.resync({ partial: true })).entities.deleted, 0);
  const before = fake.port.size;
  let deleted = 0;
  for (let more = 0; more < 2 && deleted === 0; more += 1) {
    deleted = (await fake.resync()).entities.deleted;
  }
  assert.is(deleted, 3);
  assert.is(fake.port.size, before - 3);
  assertWhole(fake);
});

test('a discovery that finds no account at all deletes nothing', async () => {
  const fake = await world();
  await fake.resync();
  const scopes = fake.scopes.splice(0);
  fake.accountsComplete = false;
  for (let again = 0; again < 3; again += 1) {
    assert.is((await fake.resync()).entities.deleted, 0);
  }
  fake.scopes.push(...scopes);
  fake.accountsComplete = true;
  await fake.resync();
  assertWhole(fake);
});

test('what was adopted is claimed, or deleted after two resyncs that could have claimed it', async () => {
  const fake = await world();
  const { store, unclaimed } = fake.parts.state;
  for (const identifier of ['i0', 'c0', 'left-over']) {
    fake.port.set(identifier, 'adopted');
    await store.commit(unclaimed.adopt(encodeEntityKey({ blueprint: 'b', identifier })));
  }
  fake.onPage = ({ kind }) => (kind === READ ? awsError('denied') : undefined);
  await fake.resync();
  assert.is(fake.port.get('i0'), 'old');
  assert.is(unclaimed.count(), 2, 'i0 is claimed; of c0 nothing is known');
  await fake.resync();
  await fake.resync();
  assert.ok(fake.port.has('left-over'), 'no resync was complete');
  fake.onPage = () => undefined;
  await fake.resync();
  assert.ok(fake.port.has('left-over'), 'one complete resync is not enough');
  assert.is(unclaimed.count(), 1);
  const summary = await fake.resync();
  assert.not.ok(fake.port.has('left-over'));
  assert.is(summary.entities.deleted, 1);
  assertWhole(fake);
});

test('a refused write is parked with its reason and tried again at every resync', async () => {
  const fake = await world();
  fake.onWrite = ({ identifier }) =>
    identifier === 'i7'
      ? { status: 'refused', statusCode: 422, code: 'invalid_request', message: 'no such property' }
      : undefined;
  for (let again = 0; again < 2; again += 1) {
    const summary = await fake.resync();
    assert.is(exitCodeOf(summary), 3);
    assert.is(summary.deadLetters, 1);
    assert.is(summary.entities.failed, 1);
    const [letter] = fake.parts.state.deadLetters.list() as ResourceLetter[];
    assert.is(letter?.code, 'port.invalid_request');
    assert.equal(letter?.entity, { blueprint: 'b', identifier: 'i7' });
  }
  fake.onWrite = () => undefined;
  assert.is(exitCodeOf(await fake.resync()), 0);
  assertWhole(fake);
});

test('in flight are never more observations than credits and one page', async () => {
  const fake = await FakeEngine.open({
    pageSize: 10,
    credits: { observations: 50, liveShare: 0.2 },
  });
  for (let at = 0; at < 20; at += 1) {
    fake.add(scopeOf(LISTED, String(100_000_000_000 + at)), `i${at}-`, 40);
  }
  let waiting = 0;
  let most = 0;
  fake.onWrite = async () => {
    waiting += 1;
    most = Math.max(most, waiting);
    await new Promise((resolve) => setTimeout(resolve, 1));
    waiting -= 1;
    return undefined;
  };
  await fake.resync();
  assertWhole(fake);
  assert.is(fake.port.size, 800);
  assert.ok(fake.peak <= 40 + 10, `${fake.peak} in flight`);
  assert.ok(most <= 50, `${most} writes at once`);
});

test('stopped in the middle, it settles what is in flight, holds nothing back and blames no resource', async () => {
  const fake = await world({ credits: { observations: 10, liveShare: 0 } });
  fake.onWrite = () => {
    fake.stop.abort(new Error('stopped by a signal'));
    return undefined;
  };
  const summary = await fake.resync();
  assert.equal(fake.leftovers, {});
  assert.ok(fake.port.size > 0 && fake.port.size < 27);
  assert.is(summary.scopes.failed, 3 - summary.scopes.ok);
  assert.is(summary.entities.deleted, 0);
  assert.is(fake.parts.state.retries.count(), 0, 'a read that was stopped has not failed');
  assert.is(summary.deadLetters, 0);
  for (const scope of fake.scopes) {
    const whole = [...fake.resources(scope).keys()].every((id) => fake.port.has(id));
    if (endOf(fake, scope)?.status === 'ok') assert.ok(whole, `${scope.kind} was not whole`);
  }

  // Another process goes on with the rest.
  const store = fake.parts.state.store as MemoryStore;
  const next = await FakeEngine.open({ store });
  for (const [name, held] of fake.aws) next.aws.set(name, held);
  next.scopes.push(...fake.scopes);
  for (const [id, value] of fake.port) next.port.set(id, value);
  const resumed = await next.resync({ resume: true });
  assert.is(resumed.generation, 1);
  assert.is(exitCodeOf(resumed), 0);
  assertWhole(next);
});

test('a state that can no longer be written ends the run with its error', async () => {
  const store = new MemoryStore();
  const fake = await world({ store });
  const commit = store.commit.bind(store);
  let commits = 0;
  store.commit = (writes) => {
    commits += 1;
    return commits > 6 ? Promise.reject(new Error('disk full')) : commit(writes);
  };
  const error = await fake.resync().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.match(String(error), 'disk full');
});

test.run();

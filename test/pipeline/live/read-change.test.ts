import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LISTED, READ, awsError, scopeOf } from '../fake-engine.js';
import { LiveWorld } from './live-world.js';

const test = suite('pipeline/live/read-change');
const SCOPE = scopeOf(READ);

test('a change is read and written, and its event settles after that', async () => {
  const world = (await LiveWorld.open()).start();
  world.fake.resources(SCOPE).set('c1', 'new');
  await world.tell(SCOPE, 'c1');
  assert.is(world.fake.port.get('c1'), 'new');
  await world.stop();
  assert.equal(world.fake.leftovers, {});
});

test('many events of one resource cost one read, and settle with it', async () => {
  const world = (await LiveWorld.open()).start();
  world.fake.resources(SCOPE).set('c1', 'new');
  await Promise.all(Array.from({ length: 10 }, () => world.tell(SCOPE, 'c1')));
  assert.equal(world.fake.reads, ['c1']);
  await world.stop();
});

test('a delete is believed when a read says absent', async () => {
  const world = await LiveWorld.open();
  world.fake.resources(SCOPE).set('c1', 'old');
  await world.fake.resync();
  world.start();
  world.fake.resources(SCOPE).delete('c1');
  await world.tell(SCOPE, 'c1', { expects: 'absent' });
  assert.not(world.fake.port.has('c1'));
  assert.equal(world.waiting, {});
  await world.stop();
});

test('not there yet after a create: nothing is deleted, and it is read again until it is', async () => {
  const world = await LiveWorld.open();
  world.fake.resources(SCOPE).set('c1', 'old');
  await world.fake.resync();
  world.start();
  // As AWS does that has not caught up with its own answer.
  world.fake.resources(SCOPE).delete('c1');
  await world.tell(SCOPE, 'c1', { expects: 'present' });
  assert.is(world.fake.port.get('c1'), 'old', 'the event has settled, and nothing is lost by it');
  assert.equal(world.waiting, { 'live.read': 1 });
  world.fake.resources(SCOPE).set('c1', 'new');
  await world.hurry();
  await world.until(() => world.fake.port.get('c1') === 'new', 'the new value in Port');
  await world.calm();
  assert.is(world.counters.reads.early, 1);
  await world.stop();
});

test('of several changes a read may show the first alone: it is read once more', async () => {
  const world = await LiveWorld.open();
  world.fake.resources(SCOPE).set('c1', 'old');
  await world.fake.resync();
  world.start();
  world.fake.reads.length = 0;
  // As AWS does that shows one change, and the next a little later.
  world.fake.resources(SCOPE).set('c1', 'first');
  await Promise.all([world.tell(SCOPE, 'c1'), world.tell(SCOPE, 'c1')]);
  assert.is(world.fake.port.get('c1'), 'first');
  assert.equal(world.waiting, { 'live.read': 1 });
  world.fake.resources(SCOPE).set('c1', 'second');
  await world.calm();
  assert.is(world.fake.port.get('c1'), 'second');
  await world.stop();
});

test('a resource that is different at every read is not read for ever', async () => {
  const world = (await LiveWorld.open()).start();
  world.fake.resources(SCOPE).set('c1', 'new');
  let reads = 0;
  world.fake.richer = (value) => `${value} ${(reads += 1)}`;
  await Promise.all([world.tell(SCOPE, 'c1'), world.tell(SCOPE, 'c1')]);
  await world.calm();
  assert.is(world.fake.reads.length, 5);
  await world.stop();
});

test('of several changes whose read showed all, one more read is made and no other', async () => {
  const world = (await LiveWorld.open()).start();
  world.fake.resources(SCOPE).set('c1', 'new');
  await Promise.all(Array.from({ length: 10 }, () => world.tell(SCOPE, 'c1')));
  await world.calm();
  assert.is(world.fake.reads.length, 2);
  await world.stop();
});

test('still not there when the settling time is over: then it counts', async () => {
  const world = await LiveWorld.open();
  world.fake.resources(SCOPE).set('c1', 'old');
  await world.fake.resync();
  world.start();
  world.fake.resources(SCOPE).delete('c1');
  await world.tell(SCOPE, 'c1', { expects: 'present', settleForMs: 100 });
  assert.ok(world.fake.port.has('c1'));
  await new Promise((resolve) => setTimeout(resolve, 120));
  await world.hurry();
  await world.until(() => !world.fake.port.has('c1'), 'gone from Port');
  await world.until(() => world.waiting['live.read'] === undefined, 'nothing waits');
  await world.stop();
});

test('still there after a delete: it is read again until it is gone', async () => {
  const world = await LiveWorld.open();
  world.fake.resources(SCOPE).set('c1', 'old');
  await world.fake.resync();
  world.start();
  await world.tell(SCOPE, 'c1', { expects: 'absent' });
  assert.ok(world.fake.port.has('c1'));
  assert.equal(world.waiting, { 'live.read': 1 });
  world.fake.resources(SCOPE).delete('c1');
  await world.hurry();
  await world.until(() => !world.fake.port.has('c1'), 'gone from Port');
  await world.stop();
});

test('unchanged after a change: it is read twice more, and then believed', async () => {
  const world = await LiveWorld.open();
  world.fake.resources(SCOPE).set('c1', 'old');
  await world.fake.resync();
  world.start();
  world.fake.reads.length = 0;
  await world.tell(SCOPE, 'c1');
  for (const looks of [1, 2]) {
    assert.equal(world.waiting, { 'live.read': 1 }, `after ${looks} reads`);
    await world.hurry();
    await world.until(() => world.fake.reads.length === looks + 1, 'another read');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await world.until(() => world.waiting['live.read'] === undefined, 'nothing waits');
  assert.is(world.fake.reads.length, 3);
  await world.stop();
});

test('a change that shows at the second look is written', async () => {
  const world = await LiveWorld.open();
  world.fake.resources(SCOPE).set('c1', 'old');
  await world.fake.resync();
  world.start();
  await world.tell(SCOPE, 'c1');
  world.fake.resources(SCOPE).set('c1', 'new');
  await world.hurry();
  await world.until(() => world.fake.port.get('c1') === 'new', 'the new value in Port');
  await world.calm();
  await world.stop();
});

test('a denied read deletes nothing: it is tried again, and at last parked', async () => {
  const world = await LiveWorld.open();
  world.fake.resources(SCOPE).set('c1', 'old');
  await world.fake.resync();
  world.start();
  world.fake.onRead = () => awsError('denied', 'aws.AccessDenied');
  await world.tell(SCOPE, 'c1', { expects: 'absent' });
  const { deadLetters } = world.fake.parts.state;
  for (let tries = 0; tries < 10 && deadLetters.count() === 0; tries += 1) {
    assert.equal(world.waiting, { 'live.read': 1 });
    const before = world.counters.reads.failed;
    await world.hurry();
    await world.until(() => world.counters.reads.failed > before, 'another try');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.is(deadLetters.count(), 1);
  assert.is(deadLetters.list()[0]!.code, 'aws.AccessDenied');
  assert.is(world.fake.port.get('c1'), 'old');
  assert.equal(world.waiting, {});
  await world.stop();
});

test('a read that waits too long holds up nothing: its event settles, the change waits', async () => {
  const world = await LiveWorld.open({ patienceMs: 50 });
  world.fake.resources(SCOPE).set('c1', 'new');
  world.start();
  let let_: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (let_ = resolve));
  world.fake.beforeRead = () => gate;
  await world.tell(SCOPE, 'c1');
  assert.equal(world.waiting, { 'live.read': 1 });
  assert.is(world.counters.reads.overdue, 1);
  assert.not(world.fake.port.has('c1'));
  world.fake.beforeRead = () => Promise.resolve();
  let_();
  await world.hurry();
  await world.until(() => world.fake.port.get('c1') === 'new', 'written after all');
  await world.stop();
});

test('stopped while it reads, an event does not settle', async () => {
  const world = (await LiveWorld.open()).start();
  world.fake.resources(SCOPE).set('c1', 'new');
  let settled = false;
  world.fake.beforeRead = () => new Promise(() => undefined);
  void world.tell(SCOPE, 'c1').then(() => (settled = true));
  await new Promise((resolve) => setTimeout(resolve, 50));
  await world.stop();
  assert.not(settled);
  assert.equal(world.waiting, {});
});

test('what a read gave outlives an unchanged listing, and a changed one is completed by a read', async () => {
  const scope = scopeOf(LISTED);
  const world = await LiveWorld.open();
  world.fake.resources(scope).set('i1', 'old');
  await world.fake.resync();
  world.start();
  world.fake.richer = (value) => `${value} and more`;
  world.fake.resources(scope).set('i1', 'new');
  await world.tell(scope, 'i1');
  assert.is(world.fake.port.get('i1'), 'new and more');
  await world.stop();
  const next = await LiveWorld.open({ store: world.fake.store });
  next.fake.take(world.fake);
  next.fake.richer = (value) => `${value} and more`;
  const first = await next.fake.resync();
  assert.is(next.fake.port.get('i1'), 'new and more', 'completed, not replaced');
  assert.is(first.resources.read, 1);
  const second = await next.fake.resync();
  assert.is(second.resources.read, 0, 'the listing is known by now');
  next.fake.resources(scope).set('i1', 'newer');
  await next.fake.resync();
  assert.is(next.fake.port.get('i1'), 'newer and more');
});

test('a scope that an event made dirty is listed once; what it misses is read and deleted', async () => {
  const scope = scopeOf(LISTED);
  const world = await LiveWorld.open();
  world.fake.add(scope, 'i', 4);
  await world.fake.resync();
  world.start();
  world.fake.resources(scope).set('i1', 'new');
  world.fake.resources(scope).delete('i2');
  world.fake.resources(scope).set('i9', 'made');
  const { store } = world.fake.parts.state;
  await store.commit(world.dirty!.note(scope, 0));
  await store.commit(world.dirty!.note(scope, 0));
  await world.until(() => world.fake.port.get('i1') === 'new', 'the change');
  await world.until(() => world.fake.port.get('i9') === 'made', 'what is new');
  await world.until(() => !world.fake.port.has('i2'), 'what is gone');
  assert.is(world.counters.scopesListed, 1);
  await world.until(() => Object.keys(world.waiting).length === 0, 'nothing waits');
  await world.stop();
});

test('a dirty scope that cannot be listed is tried again, and nothing is deleted', async () => {
  const scope = scopeOf(LISTED);
  const world = await LiveWorld.open();
  world.fake.add(scope, 'i', 4);
  await world.fake.resync();
  world.start();
  world.fake.onPage = () => awsError('denied');
  await world.fake.parts.state.store.commit(world.dirty!.note(scope, 0));
  await world.until(() => world.counters.scopesListed === 1, 'a try');
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(world.waiting, { 'live.scope': 1 });
  assert.is(world.fake.port.size, 4);
  world.fake.onPage = () => undefined;
  world.fake.resources(scope).set('i1', 'new');
  await world.hurry();
  await world.until(() => world.fake.port.get('i1') === 'new', 'listed after all');
  await world.stop();
});

test('a listing that suddenly holds next to nothing deletes nothing', async () => {
  const scope = scopeOf(LISTED);
  const world = await LiveWorld.open({ threshold: 0.5 });
  world.fake.add(scope, 'i', 30);
  await world.fake.resync();
  world.start();
  world.fake.resources(scope).clear();
  await world.fake.parts.state.store.commit(world.dirty!.note(scope, 0));
  await world.until(() => world.counters.scopesListed === 1, 'a listing');
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.is(world.fake.port.size, 30);
  assert.equal(world.waiting, {});
  await world.stop();
});

test.run();

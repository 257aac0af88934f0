import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CreditPool } from '../../src/flow/credit-pool.js';
import { FetchSlots } from '../../src/flow/fetch-slots.js';
import { OutstandingTicks } from '../../src/flow/outstanding-ticks.js';
import { Permits } from '../../src/flow/permits.js';
import { turn } from './flights.js';

const test = suite('flow/permits');

function setUp(observations = 1_000, slotLimit = 2) {
  const credits = new CreditPool({ observations, liveShare: 0 });
  const slots = new FetchSlots(slotLimit);
  const outstanding = new OutstandingTicks();
  let tick = 0;
  const permits = new Permits({ credits, slots, outstanding, nextTick: () => ++tick });
  return { credits, slots, outstanding, permits, ticks: () => tick };
}

test('a fetch takes credits, a slot and a tick; its answer corrects the credits and frees the slot', async () => {
  const { credits, slots, outstanding, permits } = setUp();
  const permit = await permits.acquire('K', 'page', false);
  assert.is(permit.startedAt, 1);
  assert.is(slots.taken, 1);
  assert.is(outstanding.low, 1);
  assert.equal(credits.inFlight, { observations: 100, bytes: 200_000 });
  permit.received(3, 999);
  assert.is(slots.taken, 0);
  assert.equal(credits.inFlight, { observations: 3, bytes: 999 });
  outstanding.add(1, -2);
  assert.is(outstanding.low, 1, 'three observations, of which two have settled');
  outstanding.add(1, -1);
  assert.is(outstanding.size, 0);
});

test('the next fetch of a kind and unit expects what the last one brought', async () => {
  const { credits, permits } = setUp();
  (await permits.acquire('K', 'page', false)).received(20, 5_000);
  const before = credits.inFlight;
  await permits.acquire('K', 'page', false);
  assert.is(credits.inFlight.observations - before.observations, 20);
  assert.is(credits.inFlight.bytes - before.bytes, 5_000);
  await permits.acquire('K', 'read', false, AbortSignal.timeout(5_000)).catch(() => undefined);
  assert.is(credits.inFlight.observations - before.observations, 21, 'a read is another unit');
});

test('an empty answer gives everything back and teaches nothing', async () => {
  const { credits, slots, outstanding, permits } = setUp();
  (await permits.acquire('K', 'page', false)).received(7, 70);
  (await permits.acquire('K', 'page', false)).received(0, 0);
  assert.equal(credits.inFlight, { observations: 7, bytes: 70 });
  assert.is(outstanding.size, 1);
  assert.is(slots.taken, 0);
  await permits.acquire('K', 'page', false);
  assert.equal(credits.inFlight, { observations: 14, bytes: 140 });
});

test('an answer counts once', async () => {
  const { credits, slots, outstanding, permits } = setUp();
  const other = await permits.acquire('L', 'read', false);
  const permit = await permits.acquire('K', 'read', false);
  permit.received(1, 10);
  permit.received(1, 10);
  assert.is(slots.taken, 1);
  assert.equal(credits.inFlight, { observations: 2, bytes: 4_010 });
  other.received(0, 0);
  outstanding.add(permit.startedAt, -1);
  assert.is(outstanding.size, 0);
});

test('the tick is taken when the request may start, not when it was asked for', async () => {
  const { slots, permits, ticks } = setUp(1_000, 1);
  const first = await permits.acquire('K', 'read', false);
  const second = permits.acquire('K', 'read', false);
  await turn();
  assert.is(ticks(), 1);
  assert.is(slots.taken, 1);
  first.received(0, 0);
  assert.is((await second).startedAt, 2);
});

test('who waits for credits holds no slot', async () => {
  const { credits, slots, permits } = setUp(100);
  await permits.acquire('K', 'page', false);
  const waits = permits.acquire('K', 'page', false);
  await turn();
  assert.is(slots.taken, 1);
  credits.release(100, 200_000);
  await waits;
  assert.is(slots.taken, 2);
});

test('an abort while waiting for a slot gives the credits back', async () => {
  const { credits, permits, ticks } = setUp(1_000, 1);
  await permits.acquire('K', 'read', false);
  const abort = new AbortController();
  const waits = permits.acquire('K', 'read', false, abort.signal);
  await turn();
  assert.is(credits.inFlight.observations, 2);
  abort.abort(new Error('stopping'));
  await waits.then(
    () => assert.unreachable('was granted'),
    (error: Error) => assert.is(error.message, 'stopping'),
  );
  assert.is(credits.inFlight.observations, 1);
  assert.is(ticks(), 1);
});

test('live fetches may use the credits that are kept for them', async () => {
  const credits = new CreditPool({ observations: 10, liveShare: 0.5 });
  const permits = new Permits({
    credits,
    slots: new FetchSlots(),
    outstanding: new OutstandingTicks(),
    nextTick: () => 1,
  });
  for (let i = 0; i < 5; i += 1) await permits.acquire('K', 'read', false);
  const bulk = permits.acquire('K', 'read', false);
  let granted = false;
  void bulk.then(() => (granted = true));
  await permits.acquire('K', 'read', true);
  await turn();
  assert.not(granted);
});

test.run();

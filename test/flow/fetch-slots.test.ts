import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FetchSlots } from '../../src/flow/fetch-slots.js';
import { turn } from './flights.js';

const test = suite('flow/fetch-slots');

test('first come, first served; a freed slot goes to the longest waiter', async () => {
  const slots = new FetchSlots(2);
  const granted: number[] = [];
  for (const id of [1, 2, 3, 4]) void slots.take().then(() => granted.push(id));
  await turn();
  assert.equal(granted, [1, 2]);
  slots.release();
  await turn();
  assert.equal(granted, [1, 2, 3]);
  assert.is(slots.taken, 2);
  for (let i = 0; i < 3; i += 1) slots.release();
  assert.is(slots.taken, 0);
});

test('an abort while waiting rejects with its reason and keeps no slot', async () => {
  const slots = new FetchSlots(1);
  await slots.take();
  const abort = new AbortController();
  const waits = slots.take(abort.signal);
  const next = slots.take();
  abort.abort(new Error('stopping'));
  await waits.then(
    () => assert.unreachable('was granted'),
    (error: Error) => assert.is(error.message, 'stopping'),
  );
  slots.release();
  await next;
  slots.release();
  assert.is(slots.taken, 0);
});

test('an abort before: rejected, no slot taken; an abort after the grant: without effect', async () => {
  const slots = new FetchSlots(1);
  await slots.take(AbortSignal.abort(new Error('stopped'))).then(
    () => assert.unreachable('was granted'),
    (error: Error) => assert.is(error.message, 'stopped'),
  );
  assert.is(slots.taken, 0);
  const abort = new AbortController();
  await slots.take();
  const granted = slots.take(abort.signal);
  slots.release();
  await granted;
  const next = slots.take();
  abort.abort();
  assert.is(slots.taken, 1);
  slots.release();
  await next;
  slots.release();
  assert.is(slots.taken, 0);
});

test('256 by default; fewer than one is refused', async () => {
  const slots = new FetchSlots();
  let granted = 0;
  for (let i = 0; i < 300; i += 1) void slots.take().then(() => (granted += 1));
  await turn();
  assert.is(granted, 256);
  for (const limit of [0, -1, Number.NaN]) {
    assert.throws(() => new FetchSlots(limit), /option limit: expected a number of at least 1/);
  }
});

test('never more than the limit, in order, whatever is aborted', async () => {
  const step = fc.constantFrom('take', 'take', 'release', 'abort');
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 3 }), fc.array(step), async (limit, steps) => {
      const slots = new FetchSlots(limit);
      const open = new Map<number, AbortController>();
      const granted: number[] = [];
      let held = 0;
      for (const [id, op] of steps.entries()) {
        if (op === 'take') {
          const abort = new AbortController();
          open.set(id, abort);
          slots.take(abort.signal).then(
            () => {
              granted.push(id);
              open.delete(id);
              held += 1;
            },
            () => open.delete(id),
          );
        } else if (op === 'release' && held > 0) {
          held -= 1;
          slots.release();
        } else if (op === 'abort') [...open.values()].at(-1)?.abort(new Error('stop'));
        await turn();
        assert.ok(held <= limit);
        assert.is(slots.taken, held);
        assert.ok(open.size === 0 || held === limit, 'waits although a slot is free');
      }
      assert.equal(
        granted,
        granted.toSorted((a, b) => a - b),
      );
    }),
    { numRuns: 100 },
  );
});

test.run();

import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FenceMemory } from '../../src/flow/fence-memory.js';
import { OutstandingTicks } from '../../src/flow/outstanding-ticks.js';

const test = suite('flow/fence-memory and outstanding-ticks');

test('outstanding ticks: the low mark is the oldest with anything open', () => {
  const ticks = new OutstandingTicks();
  assert.is(ticks.low, Number.POSITIVE_INFINITY);
  ticks.open(3);
  ticks.open(5);
  ticks.add(3, 2);
  assert.is(ticks.low, 3);
  ticks.add(3, -2);
  assert.is(ticks.low, 3);
  ticks.add(3, -1);
  assert.is(ticks.low, 5);
  ticks.add(5, -1);
  assert.is(ticks.low, Number.POSITIVE_INFINITY);
  assert.is(ticks.size, 0);
});

test('lets in what is newer or as old, not what is older', () => {
  const memory = new FenceMemory(() => 0);
  assert.ok(memory.admit('a', 5));
  assert.ok(memory.admit('a', 5));
  assert.not(memory.admit('a', 4));
  assert.ok(memory.admit('a', 6));
  assert.not(memory.admit('a', 5));
  assert.ok(memory.admit('b', 1));
  assert.ok(memory.isNewest('a', 6));
  assert.not(memory.isNewest('a', 5));
  assert.ok(memory.isNewest('c', 1));
});

test('remembers a settled resource while something older is outstanding, and no longer', () => {
  let low = 3;
  const memory = new FenceMemory(() => low);
  memory.admit('a', 5);
  memory.settled('a', 5);
  assert.is(memory.size, 1);
  assert.not(memory.admit('a', 4));
  low = 5;
  memory.settled('a', 4);
  assert.is(memory.size, 1, 'one of the same time may be outstanding');
  low = 6;
  memory.settled('b', 5);
  assert.is(memory.size, 0);
});

/** Requests that start, bring what they saw at some time after, and observations that settle. */
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant('start' as const),
      keys: fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 4 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('arrive' as const), pick: fc.nat() }) },
  { weight: 4, arbitrary: fc.record({ op: fc.constant('settle' as const), pick: fc.nat() }) },
);

test('whatever order they come in: no older observation after a newer one, and an empty memory at rest', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const ticks = new OutstandingTicks();
      const memory = new FenceMemory(() => ticks.low);
      const requests: { tick: number; keys: string[] }[] = [];
      const flying: { key: string; tick: number }[] = [];
      const newest = new Map<string, number>();
      let tick = 0;

      const start = (keys: string[]): void => {
        tick += 1;
        ticks.open(tick);
        requests.push({ tick, keys });
      };
      const settle = (one: { key: string; tick: number }): void => {
        ticks.add(one.tick, -1);
        memory.settled(one.key, one.tick);
      };
      const arrive = (pick: number): void => {
        const [request] = requests.splice(pick % requests.length, 1);
        ticks.add(request!.tick, request!.keys.length - 1);
        for (const key of request!.keys) {
          const one = { key, tick: request!.tick };
          const older = (newest.get(key) ?? 0) > one.tick;
          assert.is(memory.admit(key, one.tick), !older);
          assert.is(memory.isNewest(key, one.tick), !older);
          if (older) settle(one);
          else {
            newest.set(key, one.tick);
            flying.push(one);
          }
        }
      };
      for (const action of steps) {
        if (action.op === 'start') start(action.keys);
        else if (action.op === 'arrive' && requests.length > 0) arrive(action.pick);
        else if (action.op === 'settle' && flying.length > 0) {
          settle(flying.splice(action.pick % flying.length, 1)[0]!);
        }
      }
      while (requests.length > 0) arrive(requests.length - 1);
      for (const one of flying.splice(0)) settle(one);
      assert.is(ticks.size, 0);
      // Where the last request brought nothing, the next observation to settle takes the rest along.
      start(['z']);
      arrive(0);
      settle(flying[0]!);
      assert.is(memory.size, 0);
    }),
    { numRuns: 500 },
  );
});

test('the memory follows what is in flight, not how many resources there are', () => {
  const ticks = new OutstandingTicks();
  const memory = new FenceMemory(() => ticks.low);
  let most = 0;
  for (let tick = 1; tick <= 50_000; tick += 1) {
    ticks.open(tick);
    memory.admit(`r${tick}`, tick);
    const before = tick - 10;
    if (before > 0) {
      ticks.add(before, -1);
      memory.settled(`r${before}`, before);
    }
    most = Math.max(most, memory.size);
  }
  assert.ok(most <= 11, `${most} remembered`);
});

test.run();

import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Lanes } from '../../src/flow/lanes.js';

const test = suite('flow/lanes');

test('the first of a lane starts at once, the rest in order as the one before leaves', () => {
  const lanes = new Lanes();
  const started: string[] = [];
  for (const task of ['1', '2', '3']) lanes.enter('a', task, () => started.push(task));
  lanes.enter('b', '4', () => started.push('4'));
  assert.equal(started, ['1', '4'], 'lanes do not wait for each other');
  lanes.leave('a', true);
  assert.equal(started, ['1', '4', '2']);
  lanes.leave('a', false);
  assert.equal(started, ['1', '4', '2', '3']);
  assert.is(lanes.size, 2);
  lanes.leave('a', true);
  lanes.leave('b', true);
  assert.is(lanes.size, 0);
});

test('a lane that emptied begins anew: no success of old is told', () => {
  const lanes = new Lanes();
  const told: (boolean | undefined)[] = [];
  const start = (before: boolean | undefined): number => told.push(before);
  lanes.enter('a', 'x', start);
  lanes.leave('a', true);
  lanes.enter('a', 'x', start);
  assert.equal(told, [undefined, undefined]);
});

test('success is told only to the next of equal content, failure too', () => {
  const lanes = new Lanes();
  const told: (boolean | undefined)[] = [];
  for (const content of ['x', 'x', 'y', 'x', 'x', 'x']) {
    lanes.enter('a', content, (before) => told.push(before));
  }
  for (const succeeded of [true, true, true, false, true, true]) lanes.leave('a', succeeded);
  assert.equal(told, [undefined, true, undefined, undefined, false, true]);
});

test('leaving a lane that does not exist does nothing', () => {
  const lanes = new Lanes();
  lanes.leave('a', true);
  assert.is(lanes.size, 0);
});

test('100,000 equal contents behind one write end without recursion', () => {
  const lanes = new Lanes();
  const count = 100_000;
  let repeated = 0;
  lanes.enter('a', 'x', () => undefined);
  for (let i = 0; i < count; i += 1) {
    lanes.enter('a', 'x', (before) => {
      repeated += before === true ? 1 : 0;
      lanes.leave('a', true);
    });
  }
  lanes.leave('a', true);
  assert.is(repeated, count);
  assert.is(lanes.size, 0);
});

test('a task that throws leaves the lanes usable', () => {
  const lanes = new Lanes();
  const started: string[] = [];
  lanes.enter('a', '1', () => undefined);
  lanes.enter('a', '2', () => {
    throw new Error('refused');
  });
  lanes.enter('a', '3', () => started.push('3'));
  assert.throws(() => lanes.leave('a', true), 'refused');
  lanes.leave('a', false);
  assert.equal(started, ['3']);
});

test('whatever comes and goes: one runs in a lane, in the order of the calls', () => {
  const step = fc.record({
    lane: fc.constantFrom('a', 'b', 'c'),
    op: fc.constantFrom('enter', 'enter', 'leave'),
    content: fc.constantFrom('x', 'y'),
    succeeded: fc.boolean(),
    // Done as soon as it starts, as a repeated write is.
    instant: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const lanes = new Lanes();
      const asked = new Map<string, number[]>();
      const started = new Map<string, number[]>();
      const running = new Map<string, { content: string; succeeded?: boolean }>();
      const leave = (lane: string, succeeded: boolean): void => {
        const one = running.get(lane);
        if (one === undefined) return;
        one.succeeded = succeeded;
        lanes.leave(lane, succeeded);
      };
      for (const [task, { lane, op, content, succeeded, instant }] of steps.entries()) {
        if (op === 'leave') {
          leave(lane, succeeded);
          continue;
        }
        asked.set(lane, [...(asked.get(lane) ?? []), task]);
        lanes.enter(lane, content, (before) => {
          const last = running.get(lane);
          assert.ok(last === undefined || last.succeeded !== undefined, 'two at once in a lane');
          const follows = (started.get(lane)?.length ?? 0) > 0 && last?.content === content;
          if (before !== undefined) assert.ok(follows && before === last?.succeeded);
          started.set(lane, [...(started.get(lane) ?? []), task]);
          running.set(lane, { content });
          if (instant) leave(lane, succeeded);
        });
      }
      for (const lane of asked.keys()) while (lanes.size > 0 && hasWaiting(lane)) leave(lane, true);
      function hasWaiting(lane: string): boolean {
        return running.get(lane)?.succeeded === undefined;
      }
      assert.equal(started, asked);
      assert.is(lanes.size, 0);
    }),
    { numRuns: 300 },
  );
});

test.run();

import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { doubtsOf, mergeSignals, settleSignal } from '../../src/flow/signal.js';
import type { Signal } from '../../src/flow/signal.js';
import type { Expectation } from '../../src/model/change-target.js';
import { SCOPE, idOf } from './flights.js';

const test = suite('flow/signal');

function signal(expects: Expectation, at: number, over: Partial<Signal> = {}): Signal {
  return {
    id: idOf('a'),
    key: { ...SCOPE, identifier: 'a' },
    scope: SCOPE,
    doubts: doubtsOf(expects),
    at,
    until: 60_000,
    looks: 0,
    failed: 0,
    unproven: 0,
    receipts: [],
    ...over,
  };
}

test('the newer event decides what is expected, whichever came first', () => {
  const created = signal('present', 1_000);
  const deleted = signal('absent', 9_000);
  assert.equal(mergeSignals(created, deleted).doubts, { absent: false, present: true });
  assert.equal(mergeSignals(deleted, created).doubts, { absent: false, present: true });
});

test('of two events of one second, or of a time unknown, either may be the last', () => {
  const both = { absent: true, present: true };
  assert.equal(mergeSignals(signal('present', 1_000), signal('absent', 1_500)).doubts, both);
  assert.equal(mergeSignals(signal('absent', 1_000), signal('present', 1_000)).doubts, both);
  assert.equal(mergeSignals(signal('absent', NaN), signal('present', 1_000)).doubts, both);
});

test('nothing that waits is forgotten, and no doubt ends before the last settling time', () => {
  const expects = fc.constantFrom<Expectation>('present', 'absent', 'any');
  const one = fc.record({ expects, at: fc.integer({ min: 0, max: 5_000 }), until: fc.nat(9_000) });
  fc.assert(
    fc.property(fc.array(one, { minLength: 1, maxLength: 8 }), (events) => {
      const settled: number[] = [];
      const signals = events.map(({ expects: expected, at, until }, index) =>
        signal(expected, at, { until, receipts: [{ settle: () => settled.push(index) }] }),
      );
      const merged = signals.reduce(mergeSignals);
      settleSignal(merged);
      assert.equal(
        settled,
        events.map((_, index) => index),
      );
      assert.is(merged.until, Math.max(...events.map(({ until }) => until)));
      assert.is(merged.at, Math.max(...events.map(({ at }) => at)));
      assert.is(merged.scope, SCOPE);
    }),
  );
});

test('a reread that an event joins begins its attempts anew', () => {
  const waiting = signal('present', 1_000, { looks: 9, failed: 4, unproven: 1 });
  const merged = mergeSignals(waiting, signal('present', 3_000));
  assert.equal([merged.looks, merged.failed, merged.unproven], [0, 0, 0]);
});

test.run();

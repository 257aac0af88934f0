import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { AdaptiveWindow } from '../../src/port/adaptive-window.js';
import { fakeClock } from './fake-clock.js';

const test = suite('port/adaptive-window');

test('grows by one a round, halves once a congestion, and shrinks when answers become slow', () => {
  const clock = fakeClock();
  const window = new AdaptiveWindow(16, clock);
  assert.is(window.size, 4);
  for (let n = 0; n < 200; n += 1) window.succeeded(100);
  assert.is(window.size, 16);
  window.troubled();
  window.troubled();
  window.troubled();
  assert.is(window.size, 8);
  clock.advance(1_001);
  window.troubled();
  assert.is(window.size, 4);
  clock.advance(1_001);
  window.succeeded(2_500);
  assert.is(window.size, 3);
});

test('stays between 1 and the maximum', () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.array(fc.oneof(fc.constant(undefined), fc.integer({ min: 0, max: 60_000 })), {
        maxLength: 300,
      }),
      (max, events) => {
        const clock = fakeClock();
        const window = new AdaptiveWindow(max, clock);
        for (const latency of events) {
          clock.advance(400);
          if (latency === undefined) window.troubled();
          else window.succeeded(latency);
          assert.ok(window.size >= 1 && window.size <= max);
        }
      },
    ),
  ));

test.run();

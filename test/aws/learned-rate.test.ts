import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  LearnedRate,
  MAX_PER_SECOND,
  MIN_PER_SECOND,
  START_PER_SECOND,
} from '../../src/aws/learned-rate.js';

const test = suite('aws/learned-rate');

test('starts at 10 a second with 8 in flight', () => {
  const rate = new LearnedRate();
  assert.is(rate.perSecond, START_PER_SECOND);
  assert.is(rate.maxInFlight, 8);
});

test('a burst of throttles counts once', () => {
  const rate = new LearnedRate();
  for (let i = 0; i < 20; i++) rate.throttled(1000 + i);
  assert.is(rate.perSecond, 6);
  rate.throttled(1600);
  assert.ok(Math.abs(rate.perSecond - 3.6) < 1e-9);
});

test('rises fast until the first throttle and slowly after', () => {
  const rate = new LearnedRate();
  for (let i = 0; i < 10; i++) rate.clean(i);
  assert.is(rate.perSecond, 20);
  rate.throttled(100);
  assert.is(rate.perSecond, 12);
  rate.clean(200);
  assert.is(rate.perSecond, 12, 'answers of before the decrease say nothing');
  for (let i = 0; i < 12; i++) rate.clean(1000 + i);
  assert.ok(rate.perSecond > 12.3 && rate.perSecond < 12.6, `by a share a call: ${rate.perSecond}`);
});

test('a fixed rate is never exceeded, halves and recovers', () => {
  const rate = new LearnedRate({ fixedPerSecond: 5 });
  rate.clean(0);
  assert.is(rate.perSecond, 5);
  rate.throttled(1000);
  assert.is(rate.perSecond, 2.5);
  for (let i = 0; i < 100; i++) rate.clean(2000 + i);
  assert.is(rate.perSecond, 5);
});

test('what an earlier process found is begun with, and not probed for again', () => {
  const rate = new LearnedRate({ knownPerSecond: 4 });
  assert.is(rate.perSecond, 4);
  assert.is(rate.learned, 4);
  rate.clean(1_000);
  assert.ok(rate.perSecond > 4 && rate.perSecond < 4.1, 'by a share, not by a whole step');
  assert.is(new LearnedRate({ knownPerSecond: 0 }).perSecond, MIN_PER_SECOND);
  assert.is(new LearnedRate({ knownPerSecond: 1e6 }).perSecond, MAX_PER_SECOND);
  const fixed = new LearnedRate({ fixedPerSecond: 5, knownPerSecond: 4 });
  assert.is(fixed.perSecond, 5, 'what the user says counts');
  assert.is(fixed.learned, undefined);
});

test('a rate counts as learned once many calls went well since a throttle', () => {
  const rate = new LearnedRate();
  for (let i = 0; i < 30; i++) rate.clean(i);
  assert.is(rate.learned, undefined, 'it was only probed for');
  rate.throttled(1_000);
  assert.is(rate.learned, undefined);
  for (let i = 0; i < 12; i++) rate.clean(2_000 + i);
  const found = rate.learned;
  assert.is(found, rate.perSecond);
  rate.throttled(3_000);
  assert.is(rate.learned, rate.perSecond, 'one throttle after many calls: it is about there');
});

test('a storm of throttles is forgotten with the process', () => {
  const rate = new LearnedRate({ knownPerSecond: 8 });
  for (let now = 0; now < 60_000; now += 600) rate.throttled(now);
  assert.is(rate.perSecond, MIN_PER_SECOND);
  assert.is(rate.learned, 8);
});

test('stays within its bounds whatever happens', () => {
  const events = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 2000 })), {
    maxLength: 300,
  });
  fc.assert(
    fc.property(
      events,
      fc.option(fc.double({ min: 0.1, max: 500, noNaN: true }), { nil: undefined }),
      (list, fixed) => {
        const rate = new LearnedRate(fixed === undefined ? {} : { fixedPerSecond: fixed });
        const cap = fixed ?? MAX_PER_SECOND;
        let now = 0;
        for (const [throttled, later] of list) {
          now += later;
          if (throttled) rate.throttled(now);
          else rate.clean(now);
          if (rate.perSecond > cap || rate.perSecond < Math.min(MIN_PER_SECOND, cap)) return false;
        }
        return rate.maxInFlight >= 2;
      },
    ),
  );
});

test('finds the rate of a quota and stays at it: few calls are throttled and little time is lost', () => {
  for (const quota of [0.5, 1, 5, 20]) {
    const rate = new LearnedRate();
    let [now, tokens, at, done, throttled] = [0, 2, 0, 0, 0];
    let warm = { now: 0, throttled: 0 };
    while (done < 400) {
      now += 1000 / rate.perSecond;
      tokens = Math.min(2, tokens + ((now - at) / 1000) * quota);
      at = now;
      if (tokens >= 1) {
        tokens -= 1;
        done += 1;
        rate.clean(now + 50);
      } else {
        throttled += 1;
        rate.throttled(now + 50);
      }
      if (done === 100) warm = { now, throttled };
    }
    const share = (throttled - warm.throttled) / (300 + throttled - warm.throttled);
    assert.ok(share < 0.03, `${quota} a second: ${share} are throttled`);
    const over = (now - warm.now) / 1000 / (300 / quota);
    assert.ok(over < 1.1, `${quota} a second: ${over} times the least time`);
  }
});

test.run();

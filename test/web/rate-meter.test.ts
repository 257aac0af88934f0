import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { RateMeter } from '../../src/web/rate-meter.js';

const test = suite('rate meter');

test('gives the growth of the last ten seconds', () => {
  const meter = new RateMeter();
  assert.is(meter.rate(100, 0), 0);
  assert.is(meter.rate(300, 2_000), 100);
  for (let at = 3_000; at <= 60_000; at += 1_000) meter.rate(300 + (at - 2_000) / 10, at);
  assert.is(meter.rate(300 + 5_900, 61_000), 100);
  for (let at = 62_000; at <= 80_000; at += 1_000) meter.rate(6_200, at);
  assert.is(meter.rate(6_200, 81_000), 0, 'and forgets what was before');
});

test('starts anew where the number does', () => {
  const meter = new RateMeter();
  meter.rate(1_000, 0);
  meter.rate(2_000, 1_000);
  assert.is(meter.rate(0, 2_000), 0);
  assert.is(meter.rate(50, 3_000), 50);
});

test('gives no wild figures to those who ask often', () => {
  const meter = new RateMeter();
  meter.rate(0, 0);
  assert.is(meter.rate(500, 1), 0);
  assert.is(meter.rate(500, 1_000), 500);
});

test.run();

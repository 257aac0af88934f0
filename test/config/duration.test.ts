import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseDuration } from '../../src/config/duration.js';

const test = suite('config/duration');

test('reads units and their sums', () => {
  assert.is(parseDuration('500ms'), 500);
  assert.is(parseDuration('2s'), 2_000);
  assert.is(parseDuration('15m'), 900_000);
  assert.is(parseDuration('6h'), 21_600_000);
  assert.is(parseDuration('1d'), 86_400_000);
  assert.is(parseDuration('1h30m'), 5_400_000);
  assert.is(parseDuration('1.5s'), 1_500);
  assert.is(parseDuration('0s'), 0);
});

test('refuses everything else', () => {
  for (const text of [
    '',
    '5',
    's',
    '5 s',
    '-5s',
    '5S',
    '5w',
    '5s ',
    '1e3s',
    '5sm',
    '99999999999999999d',
  ]) {
    assert.is(parseDuration(text), undefined, text);
  }
});

test('any whole number of milliseconds reads as itself', () => {
  fc.assert(
    fc.property(fc.nat(), (ms) => {
      assert.is(parseDuration(`${ms}ms`), ms);
      assert.is(parseDuration(`${Math.floor(ms / 1000)}s${ms % 1000}ms`), ms);
    }),
  );
});

test.run();

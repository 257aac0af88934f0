import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Strikes } from '../../src/jq/batching/strikes.js';

const test = suite('Strikes');

function strikesAt(timeoutMs: number) {
  const clock = { now: 0 };
  const strikes = new Strikes({ timeoutMs, strikesInARow: 3, restMs: 1000, now: () => clock.now });
  return { clock, strikes };
}

test('each strike halves the leash, down to an eighth and a quarter of a second', () => {
  const { strikes } = strikesAt(8000);
  const leashes = [0, 1, 2, 3, 4, 5].map(() => {
    const leash = strikes.leash('p');
    strikes.strike('p');
    return leash;
  });
  assert.equal(leashes, [8000, 4000, 2000, 1000, 1000, 1000]);
  assert.is(strikes.leash('other'), 8000);
  const short = strikesAt(400).strikes;
  for (let at = 0; at < 5; at += 1) short.strike('p');
  assert.is(short.leash('p'), 250);
  assert.is(strikesAt(100).strikes.leash('p'), 100);
});

test('a program rests after strikes in a row, and is tried again once', () => {
  const { clock, strikes } = strikesAt(5000);
  strikes.strike('p');
  strikes.strike('p');
  strikes.pass('p');
  strikes.strike('p');
  strikes.strike('p');
  assert.not(strikes.rests('p'));
  strikes.strike('p');
  assert.ok(strikes.rests('p'));
  assert.not(strikes.rests('other'));
  clock.now = 1000;
  assert.not(strikes.rests('p'));
  strikes.strike('p');
  assert.ok(strikes.rests('p'));
  clock.now = 2000;
  strikes.pass('p');
  strikes.strike('p');
  assert.not(strikes.rests('p'));
});

test.run();

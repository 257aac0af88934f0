import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Wave } from '../../src/flow/wave.js';
import { present, turn } from './flights.js';

const test = suite('flow/wave');

test('is idle at once where nothing is under way', async () => {
  await new Wave().idle();
});

test('is idle when the last has settled or ended, and counts how they settled', async () => {
  const wave = new Wave();
  let idle = 0;
  wave.started(4);
  void wave.idle().then(() => (idle += 1));
  void wave.idle().then(() => (idle += 1));
  wave.settled(present('a', 1), 'written');
  wave.settled(present('b', 1), 'unchanged');
  wave.settled(present('c', 1), 'written');
  await turn();
  assert.is(idle, 0);
  assert.is(wave.open, 1);
  wave.ended();
  await turn();
  assert.is(idle, 2);
  assert.is(wave.open, 0);
  assert.equal(
    [...wave.outcomes],
    [
      ['written', 2],
      ['unchanged', 1],
    ],
  );
});

test('what starts after an idle moment is waited for by who asks then', async () => {
  const wave = new Wave();
  wave.started(1);
  const first = wave.idle();
  wave.ended();
  wave.started(1);
  await first;
  let idle = false;
  void wave.idle().then(() => (idle = true));
  await turn();
  assert.not(idle);
  wave.ended();
  await turn();
  assert.ok(idle);
});

test.run();

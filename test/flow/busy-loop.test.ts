import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { busyLoop } from '../../src/flow/busy-loop.js';

const test = suite('flow/busy-loop');

test('busy is a span of at least 50 ms in which the loop had hardly any time left', () => {
  let clock = { active: 1_000, idle: 7_000 };
  const busy = busyLoop(() => clock);
  const pass = (active: number, idle: number): boolean => {
    clock = { active: clock.active + active, idle: clock.idle + idle };
    return busy();
  };
  assert.not(busy());
  assert.not(pass(49, 0), 'too short to tell');
  assert.ok(pass(1, 5), 'the last span begins where it was told from');
  assert.ok(pass(0, 49), 'what was told stands until the next span is over');
  assert.not(pass(0, 1));
  assert.not(pass(90, 10), 'nine tenths are not yet too much');
  assert.ok(pass(91, 9));
});

test('looks at this process when nothing else is given', async () => {
  const busy = busyLoop();
  assert.not(busy());
  await new Promise((resolve) => setTimeout(resolve, 80));
  assert.not(busy(), 'it has waited');
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { leastSeconds } from '../../bench/least-time.js';

const test = suite('bench: least time');

test('the bucket that has most to do decides', () => {
  assert.is(leastSeconds([]), 0);
  assert.is(leastSeconds([{ calls: 3, rate: 1, burst: 5 }]), 0);
  assert.is(
    leastSeconds([
      { calls: 25, rate: 5, burst: 5 },
      { calls: 11, rate: 1, burst: 1 },
    ]),
    10,
  );
});

test.run();

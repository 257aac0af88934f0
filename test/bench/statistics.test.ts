import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { spreadOf } from '../../bench/statistics.js';

const statistics = suite('spreadOf');

statistics('takes the middle value, or the mean of the two in the middle', () => {
  assert.equal(spreadOf([3, 1, 2]), { median: 2, low: 1, high: 3, spread: 1 });
  assert.equal(spreadOf([4, 1, 2, 8]).median, 3);
  assert.equal(spreadOf([5]), { median: 5, low: 5, high: 5, spread: 0 });
});

statistics('has no spread where the median is 0', () => {
  assert.is(spreadOf([0, 0, 9]).spread, 0);
});

statistics('refuses no values', () => {
  assert.throws(() => spreadOf([]), /at least one value/);
});

statistics('has as many values below the median as above, whatever the order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1 }), (values) => {
      const { median, low, high } = spreadOf(values);
      assert.ok(low <= median && median <= high);
      const below = values.filter((value) => value < median).length;
      const above = values.filter((value) => value > median).length;
      assert.ok(below <= values.length / 2 && above <= values.length / 2);
      assert.is(spreadOf([...values].reverse()).median, median);
    }),
  );
});

statistics.run();

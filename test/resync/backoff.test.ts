import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { backoffMs } from '../../src/resync/backoff.js';

const test = suite('resync/backoff');
const options = { baseMs: 100, capMs: 1_000 };

test('doubles with each attempt up to the cap, half of it fixed', () => {
  const waits = [1, 2, 3, 4, 5, 6].map((attempts) => [
    backoffMs(attempts, options, 0),
    backoffMs(attempts, options, 0.5),
  ]);
  assert.equal(waits, [
    [50, 75],
    [100, 150],
    [200, 300],
    [400, 600],
    [500, 750],
    [500, 750],
  ]);
});

test('is between half and the whole of the wait, however many attempts, and never beyond the cap', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100_000 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (attempts, random) => {
        const wait = backoffMs(attempts, options, random);
        const full = attempts > 4 ? 1_000 : 100 * 2 ** (attempts - 1);
        assert.ok(wait >= full / 2 && wait < full + 1e-9, `${wait} of ${full}`);
      },
    ),
  );
});

test('a base above the cap is capped from the first attempt', () => {
  assert.is(backoffMs(1, { baseMs: 5_000, capMs: 1_000 }, 0), 500);
});

test.run();

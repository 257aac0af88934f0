import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { judgeDeletes } from '../../src/resync/threshold.js';
import type { ThresholdInput } from '../../src/resync/threshold.js';

const test = suite('resync/threshold');

type Tallies = Record<string, readonly [deletes: number, total: number]>;

/** Judges kinds that share no entity: all is their sum, and `rest` entities of other kinds besides. */
function judge(kinds: Tallies, threshold: number, rest = 0, allowDeletes?: number) {
  const tallies = Object.entries(kinds).map(
    ([kind, [deletes, total]]) => [kind, { deletes, total }] as const,
  );
  const input: ThresholdInput = {
    kinds: new Map(tallies),
    all: {
      deletes: tallies.reduce((sum, [, { deletes }]) => sum + deletes, 0),
      total: tallies.reduce((sum, [, { total }]) => sum + total, rest),
    },
    threshold,
    ...(allowDeletes !== undefined && { allowDeletes }),
  };
  return judgeDeletes(input);
}

test('nothing to delete, nothing held, even of nothing', () => {
  assert.equal(judge({}, 0.9), { release: 0, held: 0, reasons: [] });
  assert.equal(judge({ K: [0, 100] }, 0), { release: 0, held: 0, reasons: [] });
});

test('a share that equals the threshold is released, one more is held', () => {
  assert.equal(judge({ K: [90, 100] }, 0.9), { release: 90, held: 0, reasons: [] });
  const { release, held, reasons } = judge({ K: [91, 100] }, 0.9, 1_000);
  assert.equal([release, held], [0, 91]);
  assert.equal(reasons, [
    '91 of 100 entities of K would be deleted, more than the threshold of 90 %',
  ]);
});

test('kinds of fewer than ten entities are not judged alone', () => {
  assert.is(judge({ K: [9, 9] }, 0.5, 1_000).held, 0);
  assert.is(judge({ K: [10, 10] }, 0.5, 1_000).held, 10);
});

test('but all together are, however few', () => {
  const { held, reasons } = judge({ K: [2, 2], L: [1, 1] }, 0.9);
  assert.is(held, 3);
  assert.equal(reasons, ['3 of all 3 entities would be deleted, more than the threshold of 90 %']);
});

test('one breach holds all, and every breach is told', () => {
  const verdict = judge({ K: [20, 20], L: [1, 100], M: [12, 12] }, 0.9, 1_000);
  assert.equal([verdict.release, verdict.held], [0, 33]);
  assert.equal(
    verdict.reasons.map((reason) => reason.split(' would')[0]),
    ['20 of 20 entities of K', '12 of 12 entities of M'],
  );
});

test('a threshold of 0 holds every delete, one of 1 holds none', () => {
  assert.is(judge({ K: [1, 100] }, 0).held, 1);
  assert.is(judge({ K: [100, 100] }, 1).held, 0);
});

test('a person releases up to a number, whatever the threshold says', () => {
  const ends = (allowed: number) => {
    const { release, held } = judge({ K: [50, 50] }, 0.5, 0, allowed);
    return [release, held];
  };
  assert.equal(ends(0), [0, 50]);
  assert.equal(ends(10), [10, 40]);
  assert.equal(ends(50), [50, 0]);
  assert.equal(ends(9_999), [50, 0]);
  assert.is(
    judge({ K: [50, 50] }, 0.5, 0, 50).reasons.length,
    2,
    'says why although nothing is held',
  );
});

test('a release that nobody needed changes nothing', () => {
  assert.equal(judge({ K: [10, 100] }, 0.5, 0, 3), { release: 10, held: 0, reasons: [] });
});

test('the edge is exact, for every share in hundredths and every total', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 100 }),
      fc.integer({ min: 1, max: 5_000 }),
      (hundredths, scale) => {
        // total × threshold is a whole number here, so that the edge is known without rounding.
        const total = 100 * scale;
        const edge = hundredths * scale;
        const threshold = Number(`${hundredths / 100}`);
        assert.is(judge({ K: [edge, total] }, threshold).held, 0, 'at the edge');
        if (edge < total)
          assert.is(judge({ K: [edge + 1, total] }, threshold).held, edge + 1, 'past it');
      },
    ),
    { numRuns: 1_000 },
  );
});

test.run();

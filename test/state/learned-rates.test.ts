import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readLearnedRates, writeLearnedRates } from '../../src/state/learned-rates.js';
import { MemoryStore } from '../../src/state/memory-store.js';

const test = suite('state/learned-rates');
const WEEK_MS = 7 * 24 * 3_600_000;

test('what was noted last is read, rounded, for a week', async () => {
  const store = new MemoryStore();
  assert.equal(readLearnedRates(store, 0), []);
  await store.commit([writeLearnedRates([['a', 1]], 500)]);
  await store.commit([writeLearnedRates([['b', 3.14159]], 1_000)]);
  assert.equal(readLearnedRates(store, 2_000), [['b', 3.142]]);
  assert.equal(readLearnedRates(store, 1_000 + WEEK_MS), [['b', 3.142]]);
  assert.equal(readLearnedRates(store, 1_001 + WEEK_MS), []);
});

test.run();

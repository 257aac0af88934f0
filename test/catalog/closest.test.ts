import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { closest, editDistance } from '../../src/catalog/closest.js';

const test = suite('catalog/closest');

test('counts edits, swaps of neighbours as one', () => {
  assert.is(editDistance('kitten', 'sitting'), 3);
  assert.is(editDistance('clsuter', 'cluster'), 1);
  assert.is(editDistance('', 'abc'), 3);
  assert.is(editDistance('abc', 'abc'), 0);
});

test('is a distance: symmetric, zero for equals alone, bounded by the longer text', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
  fc.assert(
    fc.property(text, text, (a, b) => {
      const distance = editDistance(a, b);
      assert.is(distance, editDistance(b, a));
      assert.is(distance === 0, a === b);
      assert.ok(distance <= Math.max(a.length, b.length));
      assert.ok(distance >= Math.abs(a.length - b.length));
    }),
  );
});

test('gives the nearest first, and nothing that is far', () => {
  const keys = ['resources', 'resync', 'port', 'aws'];
  assert.equal(closest('resource', keys), ['resources']);
  assert.equal(closest('PORT', keys), ['port']);
  assert.equal(closest('kubernetes', keys), []);
  assert.equal(closest('ab', ['aa', 'ab', 'b'], 2), ['ab', 'aa']);
});

test.run();

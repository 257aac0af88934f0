import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SeenSet } from '../../src/flow/seen-set.js';

const test = suite('flow/seen-set');

test('has what was added, and nothing else', () => {
  const texts = fc.array(
    fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('a', 'b', ''),
      fc.string({ minLength: 50, maxLength: 80 }),
    ),
  );
  fc.assert(
    fc.property(texts, texts, (added, others) => {
      const seen = new SeenSet();
      const model = new Set<string>();
      for (const text of added) {
        seen.add(text);
        model.add(text);
        assert.is(seen.size, model.size);
      }
      for (const text of [...added, ...others]) assert.is(seen.has(text), model.has(text), text);
    }),
    { numRuns: 300 },
  );
});

test('an empty set has nothing', () => {
  const seen = new SeenSet();
  assert.is(seen.size, 0);
  assert.not(seen.has(''));
  assert.not(seen.has('a'));
});

test('tells 200,000 alike identifiers apart, through every growth', () => {
  const seen = new SeenSet();
  const name = (i: number): string =>
    `eu-west-1\u0001arn:aws:s3:::bucket-${i.toString().padStart(8, '0')}`;
  const count = 200_000;
  for (let i = 0; i < count; i += 1) seen.add(name(i));
  assert.is(seen.size, count);
  for (let i = 0; i < count; i += 1) {
    if (!seen.has(name(i))) assert.unreachable(`lost ${name(i)}`);
    if (seen.has(name(i + count))) assert.unreachable(`has ${name(i + count)}`);
  }
  for (let i = 0; i < count; i += 7) seen.add(name(i));
  assert.is(seen.size, count);
});

test('the order of characters counts, and every one of them', () => {
  const seen = new SeenSet();
  seen.add('i-0123456789');
  for (const other of [
    'i-0123456798',
    'i-012345678',
    'i-01234567890',
    'I-0123456789',
    '0123456789-i',
  ]) {
    assert.not(seen.has(other), other);
  }
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compileKind } from '../../src/jq/compile-kind.js';
import { mapping } from './mapping-fixture.js';
import type { Mapping } from './mapping-fixture.js';

const test = suite('compileKind');

const hashOf = (given: Mapping, engineVersion?: string) =>
  compileKind([mapping(given)], engineVersion === undefined ? {} : { engineVersion }).hash;

test('the hash covers all that decides the output', () => {
  const base = { title: '.a', properties: { p: '.b', q: 1 } };
  const others: Mapping[] = [
    { ...base, title: '.c' },
    { ...base, properties: { p: '.b', q: 2 } },
    { ...base, properties: { r: '.b', q: 1 } },
    { ...base, properties: { q: 1, p: '.b' } },
    { ...base, blueprint: '"other"' },
    { ...base, selector: '.x' },
    { ...base, selector: 'false' },
    { ...base, position: 1 },
    { ...base, relations: { r: '"x"' } },
    { ...base, itemsToParse: '.list' },
    { ...base, itemsToParse: '.list', itemsToParseName: 'one' },
    { ...base, itemsToParse: '.list', itemsToParseTopLevelTransform: false },
  ];
  const hashes = new Set([base, ...others].map((given) => hashOf(given)));
  assert.is(hashes.size, others.length + 1);
  assert.is(hashOf(base), hashOf({ ...base }));
  assert.is.not(hashOf(base), hashOf(base, 'jq-1.7.1'));
});

test('the hash does not depend on where the mapping stands in its file', () => {
  const spec = mapping({ title: '.a' });
  const moved = {
    ...spec,
    selector: { ...spec.selector, position: { file: 'b', line: 9, column: 9 } },
  };
  assert.is(compileKind([spec]).hash, compileKind([moved]).hash);
});

test('an expression that occurs twice is compiled once, constants not at all', () => {
  const { text } = compileKind([
    mapping({
      selector: '.on == 1',
      properties: { a: '.x | y', b: '.x | y', c: '"text"', d: 'null' },
    }),
  ]);
  assert.is(text.match(/\.x \| y/g)?.length, 1);
  assert.not.match(text, /"text"/);
});

test('the names of the wrapper avoid those of expressions', () => {
  const { text } = compileKind([mapping({ title: '.my_stuff | f', selector: '._s1_x == 1' })]);
  const own = text.match(/def (_s\w*):/g) ?? [];
  assert.ok(own.length >= 2);
  assert.ok(own.every((name) => name.startsWith('def _s2_')));
});

test.run();

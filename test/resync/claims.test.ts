import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { JqLeaf, MappingSpec } from '../../src/model/mapping-spec.js';
import {
  MISSES_BEFORE_DELETE,
  blueprintComplete,
  literalBlueprint,
} from '../../src/resync/claims.js';

const test = suite('resync/claims');

const leaf = (jq: string): JqLeaf => ({ jq, position: { file: 'f', line: 1, column: 1 } });

function spec(kind: string, blueprint: string): MappingSpec {
  return {
    position: 0,
    kind,
    selector: leaf('true'),
    itemsToParseName: 'item',
    itemsToParseTopLevelTransform: true,
    blueprint: leaf(blueprint),
    identifier: { type: 'jq', leaf: leaf('.Identifier') },
    properties: [],
    relations: [],
  };
}

test('a string literal names its blueprint', () => {
  for (const [jq, blueprint] of [
    ['"vm"', 'vm'],
    ['  "vm"\n', 'vm'],
    ['"a\\"b"', 'a"b'],
    ['"\\u0076m"', 'vm'],
    ['""', ''],
  ] as const) {
    assert.is(literalBlueprint(spec('K', jq)), blueprint, jq);
  }
});

test('anything else must be evaluated to tell', () => {
  for (const jq of [
    '.Blueprint',
    '"a" + "b"',
    '"v\\(.x)"',
    '"vm" # the blueprint',
    '"vm',
    '1',
    'null',
    '["vm"]',
    '("vm")',
  ]) {
    assert.is(literalBlueprint(spec('K', jq)), undefined, jq);
  }
});

test('a blueprint is complete when every kind that may yield it was', () => {
  const specs = [spec('K', '"vm"'), spec('L', '"vm"'), spec('M', '"db"')];
  assert.ok(blueprintComplete('vm', specs, new Set()));
  assert.ok(blueprintComplete('vm', specs, new Set(['M'])), 'M yields another blueprint');
  assert.not(blueprintComplete('vm', specs, new Set(['L'])));
  assert.not(blueprintComplete('db', specs, new Set(['M', 'K'])));
  assert.ok(blueprintComplete('gone', specs, new Set()), 'nothing yields it any more');
  assert.not(blueprintComplete('gone', specs, new Set(['M'])), 'M may relate to it');
});

test('a blueprint that is computed may be any', () => {
  const specs = [spec('K', '"vm"'), spec('X', '.Blueprint')];
  assert.not(blueprintComplete('vm', specs, new Set(['X'])));
  assert.not(blueprintComplete('other', specs, new Set(['X'])));
  assert.ok(blueprintComplete('other', specs, new Set(['K'])));
});

test('two resyncs in a row must leave it unclaimed', () => {
  assert.is(MISSES_BEFORE_DELETE, 2);
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compileKind } from '../../../src/jq/compile-kind.js';
import { explainMappings } from '../../../src/jq/explain/mapping-steps.js';
import type { ItemSteps, MappingSteps } from '../../../src/jq/explain/mapping-steps.js';
import type { JqEngine } from '../../../src/jq/jq-engine.js';
import { createWasmEngine } from '../../../src/jq/wasm/wasm-engine.js';
import { mapping } from '../mapping-fixture.js';
import type { Mapping } from '../mapping-fixture.js';

const test = suite('jq/explain/mapping-steps');

let jq: JqEngine;
test.before(async () => {
  jq = await createWasmEngine({ workers: 1 });
});
test.after(() => jq.close());

async function explain(resource: object, ...mappings: Mapping[]): Promise<readonly MappingSteps[]> {
  const specs = mappings.map((one, position) => mapping({ position, ...one }));
  return explainMappings(jq, compileKind(specs), JSON.stringify(resource));
}

/** Each leaf's value, or its message behind an exclamation mark. */
function shown({ leaves }: ItemSteps): Record<string, unknown> {
  return Object.fromEntries(
    leaves.map(({ path, value, error }) => [
      path.replace('port.entity.mappings.', ''),
      error === undefined ? value : `!${error}`,
    ]),
  );
}

test('tells every leaf: fields, paths, constants, errors and what gives nothing', async () => {
  const [steps] = await explain(
    { id: 'i', a: { b: 1 }, text: 'x' },
    {
      title: '"fixed"',
      properties: {
        field: '.id',
        path: '.a.b',
        wrong: '.text.x',
        none: 'empty',
        several: '1, 2',
        deep: { list: ['.id', 7, 'null'] },
        number: 5,
      },
      relations: { to: '.a | tag("b")' },
    },
  );
  assert.equal(shown(steps!.runs[0]!), {
    blueprint: 'b',
    identifier: 'i',
    title: 'fixed',
    'properties.field': 'i',
    'properties.path': 1,
    'properties.wrong': '!Cannot index string with string ("x")',
    'properties.none': '!no output',
    'properties.several': 1,
    'properties.deep.list[0]': 'i',
    'properties.deep.list[2]': null,
    'relations.to': 1,
  });
});

test('tells of selectors that say false, fail, or say neither', async () => {
  const selectors = ['true', 'false', '.id == "i"', '.id != "i"', '.id', 'empty', '.id | keys'];
  const steps = await explain({ id: 'i' }, ...selectors.map((selector) => ({ selector })));
  const outcomes = steps.map(({ runs }) => runs[0]!.selector.error ?? runs[0]!.selector.value);
  assert.equal(outcomes.slice(0, 6), [
    true,
    false,
    true,
    false,
    'expected a boolean, got string',
    'no output',
  ]);
  assert.match(String(outcomes[6]), /has no keys/);
  assert.equal(
    steps.map(({ runs }) => runs[0]!.leaves.length > 0),
    [true, false, true, false, false, false, false],
  );
});

test('tells every item, and of a list that is none', async () => {
  const resource = { id: 'i', list: [{ n: 1 }, { n: 2 }, { n: 'x' }] };
  const [items, none, wrong, failing] = await explain(
    resource,
    { itemsToParse: '.list', selector: '.item.n != 2', identifier: '.item.n + 1' },
    { itemsToParse: '.missing' },
    { itemsToParse: '.id' },
    { itemsToParse: '.id | keys' },
  );
  assert.equal(items!.itemsToParse?.value, resource.list);
  assert.equal(
    items!.runs.map(({ item, selector }) => [item, selector.value]),
    [
      [{ n: 1 }, true],
      [{ n: 2 }, false],
      [{ n: 'x' }, true],
    ],
  );
  assert.is(shown(items!.runs[0]!)['identifier'], 2);
  assert.match(String(shown(items!.runs[2]!)['identifier']), /^!.*cannot be added/);
  assert.equal([none!.runs, none!.itemsToParse?.value], [[], null]);
  assert.is(wrong!.itemsToParse?.error, 'expected a list, got string');
  assert.match(failing!.itemsToParse?.error ?? '', /has no keys/);
});

test('says what the engine says of the same resource', async () => {
  const specs = [
    mapping({ properties: { a: '.x.y', b: '.id | keys', c: 'tags_object', d: '.n' } }),
    mapping({ position: 1, itemsToParse: '.list', identifier: '.item', properties: { e: '.id' } }),
  ];
  const program = compileKind(specs);
  const line = JSON.stringify({ id: 'i', x: { y: [1] }, n: 1e3, Tags: [], list: ['p', null, 'q'] });
  const steps = await explainMappings(jq, program, line);
  const [outcome] = await jq.map(program, [line]);
  if (!outcome?.ok) throw new Error(outcome?.message);
  const leaves = steps.flatMap(({ runs }) => runs.flatMap((run) => run.leaves));
  assert.equal(
    outcome.faults.map(({ leaf, message }) => [leaf, message]),
    leaves.flatMap(({ path, error }) => (error === undefined ? [] : [[path, error]])),
  );
  assert.equal(
    outcome.entities.map(({ json }) => JSON.parse(json) as unknown),
    [
      { identifier: 'i', properties: { a: [1], b: null, c: {}, d: 1000 } },
      { identifier: 'p', properties: { e: 'i' } },
      { identifier: 'q', properties: { e: 'i' } },
    ],
  );
});

test.run();

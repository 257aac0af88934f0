import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compileKind } from '../../../src/jq/compile-kind.js';
import type { JqEngine } from '../../../src/jq/jq-engine.js';
import { PlainMapping } from '../../../src/jq/plain/plain-mapping.js';
import { layoutMapping } from '../../../src/jq/program/mapping-layout.js';
import { createWasmEngine } from '../../../src/jq/wasm/wasm-engine.js';
import { mapping } from '../mapping-fixture.js';

const test = suite('plain mapping');

let jq: JqEngine;
test.before(async () => {
  jq = await createWasmEngine({ workers: 1 });
});
test.after(() => jq.close());

const names = ['a', 'b', 'c', 'Arn'];
const path = fc
  .array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 })
  .map((parts) => `.${parts.join('.')}`);
const text = fc.constantFrom('"x"', '"https://e.com/?arn="', '""', '"é"');
const word = fc.constantFrom('true', 'false', 'null');
const atom = fc.oneof(
  { weight: 12, arbitrary: path },
  { weight: 4, arbitrary: text },
  { weight: 2, arbitrary: word },
  fc.constant('.'),
);
const sum = fc.array(atom, { minLength: 1, maxLength: 2 }).map((atoms) => atoms.join(' + '));
const guard = fc.oneof(
  fc.constant('values'),
  path.map((field) => `select(${field} != null)`),
);
/** A pipe of what the plain mapping may know, sound or not. */
const expression = fc
  .tuple(fc.option(path), fc.array(guard, { maxLength: 2 }), fc.option(sum))
  .map(([first, guards, last]) =>
    [first, ...guards, last].filter((part) => part !== null).join(' | '),
  )
  .filter((made) => made !== '');

const number = fc.constantFrom(
  ...[
    '0',
    '-0',
    '1',
    '-1.5',
    '1.0',
    '1.10',
    '0.1',
    '1e5',
    '1E-7',
    '0.00001',
    '1e400',
    '12345678901234567890',
  ],
  ...[
    '100000000000000000000000',
    '0.30000000000000004',
    '123456789012345',
    '3.141592653589793238462',
  ],
);
const string = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }).map((made) => JSON.stringify(made)),
  fc.constantFrom(
    '"a\\/b"',
    '"\\u0041"',
    '"\\ud800"',
    '"\u007f"',
    '"1e5:2E7"',
    '"x\\n"',
    '"\\u001f"',
    '"\\u0000"',
  ),
);
const space = fc.constantFrom('', '', '', '', ' ');
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 3, arbitrary: string },
    number,
    fc.constantFrom('null', 'true', 'false'),
    tie('list'),
    { weight: 4, arbitrary: tie('object') },
  ),
  list: fc
    .tuple(fc.array(tie('value'), { maxLength: 3 }), space)
    .map(([items, s]) => `[${items.join(`,${s}`)}]`),
  object: fc
    .array(fc.tuple(fc.constantFrom(...names, 'id', '2', '1', '\\u0061'), space, tie('value')), {
      maxLength: 5,
    })
    .map(
      (entries) =>
        `{${entries.map(([name, s, inner]) => `"${name}":${s}${String(inner)}`).join(',')}}`,
    ),
}));
const line = fc
  .tuple(string, fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 5 }))
  .map(
    ([id, entries]) =>
      `{"id":${id}${entries.map(([name, made]) => `,"${name}":${String(made)}`).join('')}}`,
  );

test('says of a resource what JQ says of it, or leaves it to JQ', async () => {
  let answered = 0;
  const leaves = fc.dictionary(fc.constantFrom('p', 'q', 'r'), expression);
  await fc.assert(
    fc.asyncProperty(
      leaves,
      fc.array(line, { minLength: 4, maxLength: 12 }),
      async (properties, lines) => {
        const spec = mapping({ properties, title: '.id', selector: 'true' });
        const plain = PlainMapping.of([layoutMapping(spec)]);
        if (plain === undefined) return;
        // In parentheses a leaf is nothing that the plain mapping would take.
        const wrapped = Object.fromEntries(
          Object.entries(properties).map(([name, made]) => [name, `(${made})`]),
        );
        const program = compileKind([
          mapping({ properties: wrapped, title: '(.id)', identifier: '(.id)' }),
        ]);
        const outcomes = await jq.map(program, lines);
        for (const [at, body] of lines.entries()) {
          const mapped = plain.map(body);
          if (mapped === undefined) continue;
          answered += 1;
          assert.equal({ ok: true, ...mapped }, outcomes[at], body);
        }
      },
    ),
    { numRuns: 600 },
  );
  // About 400 are: far fewer would mean that nearly everything is left to JQ and the test says little.
  assert.ok(answered > 150, `only ${answered} resources were answered`);
});

test('takes the leaves of ordinary mappings', () => {
  const of = (leaf: string) =>
    PlainMapping.of([layoutMapping(mapping({ properties: { leaf } }))]) !== undefined;
  for (const leaf of [
    '.Properties.Arn',
    '"cloudResource"',
    '.',
    '.Properties.Arn | values | "https://console.aws.amazon.com/go/view?arn=" + .',
    '.Properties | select(.Arn != null) | "https://console.aws.amazon.com/go/view?arn=" + .Arn',
    '.__AccountId + "/" + .__Region + "/" + .Identifier',
  ]) {
    assert.ok(of(leaf), leaf);
  }
  for (const leaf of [
    '.Properties.Tags[0]',
    '.a // "x"',
    '.a | tostring',
    '.a # why',
    '"a\\(.b)"',
    '.a + ',
    '| .a',
    '.a | "x" + .b | .c',
    'values | 1',
    '.["a"]',
    '..',
    '.a as $x | $x',
  ]) {
    assert.not(of(leaf), leaf);
  }
  assert.is(PlainMapping.of([layoutMapping(mapping({ selector: '.a == 1' }))]), undefined);
  assert.is(PlainMapping.of([layoutMapping(mapping({ itemsToParse: '.a' }))]), undefined);
});

test('maps a resource as AWS lists it', () => {
  const spec = mapping({
    identifier: '.Identifier',
    properties: {
      arn: '.Properties.Arn',
      tags: '.Properties.Tags',
      link: '.Properties.Arn | values | "u=" + .',
    },
    relations: { account: '.__AccountId' },
  });
  const plain = PlainMapping.of([layoutMapping(spec)])!;
  const body = (properties: string) =>
    `{"Identifier":"i","Properties":${properties},"__AccountId":"123"}`;
  const [entity] = plain.map(
    body('{"Deep":{"a":[{"b":"}"}]},"Arn":"arn:1","Tags":[{"Key":"a","Value":"1e5"}]}'),
  )!.entities;
  assert.equal(JSON.parse(entity!.json), {
    identifier: 'i',
    properties: { arn: 'arn:1', tags: [{ Key: 'a', Value: '1e5' }], link: 'u=arn:1' },
    relations: { account: '123' },
  });
  const without = plain.map(body('{}'))!;
  assert.equal(without.faults, [
    { mapping: 0, leaf: 'port.entity.mappings.properties.link', message: 'no output' },
  ]);
  // A path through a text is JQ's to refuse; broken JSON is JQ's to blame.
  assert.is(plain.map(body('"text"')), undefined);
  assert.is(plain.map(body('{"Other":tru}')), undefined);
});

test.run();

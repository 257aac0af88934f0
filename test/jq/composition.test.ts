import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import fc from 'fast-check';
import { compileKind } from '../../src/jq/compile-kind.js';
import type { JqEngine } from '../../src/jq/jq-engine.js';
import { createWasmEngine } from '../../src/jq/wasm/wasm-engine.js';
import { mapping } from './mapping-fixture.js';

const test = suite('a program against its expressions one by one');
let engine: JqEngine;

test.before(async () => {
  engine = await createWasmEngine({ workers: 1 });
});
test.after(() => engine.close());

/** Expressions of every kind: fields, paths, many outputs, none, errors, definitions, comments. */
const EXPRESSIONS = [
  '.a',
  '.a.b',
  '.a.b.c',
  '.',
  '.a[]',
  '.a[]?',
  '.a // .b',
  '.a, .b',
  'empty',
  '.b | select(. != null)',
  '.a | tostring',
  '.a | length',
  '.b | keys',
  '[.. | scalars]',
  '.a as $x | [$x, .b]',
  '.a + .b',
  '.b | not',
  'def f(g): [g, g]; f(.a)',
  '.a # comment',
  'if .a then .b else empty end',
  'try error(.a) catch .',
  'error(.a)',
  'reduce (.a[]?, 1) as $v (0; . + 1)',
  'first(.b[]?)',
  '"\\(.a)-\\(.b)"',
  '{a, c: .b}',
  '.a == .b',
  'null',
  '"text"',
  '.c',
  'label $l | .a, break $l',
  '.a |= 1',
  'to_entries',
  'path(..)',
  'input',
  '$ENV',
  '.a | ascii_downcase? // "none"',
];

const expression = fc.constantFrom(...EXPRESSIONS);
const value = fc.jsonValue({ maxDepth: 2 });
const resource = fc.record({ a: value, b: value }, { requiredKeys: [] });

/** The first output of an expression, or null where it fails or has none. */
async function alone(jq: string, input: string): Promise<{ value: unknown; fault: boolean }> {
  try {
    const [guard] = (await engine.evaluate(`try [first(${jq}\n)] catch null`, input)) as [
      unknown[] | null,
    ];
    return guard?.length === 1 ? { value: guard[0], fault: false } : { value: null, fault: true };
  } catch (error) {
    throw new Error(`${jq} disturbed jq`, { cause: error });
  }
}

test('each leaf is what its expression gives alone', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(expression, { minLength: 1, maxLength: 8 }),
      fc.array(resource, { minLength: 1, maxLength: 4 }),
      async (leaves, resources) => {
        const spec = mapping({
          identifier: '"id"',
          properties: Object.fromEntries(leaves.map((jq, at) => [`p${at}`, jq])),
        });
        const lines = resources.map((body) => JSON.stringify(body));
        const outcomes = await engine.map(compileKind([spec]), lines);
        for (const [at, outcome] of outcomes.entries()) {
          if (!outcome.ok) return assert.unreachable(outcome.message);
          const expected = await Promise.all(leaves.map((jq) => alone(jq, lines[at]!)));
          const { properties } = JSON.parse(outcome.entities[0]!.json) as { properties: object };
          assert.equal(
            Object.values(properties),
            expected.map((each) => each.value),
          );
          assert.equal(
            outcome.faults.map(({ leaf }) => leaf),
            expected.flatMap((each, nth) =>
              each.fault ? [`port.entity.mappings.properties.p${nth}`] : [],
            ),
          );
        }
      },
    ),
    { numRuns: 40 },
  );
});

test('a selector decides as its expression does alone', async () => {
  await fc.assert(
    fc.asyncProperty(expression, resource, async (selector, body) => {
      const line = JSON.stringify(body);
      const [outcome] = await engine.map(compileKind([mapping({ selector, identifier: '"id"' })]), [
        line,
      ]);
      if (!outcome?.ok) return assert.unreachable(outcome?.message);
      const { value: verdict } = await alone(selector, line);
      assert.is(
        outcome.verdicts[0]!.selector,
        verdict === true ? 'true' : verdict === false ? 'false' : 'failed',
      );
      assert.is(outcome.entities.length, verdict === true ? 1 : 0);
    }),
    { numRuns: 60 },
  );
});

test.run();

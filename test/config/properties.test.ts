import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { stringify } from 'yaml';
import { allTypes } from '../../src/catalog/catalog.js';
import { kindProblem } from '../../src/config/kind-problem.js';
import { parsePipeline } from '../../src/config/load-pipeline.js';
import { jqLeaves } from '../../src/config/mapping-nodes.js';
import type { Pipeline } from '../../src/config/pipeline.js';
import { PipelineError } from '../../src/config/problem.js';
import { rewriteQuotes } from '../../src/config/rewrite-quotes.js';
import type { MappingNode } from '../../src/model/mapping-spec.js';
import { VALID } from './pipelines.js';

const test = suite('config/properties');

const KINDS = [...allTypes().keys()].filter((kind) => kindProblem(kind) === undefined);
const expression = fc
  .oneof(
    fc.constantFrom('.Identifier', '"x"', ".a == 'b'", '.a # c', '.a\n| .b', 'null', '1', '- .x'),
    fc.string({ minLength: 1, unit: 'grapheme' }),
  )
  .filter((text) => text.trim() !== '');
const name = fc.string({ minLength: 1, unit: 'grapheme-ascii' }).filter((key) => key !== '<<');
const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    expression,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3 }),
  ),
})).value;
const mapping = fc.record(
  {
    identifier: expression,
    blueprint: expression,
    title: expression,
    properties: fc.dictionary(name, value, { maxKeys: 4 }),
    relations: fc.dictionary(name, expression, { maxKeys: 3 }),
  },
  { requiredKeys: ['identifier', 'blueprint'] },
);
const file = fc.record(
  {
    deleteDependentEntities: fc.boolean(),
    entityDeletionThreshold: fc.constantFrom(0, 0.5, 1),
    resources: fc.array(
      fc.record({
        kind: fc.constantFrom(...KINDS),
        selector: fc.record(
          { query: expression, useGetResourceAPI: fc.boolean() },
          { requiredKeys: ['query'] },
        ),
        port: fc.record(
          { itemsToParse: expression, entity: fc.record({ mappings: mapping }) },
          { requiredKeys: ['entity'] },
        ),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  },
  { requiredKeys: ['resources'] },
);
type File = typeof file extends fc.Arbitrary<infer T> ? T : never;

/** A mapping node as the plain value that it was made of, quotes rewritten. */
function plain(node: MappingNode): unknown {
  switch (node.type) {
    case 'jq':
      return node.leaf.jq;
    case 'constant':
      return node.value;
    case 'list':
      return node.items.map(plain);
    case 'object':
      return Object.fromEntries(node.entries.map(([key, inner]) => [key, plain(inner)]));
  }
}

function rewritten(input: unknown): unknown {
  if (typeof input === 'string') return rewriteQuotes(input);
  if (Array.isArray(input)) return input.map(rewritten);
  if (input === null || typeof input !== 'object') return input;
  return Object.fromEntries(Object.entries(input).map(([key, inner]) => [key, rewritten(inner)]));
}

/** What went in, read back out of the pipeline, in the order of the file. */
function readBack({ kinds }: Pipeline): unknown {
  return kinds
    .flatMap(({ kind, mappings }) => mappings.map(({ spec }) => ({ kind, spec })))
    .sort((a, b) => a.spec.position - b.spec.position)
    .map(({ kind, spec }) => ({
      kind,
      query: spec.selector.jq,
      itemsToParse: spec.itemsToParse?.jq,
      identifier: plain(spec.identifier),
      blueprint: spec.blueprint.jq,
      title: spec.title && plain(spec.title),
      properties: Object.fromEntries(spec.properties.map(([key, node]) => [key, plain(node)])),
      relations: Object.fromEntries(spec.relations.map(([key, node]) => [key, plain(node)])),
    }));
}

function written({ resources }: File): unknown {
  return resources.map(({ kind, selector, port }) => {
    const { identifier, blueprint, title, properties, relations } = port.entity.mappings;
    const texts = {
      query: selector.query,
      itemsToParse: port.itemsToParse,
      identifier,
      blueprint,
      title,
      properties: properties ?? {},
      relations: relations ?? {},
    };
    return { kind, ...(rewritten(texts) as object) };
  });
}

test('any valid pipeline round-trips, in block and in flow style', () => {
  fc.assert(
    fc.property(file, fc.boolean(), (input, flow) => {
      const text = stringify(input, flow ? { collectionStyle: 'flow' } : {});
      const pipeline = parsePipeline(text, 'p.yaml');
      const kinds = input.resources.map(({ kind }) => kind);
      // As text: deep equality takes a key named `constructor` for the class of its object.
      assert.is(JSON.stringify(readBack(pipeline)), JSON.stringify(written(input)));
      assert.equal(
        pipeline.kinds.map(({ kind }) => kind),
        [...new Set(kinds)],
      );
      assert.is(pipeline.deleteDependentEntities, input.deleteDependentEntities ?? true);
      assert.is(pipeline.entityDeletionThreshold, input.entityDeletionThreshold ?? 0.9);
    }),
    { numRuns: 200 },
  );
});

test('every position lies inside the file', () => {
  fc.assert(
    fc.property(file, (input) => {
      const text = stringify(input);
      const lines = text.split('\n');
      for (const { mappings } of parsePipeline(text, 'p.yaml').kinds) {
        for (const { position } of mappings.flatMap(({ spec }) => jqLeaves(spec))) {
          const line = lines[position.line - 1];
          assert.ok(line !== undefined && position.column >= 1);
          assert.ok(
            position.column <= (line ?? '').length + 1,
            `${position.line}:${position.column}`,
          );
        }
      }
    }),
    { numRuns: 200 },
  );
});

/** Parses; true where it is valid or the error is one of ours with places inside the file. */
function failsWell(text: string): boolean {
  try {
    parsePipeline(text, 'p.yaml');
    return true;
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    const lines = text.split('\n').length;
    return error.problems.every(
      ({ position }) => position.line >= 1 && position.line <= lines && position.column >= 1,
    );
  }
}

test('arbitrary text never throws anything but our errors', () => {
  const piece = fc.constantFrom(
    'resources', ':', '\n', '- ', '  ', '{', '}', '[', ']', '&a ', '*a', '<<: ', '|', '>-', '!!', "'", '"', '#', '? ',
    'kind', 'AWS::S3::Bucket', 'null', '1e999', '.nan', '---', '...', '%YAML', '\t', '\u0000', '\uFEFF', ',', '@', '`', '__proto__',
  ); // prettier-ignore
  const yaml = fc.array(fc.oneof(piece, fc.string({ maxLength: 4 })), { maxLength: 40 });
  fc.assert(
    fc.property(yaml, (pieces) => failsWell(pieces.join(''))),
    { numRuns: 2000 },
  );
});

test('any valid YAML never throws anything but our errors', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (json) => failsWell(stringify(json))),
    { numRuns: 500 },
  );
});

test('a damaged pipeline never throws anything but our errors', () => {
  const paths = fc.record({
    line: fc.nat({ max: VALID.split('\n').length - 1 }),
    insert: fc.oneof(
      fc.string({ maxLength: 8 }),
      fc.constantFrom('__proto__: 1', 'x: [', '- 1', 'a: &a *a', '<<: 1', '"', '    k: {}'),
    ),
    replace: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(paths, { minLength: 1, maxLength: 3 }), (damages) => {
      const lines = VALID.split('\n');
      for (const { line, insert, replace } of damages) {
        const indent = /^ */.exec(lines[line] ?? '')?.[0] ?? '';
        lines.splice(line, replace ? 1 : 0, indent + insert);
      }
      return failsWell(lines.join('\n'));
    }),
    { numRuns: 2000 },
  );
});

test.run();

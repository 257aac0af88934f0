import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { pipelineJsonSchema, pipelineJsonSchemaText } from '../../src/config/json-schema.js';

const test = suite('config/json-schema');

type Json = Readonly<Record<string, unknown>>;
const file = new URL('../../schema/pipeline.schema.json', import.meta.url);

/** Visits each key that the schema allows. */
function eachKey(
  schema: unknown,
  visit: (key: string, value: Json, path: string) => void,
  path = '',
) {
  if (schema === null || typeof schema !== 'object') return;
  const { properties, type } = schema as { properties?: Record<string, Json>; type?: unknown };
  if (type === 'object' && properties !== undefined) {
    for (const [key, value] of Object.entries(properties)) visit(key, value, `${path}.${key}`);
  }
  for (const [key, value] of Object.entries(schema)) eachKey(value, visit, `${path}/${key}`);
}

test('the file in the repository is up to date', () => {
  const current: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const hint = 'out of date: run `npx tsx scripts/generate-schema.ts`';
  assert.equal(current, pipelineJsonSchema(), hint);
  assert.equal(JSON.parse(pipelineJsonSchemaText()), current);
});

test('every key has a description, or is one of a named definition that has', () => {
  let keys = 0;
  eachKey(pipelineJsonSchema(), (_key, value, path) => {
    keys++;
    assert.ok(typeof value['description'] === 'string' || '$ref' in value, path);
  });
  assert.ok(keys > 40, String(keys));
});

test('knows the top-level keys, and no others', () => {
  const { properties, additionalProperties, anyOf } = pipelineJsonSchema() as {
    properties: Json;
    additionalProperties: unknown;
    anyOf: readonly unknown[];
  };
  assert.equal(Object.keys(properties), [
    'aws',
    'live',
    'resync',
    'port',
    'deleteDependentEntities',
    'createMissingRelatedEntities',
    'enableMergeEntity',
    'entityDeletionThreshold',
    'resources',
  ]);
  assert.is(additionalProperties, false);
  // A file whose mapping is kept in Port needs no resources.
  assert.equal(anyOf[0], { required: ['resources'] });
  assert.is(anyOf.length, 2);
});

test.run();

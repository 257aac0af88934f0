import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  classifyRefusal,
  type Refusal,
  type RefusalText,
} from '../../src/port/classify-refusal.js';

const test = suite('port/classify-refusal');

const CASES: readonly (readonly [Refusal, RefusalText])[] = [
  [
    'missing-relation',
    {
      statusCode: 404,
      error: 'not_found',
      message: 'Entity with identifier "i-1" was not found in blueprint "vm"',
    },
  ],
  [
    'missing-relation',
    { statusCode: 404, error: 'not_found', message: 'Related entities were not found' },
  ],
  [
    'missing-relation',
    {
      statusCode: 404,
      error: 'not_found',
      message: 'x',
      details: { resource: 'Entity', withValue: 'a' },
    },
  ],
  [
    'missing-relation',
    {
      statusCode: 422,
      error: 'invalid_request',
      message: 'the target entity "a" of relation "account" does not exist',
    },
  ],
  [
    'missing-relation',
    { statusCode: 400, error: 'related_entities_not_found', message: undefined },
  ],
  ['missing-relation', { statusCode: 422, message: "Related entity doesn't exist" }],
  [
    'missing-relation',
    { statusCode: 424, message: 'Entities with identifiers "a","b" do not exist' },
  ],
  [
    'missing-blueprint',
    {
      statusCode: 404,
      error: 'not_found',
      message: 'Blueprint with identifier "vm" was not found',
    },
  ],
  [
    'missing-blueprint',
    {
      statusCode: 404,
      error: 'not_found',
      message: 'Blueprint with identifier "target entity" was not found',
    },
  ],
  [
    'missing-blueprint',
    { statusCode: 404, error: 'not_found', message: 'x', details: { resource: 'Blueprint' } },
  ],
  ['unclear', { statusCode: 404 }],
  ['unclear', { statusCode: 404, error: 'not_found', message: 'no' }],
  ['invalid', { statusCode: 422, message: 'relation "x" does not exist in blueprint "y"' }],
  ['invalid', { statusCode: 422, message: 'property "related entity not found" must be a string' }],
  [
    'invalid',
    { statusCode: 422, message: 'the property of the entity was not found in the schema' },
  ],
  [
    'invalid',
    {
      statusCode: 422,
      error: 'invalid_request',
      message: 'entity must have required property "a"',
    },
  ],
  ['invalid', { statusCode: 403, message: 'not allowed' }],
  ['invalid', { statusCode: 413 }],
  ['transient', { statusCode: 409, message: 'conflict' }],
  ['transient', { statusCode: 429 }],
  ['transient', { statusCode: 408 }],
  ['transient', { statusCode: 500, message: 'the target entity does not exist' }],
  ['transient', { statusCode: 503 }],
];

for (const [expected, text] of CASES) {
  test(`${expected}: ${JSON.stringify(text)}`, () => {
    assert.is(classifyRefusal(text), expected);
  });
}

test.run();

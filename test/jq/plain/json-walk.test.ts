import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { JsonWalk } from '../../../src/jq/plain/json-walk.js';

const test = suite('json walk');

function isWalked(text: string): boolean {
  const walk = new JsonWalk(text);
  return walk.skip() && walk.at === text.length;
}

test('steps over every value that JSON.stringify writes', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' }), (value) => {
      assert.ok(isWalked(JSON.stringify(value)));
    }),
  );
});

test('takes nothing for JSON that JSON.parse does not', () => {
  const piece = fc.constantFrom(
    ...[
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      'a',
      '\\',
      '\\n',
      '\\u',
      '00e9',
      '\\x',
      '-',
      '0',
      '1',
      '01',
      '.',
      '5',
    ],
    ...[
      'e',
      'E+',
      '+',
      'true',
      'false',
      'null',
      'nul',
      '"a"',
      '"":',
      ' ',
      '\n',
      '\t',
      '\u0000',
      'é',
    ],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('');
      if (isWalked(text)) JSON.parse(text);
    }),
    { numRuns: 20_000 },
  );
  for (const text of [
    '',
    '-',
    '1.',
    '01',
    '1e',
    '.5',
    '{"a"}',
    '[1,]',
    '{"a":1,}',
    '"\\x"',
    '"\n"',
    'tru',
    '[1 ]',
  ]) {
    assert.not(isWalked(text), text);
  }
});

test('gives up on what is nested beyond measure', () => {
  assert.ok(isWalked('['.repeat(200) + ']'.repeat(200)));
  assert.not(isWalked('['.repeat(201) + ']'.repeat(201)));
});

test.run();

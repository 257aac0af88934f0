import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import fc from 'fast-check';
import { foldExpression } from '../../src/jq/program/fold-expression.js';
import { itemsPath } from '../../src/jq/program/items-path.js';
import { JsonCursor } from '../../src/jq/program/json-cursor.js';
import { repairSurrogates } from '../../src/jq/program/repair-surrogates.js';

const test = suite('parts of the JQ program');

test('the path that items come from is the first plain one of the pipe', () => {
  const paths: Record<string, string | undefined> = {
    '.Tags': '.Tags',
    ' .Properties.Tags // [] ': '.Properties.Tags',
    '.a[0].b[]': '.a[0].b',
    '.["x y"].z': '.["x y"].z',
    '. as $all | ($all | .a) // []': '.a',
    '. as $root | .file.content': '.file.content',
    '(.a.b) | map(.c)': '.a.b',
    '(. as $all | .a)': '.a',
    '$x | .a': '.a',
    '.': undefined,
    'map(.a)': undefined,
    '(.a': undefined,
    '[.a, .b]': undefined,
    '.[$x]': undefined,
    '': undefined,
  };
  for (const [expression, path] of Object.entries(paths)) {
    assert.is(itemsPath(expression), path, expression);
  }
});

test('only what can not fail goes without a guard', () => {
  const types: Record<string, string> = {
    '.a': 'field',
    ' ._b9 ': 'field',
    '.a.b': 'path',
    '.a[]': 'any',
    '.a?': 'any',
    '..': 'any',
    '.': 'any',
    '.9': 'any',
    '"x"': 'constant',
    '"\\(.a)"': 'any',
    '"a" + "b"': 'any',
    null: 'constant',
    '1.0': 'any',
  };
  for (const [expression, type] of Object.entries(types)) {
    assert.is(foldExpression(expression).type, type, expression);
  }
});

test('a cursor cuts out every element of a list as it was written', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), (values) => {
      const cursor = new JsonCursor(JSON.stringify(values));
      const texts: string[] = [];
      for (let more = cursor.enter(); more; more = cursor.next()) texts.push(cursor.take());
      assert.equal(
        texts,
        values.map((value) => JSON.stringify(value)),
      );
      assert.is(cursor.at, cursor.text.length);
    }),
  );
});

test('a cursor refuses what is cut off', () => {
  for (const text of ['[', '[1', '["a', '[{"a":1', '1']) {
    assert.throws(() => {
      const cursor = new JsonCursor(text);
      for (let more = cursor.enter(); more; more = cursor.next()) cursor.take();
    }, /unexpected/);
  }
});

test('only halves of surrogate pairs are replaced', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const escaped = JSON.stringify(text).replace(
        /[\ud800-\udfff]/g,
        (half) => `\\u${half.charCodeAt(0).toString(16)}`,
      );
      const wellFormed = Buffer.from(text).toString();
      assert.is(JSON.parse(repairSurrogates(escaped)), wellFormed);
    }),
  );
  assert.is(repairSurrogates('"\\\\ud800 \\ud83d\\ude00 \\n"'), '"\\\\ud800 \\ud83d\\ude00 \\n"');
});

test.run();

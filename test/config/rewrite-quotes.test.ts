import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { rewriteQuotes } from '../../src/config/rewrite-quotes.js';

const test = suite('config/rewrite-quotes');

/** What Ocean gives for each; quotes that do not stand at white space or an edge stay as they are. */
const CASES: readonly (readonly [string, string])[] = [
  [`'cloudResource'`, `"cloudResource"`],
  [`.State == 'running'`, `.State == "running"`],
  [`.State == 'running' and .x`, `.State == "running" and .x`],
  [`'a b c'`, `"a b c"`],
  [`"it's"`, `"it's"`],
  [`.a + "' quoted '"`, `.a + "' quoted '"`],
  [`["x", 'y']`, `["x", "y']`],
  [`select(.x=='y')`, `select(.x=='y')`],
  [`.a\n== 'b'\n`, `.a\n== "b"\n`],
  [`' '`, `" "`],
  [``, ``],
  [`.Identifier`, `.Identifier`],
];

for (const [before, after] of CASES) {
  test(JSON.stringify(before), () => {
    assert.is(rewriteQuotes(before), after);
  });
}

test('changes nothing but single quotes, and keeps the length', () => {
  const text = fc.string({ unit: fc.constantFrom("'", '"', ' ', '\n', 'a', '.', '|') });
  fc.assert(
    fc.property(text, (expression) => {
      const rewritten = rewriteQuotes(expression);
      assert.is(rewritten.length, expression.length);
      for (let at = 0; at < expression.length; at++) {
        if (rewritten[at] === expression[at]) continue;
        assert.equal([expression[at], rewritten[at]], ["'", '"']);
      }
    }),
  );
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { jqProblems } from '../../src/config/jq-problems.js';
import { parsePipeline } from '../../src/config/load-pipeline.js';
import { formatProblem } from '../../src/config/problem.js';
import { checkJq } from './jq-wasm.js';
import { VALID } from './pipelines.js';

const test = suite('config/jq-problems');

const problemsOf = async (text: string) =>
  (await jqProblems(parsePipeline(text, 'p.yaml'), checkJq)).map(formatProblem);

test('finds nothing in valid expressions', async () => {
  assert.equal(await problemsOf(VALID), []);
});

test('points to each expression that does not compile, wherever it stands', async () => {
  const text = VALID.replace("'true'", "'.a |'")
    .replace('title: .Identifier', 'title: "(.x"')
    .replace('region: .__Region', 'region: { deep: [.ok, no_such_function(1)] }')
    .replace('account: .__AccountId', 'account: >-\n              .a\n              )');
  const places = (await problemsOf(text)).map((line) => line.slice(0, line.indexOf(': ')));
  assert.equal([...places].sort(), ['p.yaml:12:35', 'p.yaml:15:15', 'p.yaml:4:15', 'p.yaml:9:19']);
});

test('guesses that a bare word was meant as a text', async () => {
  const [line = ''] = await problemsOf(VALID.replace(`'"vm"'`, 'cloudResource'));
  assert.match(
    line,
    /^p\.yaml:10:22: JQ "cloudResource" does not compile: .*cloudResource\/0 is not defined/,
  );
  assert.match(
    line,
    `for the text itself write '"cloudResource"', double quotes within single ones`,
  );
});

test('tells an expression once, however many mappings share it', async () => {
  const shared = VALID.replace("query: 'true'", "query: &q '.a |'");
  const second = VALID.replace('resources:\n', '').replace("query: 'true'", 'query: *q');
  assert.is((await problemsOf(shared + second)).length, 1);
});

test('compiles equal expressions once', async () => {
  const asked: string[] = [];
  await jqProblems(parsePipeline(VALID, 'p.yaml'), async (expression) => {
    asked.push(expression);
    return undefined;
  });
  assert.equal(asked.sort(), ['"vm"', '.Identifier', '.__AccountId', '.__Region', 'true']);
});

test.run();

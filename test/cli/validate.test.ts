import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { validateCommand } from '../../src/cli/validate.js';
import type { ValidationReport } from '../../src/cli/validate.js';
import { checkJq } from '../config/jq-wasm.js';
import { VALID } from '../config/pipelines.js';
import type { Blueprint } from '../../src/port/blueprints.js';
import { RecordedIo } from './io.js';

const test = suite('cli/validate');

let directory = '';
let closed = 0;
/** What `--connect` finds in Port. */
let inPort: readonly Blueprint[] = [];

test.before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-validate-'));
});
test.after(() => rm(directory, { recursive: true }));
test.before.each(() => {
  closed = 0;
});

/** Its methods need their object, as those of the engine do. */
class Checker {
  readonly #check = checkJq;

  check(expression: string): Promise<string | undefined> {
    return this.#check(expression);
  }

  async close(): Promise<void> {
    closed++;
  }
}

async function put(name: string, text: string): Promise<string> {
  const file = join(directory, name);
  await writeFile(file, text);
  return file;
}

async function validate(...args: string[]): Promise<RecordedIo> {
  const io = new RecordedIo();
  const deps = { openJq: async () => new Checker(), readBlueprints: async () => inPort, io };
  await validateCommand(deps).parseAsync(args, { from: 'user' });
  assert.is(closed, 1);
  return io;
}

test('says of valid files what they hold', async () => {
  const file = await put('good.yaml', VALID);
  const { stdout, stderr, code } = await validate(file);
  assert.equal([stdout, stderr, code], [[`${file}: valid, 1 kind, 1 mapping`], [], 0]);
});

test('prints one line a problem to standard error, and ends with 2', async () => {
  const good = await put('good.yaml', VALID);
  const bad = await put('bad.yaml', `x: 1\n${VALID.replace('EC2::Instance', 'EC2::Nothing')}`);
  const jq = await put('jq.yaml', VALID.replace('title: .Identifier', 'title: .Identifier |'));
  const missing = join(directory, 'missing.yaml');
  const { stdout, stderr, code } = await validate(bad, good, jq, missing);
  assert.is(code, 2);
  assert.equal(stdout, [`${good}: valid, 1 kind, 1 mapping`]);
  assert.is(stderr.length, 4);
  assert.ok(stderr[0]?.startsWith(`${bad}:1:1: unknown key "x"`));
  assert.ok(stderr[1]?.startsWith(`${bad}:3:11: resources[0].kind: unknown kind`));
  assert.ok(stderr[2]?.startsWith(`${jq}:9:18: JQ ".Identifier |" does not compile: `));
  assert.match(stderr[3] ?? '', `cannot read the pipeline ${missing}`);
});

test('--json gives one array, whatever is wrong', async () => {
  const good = await put('good.yaml', VALID);
  const bad = await put('bad.yaml', 'resources: []\n');
  const missing = join(directory, 'missing.yaml');
  const { stdout, code } = await validate('--json', good, bad, missing);
  assert.is(code, 2);
  assert.is(stdout.length, 1);
  const reports = JSON.parse(stdout[0] ?? '') as ValidationReport[];
  assert.equal(
    reports.map(({ file, valid, kinds }) => [file, valid, kinds]),
    [
      [good, true, 1],
      [bad, false, 0],
      [missing, false, 0],
    ],
  );
  assert.equal(reports[1]?.problems, [
    {
      code: 'config.empty',
      message: 'resources is empty; expected at least one element',
      line: 1,
      column: 12,
    },
  ]);
  assert.is(reports[2]?.problems[0]?.code, 'config.unreadable');
});

test('--connect compares the mappings with the blueprints in Port', async () => {
  const file = await put('good.yaml', VALID);
  const properties = { region: { type: 'string' } };
  const account = { identifier: 'account' };
  inPort = [
    { identifier: 'vm', schema: { properties }, relations: { account: { target: 'account' } } },
    account,
  ];
  const good = await validate('--connect', file);
  assert.equal(good.stdout, [`${file}: valid, 1 kind, 1 mapping; Port's blueprints take them`]);
  closed = 0;
  inPort = [{ identifier: 'vm', schema: { properties: {} }, relations: {} }];
  const bad = await validate('--connect', '--json', file);
  assert.is(bad.code, 2);
  assert.equal(bad.stderr, [
    `${file}:12:21: "vm" has no property "region"`,
    `${file}:14:22: "vm" has no relation "account"`,
  ]);
  const [report] = JSON.parse(bad.stdout[0]!) as [ValidationReport];
  assert.equal(
    report.problems.map(({ code }) => code),
    ['port.unknown-property', 'port.unknown-relation'],
  );
});

test('a fault of the engine is no fault of the file, and the engine is closed', async () => {
  const file = await put('good.yaml', VALID);
  const check = () => Promise.reject(new Error('engine gone'));
  const openJq = async () => ({ check, close: async () => void closed++ });
  const readBlueprints = () => Promise.reject(new Error('nobody asked'));
  const command = validateCommand({ openJq, readBlueprints, io: new RecordedIo() });
  const error: unknown = await command
    .parseAsync([file], { from: 'user' })
    .catch((e: unknown) => e);
  assert.is((error as Error).message, 'engine gone');
  assert.is(closed, 1);
});

test.run();

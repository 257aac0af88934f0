import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { mapCommand } from '../../src/cli/map.js';
import { testCommand } from '../../src/cli/test.js';
import { ConfigError } from '../../src/errors/config-error.js';
import { RecordedIo } from './io.js';

const test = suite('cli/map and cli/test');

const PIPELINE = `resources:
  - kind: AWS::EC2::Instance
    selector: { query: '.Properties.State.Name != "terminated"' }
    port:
      entity:
        mappings:
          identifier: .Identifier
          title: tag("Name") // .Identifier
          blueprint: '"instance"'
          properties:
            type: .Properties.InstanceType
            broken: .Properties.Odd | keys
  - kind: AWS::EC2::SecurityGroup
    selector: { query: 'true', regionPolicy: { deny: [eu-*] } }
    port:
      itemsToParse: .Properties.Ingress
      entity:
        mappings:
          identifier: .Identifier + "-" + (.item.Port | tostring)
          blueprint: '"rule"'
          properties: { cidr: .item.Cidr }
`;
const GROUP = {
  __Kind: 'AWS::EC2::SecurityGroup',
  Identifier: 'sg-1',
  Properties: { Ingress: [{ Port: 80, Cidr: '0/0' }, { Port: 443 }] },
};
const INSTANCE = { Identifier: 'i-1', Properties: { InstanceType: 't3', Odd: {} } };

let directory = '';
let pipeline = '';
test.before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-trial-'));
  pipeline = await put('p.yaml', PIPELINE);
});
test.after(() => rm(directory, { recursive: true }));

async function put(name: string, text: string): Promise<string> {
  const file = join(directory, name);
  await writeFile(file, text);
  return file;
}

async function map(resource: unknown, ...args: string[]): Promise<RecordedIo> {
  const io = new RecordedIo();
  const text = typeof resource === 'string' ? resource : JSON.stringify(resource);
  const command = mapCommand({ read: () => Promise.resolve(text), io });
  await command.parseAsync([pipeline, ...args], { from: 'user' });
  return io;
}

async function tests(yaml: string, ...args: string[]): Promise<RecordedIo> {
  const io = new RecordedIo();
  const file = await put('p.tests.yaml', yaml);
  assert.ok(file);
  await testCommand(io).parseAsync([pipeline, ...args], { from: 'user' });
  return io;
}

async function refused(run: Promise<unknown>): Promise<ConfigError> {
  try {
    await run;
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

test('map: every step with its place, then the entities', async () => {
  const { stdout, stderr, code } = await map(GROUP);
  const text = stdout.join('\n');
  assert.is(code, 0);
  assert.match(text, /port\.itemsToParse +2 items +\(16:21\)/);
  assert.match(text, /item 2: \{"Port":443\}/);
  assert.match(text, /identifier +"sg-1-443" +\(19:23\)/);
  assert.match(text, /properties\.cidr +null +\(21:31\)/);
  assert.match(text, /"identifier": "sg-1-80"/);
  assert.match(
    stderr.join(),
    /no __AccountId, __Region, Type, __ExtraContext, __Partition: filled/,
  );
});

test('map: an expression that fails is told, and the exit code says so', async () => {
  const odd = { ...INSTANCE, Properties: { Odd: 'x' } };
  const { stdout, code } = await map(odd, '--kind', 'AWS::EC2::Instance');
  assert.is(code, 3);
  assert.match(
    stdout.join('\n'),
    /properties\.broken +error: string \("x"\) has no keys +\(12:21\)/,
  );
});

test('map: what is filtered or not let in gives no entity', async () => {
  const ended = {
    ...INSTANCE,
    __Kind: 'AWS::EC2::Instance',
    Properties: { State: { Name: 'terminated' } },
  };
  const filtered = await map(ended);
  assert.match(filtered.stdout.join('\n'), /selector\.query +false/);
  assert.is(filtered.stdout.at(-1), 'no entity');
  const denied = await map({ ...GROUP, __Region: 'eu-west-1' });
  assert.match(denied.stdout[0] ?? '', /no mapping lets the region/);
});

test('map: --json has everything', async () => {
  const { stdout } = await map(GROUP, '--json');
  const told = JSON.parse(stdout.join('')) as {
    mappings: { runs: { item: unknown; leaves: { path: string; value: unknown }[] }[] }[];
    entities: unknown[];
    faults: unknown[];
  };
  assert.is(stdout.length, 1);
  assert.equal(told.mappings[0]?.runs[1]?.item, { Port: 443 });
  assert.equal(told.entities, [
    { mapping: 1, blueprint: 'rule', identifier: 'sg-1-80', properties: { cidr: '0/0' } },
    { mapping: 1, blueprint: 'rule', identifier: 'sg-1-443', properties: { cidr: null } },
  ]);
  assert.equal(told.faults, []);
});

test('map: input that is no resource, and a wrong pipeline, are refused', async () => {
  assert.is((await refused(map('{'))).code, 'sample.json');
  assert.is((await refused(map(''))).code, 'sample.json');
  assert.is((await refused(map('[]'))).code, 'sample.no-object');
  assert.match(
    (await refused(map(INSTANCE))).hint ?? '',
    'AWS::EC2::Instance, AWS::EC2::SecurityGroup',
  );
  const io = new RecordedIo();
  const wrong = await put('wrong.yaml', PIPELINE.replace('.Properties.InstanceType', '.a |'));
  const command = mapCommand({ read: () => Promise.resolve('{}'), io });
  assert.match(
    (await refused(command.parseAsync([wrong], { from: 'user' }))).message,
    /:11:19: JQ/,
  );
});

const PASSING = `tests:
  - name: a named instance
    kind: AWS::EC2::Instance
    resource:
      Identifier: i-1
      Properties: { InstanceType: t3, Odd: {}, Tags: [{ Key: Name, Value: web }] }
    entities:
      - { blueprint: instance, identifier: i-1, title: web, properties: { type: t3, broken: [] } }
  - name: an odd one
    kind: AWS::EC2::Instance
    resource: { Identifier: i-1, Properties: {} }
    entities: [{ blueprint: instance, identifier: i-1 }]
    faults: [properties.broken]
  - name: rules
    resource: group.json
    entities:
      - { blueprint: rule, identifier: sg-1-443, properties: { cidr: null } }
      - { blueprint: rule, identifier: sg-1-80, properties: { cidr: 0/0 } }
    exact: true
`;

test('test: those that pass end with 0', async () => {
  await put('group.json', JSON.stringify(GROUP));
  const { stdout, code } = await tests(PASSING);
  assert.equal(stdout, [
    'ok    a named instance',
    'ok    an odd one',
    'ok    rules',
    '3 tests, 0 failed',
  ]);
  assert.is(code, 0);
});

test('test: what is not as it should be is told with its place, and ends with 1', async () => {
  await put('group.json', JSON.stringify(GROUP));
  const failing = PASSING.replace('type: t3, broken', 'type: t4, broken')
    .replace('    faults: [properties.broken]\n', '')
    .replace('sg-1-443', 'sg-1-8080');
  const { stdout, code } = await tests(failing);
  assert.is(code, 1);
  const text = stdout.join('\n');
  assert.match(
    text,
    /FAIL {2}a named instance \(.*p\.tests\.yaml:2\)\n +instance i-1: properties\.type\n +expected "t4"\n +got +"t3"/,
  );
  assert.match(
    text,
    /error in properties\.broken of mapping 1 \(.*p\.yaml:12:21\): null \(null\) has no keys/,
  );
  assert.match(text, /rule sg-1-8080: missing\n +rule sg-1-443: not expected/);
  assert.is(stdout.at(-1), '3 tests, 3 failed');

  const json = await tests(failing, '--json');
  const told = JSON.parse(json.stdout.join('')) as { name: string; line: number; ok: boolean }[];
  assert.equal(
    told.map(({ line, ok }) => [line, ok]),
    [
      [2, false],
      [9, false],
      [13, false],
    ],
  );
});

test('test: an error that was expected and did not come fails', async () => {
  await put('group.json', JSON.stringify(GROUP));
  const { stdout } = await tests(PASSING.replace('exact: true', 'faults: [properties.cidr]'));
  assert.match(stdout.join('\n'), 'no error in properties.cidr, and one was expected');
});

test('test: a wrong file is refused at its place', async () => {
  const wrong = await refused(tests(PASSING.replace('    entities: [{', '    entity: [{')));
  assert.match(wrong.message, /p\.tests\.yaml:12:5: unknown key "entity".*\n?/);
  assert.match((await refused(tests('- a'))).message, 'expected a map with a list "tests"');
  assert.match((await refused(tests('tests: []'))).message, 'tests is empty');
  const kind = await refused(tests(PASSING.replace('AWS::EC2::Instance', 'AWS::EC2::VPC')));
  assert.is(kind.position?.line, 2);
  await put('group.json', '{');
  assert.is((await refused(tests(PASSING))).position?.line, 14);
  await rm(join(directory, 'p.tests.yaml'));
  const missing = testCommand(new RecordedIo()).parseAsync([pipeline], { from: 'user' });
  assert.match((await refused(missing)).message, /cannot read the tests .*p\.tests\.yaml/);
});

test.run();

import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { instances, roles, volumes } from './support/fixtures.js';
import type { Fixture } from './support/fixtures.js';
import { until } from './support/live-world.js';
import { LiveRun } from './support/live-run.js';
import { drift } from './support/oracle.js';
import { startCli } from './support/run-cli.js';
import { World } from './support/world.js';

const test = suite('a mapping kept in Port');

const ID = 'e2e';
const FROM_PORT = fileURLToPath(new URL('../../pipelines/from-port.yaml', import.meta.url));
let world: World;

test.before(async () => {
  world = await World.start({ accounts: 2, regions: 2, resourcesPerScope: 5 });
});
test.after(() => world.close());
test.after.each(async () => {
  for (const run of running.splice(0)) await run.stop();
});

/** Stopped after each test, however it ends. */
const running: LiveRun[] = [];

/** Starts a run that goes on; its mapping is Port's, which it looks at every second. */
function follow(env: Readonly<Record<string, string>> = {}, ...args: readonly string[]): LiveRun {
  const { managementAccountId } = world.sim.organization;
  const cli = [
    'run',
    FROM_PORT,
    ...args,
    '--json',
    '--state',
    world.path('state'),
    '--http',
    '127.0.0.1:0',
  ];
  const run = new LiveRun(
    startCli(cli, {
      ...world.sim.env,
      OCEAN__INTEGRATION__CONFIG__ORGANIZATION_ROLE_ARN: `arn:aws:iam::${managementAccountId}:role/OrgReader`,
      OCEAN__INTEGRATION__CONFIG__ACCOUNT_READ_ROLE_NAME: 'SluiceReadOnly',
      OCEAN__INTEGRATION__IDENTIFIER: ID,
      OCEAN__EVENT_LISTENER: JSON.stringify({ type: 'POLLING', interval: 1 }),
      ...env,
    }),
  );
  running.push(run);
  return run;
}

/** Edits the mapping as Port's page does: it keeps the whole config that is saved. */
function edit(fixtures: readonly Fixture[], more: object = {}): void {
  const { integrations } = world.sim.port;
  const { config } = integrations.get(ID)!;
  const resources = fixtures.map(({ yaml }) => parse(yaml) as unknown);
  integrations.patchConfig(ID, { config: { ...config, resources, ...more } });
}

const state = (): Record<string, unknown> => world.sim.port.integrations.get(ID)!.resyncState;

test('the first start gives Port blueprints and a mapping, and shows how the resync went', async () => {
  const { port } = world.sim;
  const run = follow();
  const summary = await run.resynced();
  assert.ok(summary.entities.created > 0);
  assert.equal(summary.failures, []);
  const { config } = port.integrations.get(ID)!;
  const packaged = parse(
    await readFile(new URL('../../pipelines/default.yaml', import.meta.url), 'utf8'),
  ) as { resources: unknown };
  assert.equal(config['resources'], packaged.resources);
  for (const { identifier } of port.blueprints.all()) {
    if (identifier === 'awsAccount') assert.ok(port.entities(identifier).length >= 2);
  }
  await until(() => state()['status'] === 'completed', 'the state of the resync in Port');
  assert.type(state()['lastResyncEnd'], 'string');
  assert.ok(Date.parse(String(state()['nextResync'])) > Date.now());
  await until(
    () => port.integrations.examplesOf(ID, 'AWS::EC2::Instance') !== undefined,
    'examples of instances',
  );
  const stopped = await run.stop();
  assert.is(stopped.code, 0, stopped.stderr);
});

test('a changed mapping counts without a restart, and what the old one left behind is deleted', async () => {
  const { port } = world.sim;
  const run = follow();
  await run.resynced();
  const fixtures = [instances, volumes, roles];
  const old = port.entities('cloudResource').length;
  assert.ok(old > 0);
  edit(fixtures, { entityDeletionThreshold: 1 });
  await until(() => run.summaries.length === 2, 'a resync with the new mapping');
  await run.until(({ mapping }) => mapping?.state === 'applied', 'the mapping is applied');
  assert.equal(
    drift(world, fixtures).filter((line) => !line.endsWith('should not be there')),
    [],
  );
  const left = port.entities('cloudResource').length;
  assert.ok(
    left < old,
    'what another mapping of the same kind yields now replaces the old at once',
  );
  assert.ok(left > 0, 'a kind that left must be missed by two resyncs');
  port.integrations.requestResync(ID);
  await until(() => run.summaries.length === 3, 'the resync that was asked for');
  assert.equal(drift(world, fixtures), []);
  assert.is(port.entities('cloudResource').length, 0);
  const stopped = await run.stop();
  assert.is(stopped.code, 0, stopped.stderr);
});

test('an invalid mapping is reported where people look, and the one before goes on', async () => {
  const { port } = world.sim;
  const run = follow();
  await run.resynced();
  edit([{ ...volumes, yaml: volumes.yaml.replace('.Properties.Size', '.Properties.[') }]);
  const status = await run.until(({ mapping }) => mapping?.state === 'invalid', 'it is refused');
  assert.match(status.mapping!.problems.join('\n'), /\d+:\d+/, 'line and column');
  await until(() => port.integrations.logOf(ID).length > 0, 'a line in the log that Port shows');
  const [line] = port.integrations.logOf(ID);
  assert.is(line!.level, 'ERROR');
  assert.match(line!.message, /does not compile/);
  const held = port.entities('volume').length;
  assert.ok(held > 0);
  const stopped = await run.stop();
  assert.is(stopped.code, 0, stopped.stderr);
  // A restart finds it still invalid, and goes on with the last one that was valid.
  const again = follow();
  const summary = await again.resynced();
  assert.is(summary.entities.deleted, 0);
  assert.is(port.entities('volume').length, held);
  assert.is((await again.status()).mapping?.state, 'invalid');
  edit([instances, volumes, roles]);
  await again.until(({ mapping }) => mapping?.state === 'applied', 'a valid mapping again');
  await again.stop();
});

test('a resync that is asked for in Port begins at once', async () => {
  const run = follow();
  await run.resynced();
  const { port } = world.sim;
  port.integrations.requestResync(ID);
  await until(() => run.summaries.length === 2, 'a second resync');
  const stopped = await run.stop();
  assert.is(stopped.code, 0, stopped.stderr);
});

test('ONCE is one resync; RESYNC_ON_START=false waits for the time of the next', async () => {
  const once = follow({ OCEAN__EVENT_LISTENER: '{"type":"ONCE"}' });
  const ended = await once.ended;
  assert.is(ended.code, 0, ended.stderr);
  assert.is(once.summaries.length, 1);
  const waiting = follow({ OCEAN__EVENT_LISTENER__RESYNC_ON_START: 'false' });
  await waiting.until(({ mapping }) => mapping?.state === 'applied', 'the mapping is applied');
  world.sim.port.integrations.requestResync(ID);
  await until(() => waiting.summaries.length === 1, 'the resync that was asked for');
  await waiting.stop();
});

test('a file that keeps its mapping in Port gives it the first one; plan writes nothing', async () => {
  const { port } = world.sim;
  const file = world.path('own.yaml');
  await writeFile(
    file,
    [
      'port: { integration: own, mappingFrom: port, pollEvery: 1s }',
      'resources:',
      ...[volumes].map(({ yaml }) => `  - ${yaml.trim().replaceAll('\n', '\n    ')}`),
      '',
    ].join('\n'),
  );
  const env = { ...world.sim.env, OCEAN__INTEGRATION__IDENTIFIER: 'own' };
  const { managementAccountId } = world.sim.organization;
  const roles = {
    OCEAN__INTEGRATION__CONFIG__ORGANIZATION_ROLE_ARN: `arn:aws:iam::${managementAccountId}:role/OrgReader`,
    OCEAN__INTEGRATION__CONFIG__ACCOUNT_READ_ROLE_NAME: 'SluiceReadOnly',
  };
  const cli = (command: string, ...more: readonly string[]) =>
    startCli([command, file, '--json', '--state', world.path('own'), ...more], { ...env, ...roles })
      .ended;
  const plan = await cli('plan');
  assert.is(plan.code, 0, plan.stderr);
  assert.is(port.integrations.get('own'), undefined, 'nothing was registered');
  assert.ok(plan.summary!.entities.created + plan.summary!.entities.updated > 0);
  const run = await cli('run', '--once');
  assert.is(run.code, 0, run.stderr);
  const kept = port.integrations.get('own')!.config['resources'];
  assert.equal(kept, [parse(volumes.yaml)]);
});

test.run();

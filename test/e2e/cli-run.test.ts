import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  FUNCTION,
  actualEntities,
  expectedEntities,
  inWorld,
  isPortCall,
  onRequest,
  pipelineText,
  until,
} from './crash-world.js';
import type { Run, World } from './crash-world.js';

const cli = suite('run, continuously');

const UPSERTS = /^POST .*\/entities\/bulk$/;
const SMALL = { accounts: 2, regions: 1, resourcesPerScope: 4 };

async function startRun(world: World, every: string): Promise<Run> {
  const text = pipelineText(world.sim, { extra: `resync: { every: ${every} }` });
  const file = await world.write('continuous.yaml', text);
  return world.start(['run', file, '--json', '--state', world.stateDir, '--no-http']);
}

function summaries(run: Run): string[] {
  return run.said.stdout.split('\n').filter((line) => line.startsWith('{'));
}

cli('stays after its first resync, and SIGTERM ends it with 0', () =>
  inWorld(SMALL, async (world) => {
    const run = await startRun(world, '1m');
    await until(() => summaries(run).length >= 1, 'the first resync');
    assert.equal(actualEntities(world.sim), expectedEntities(world.sim));
    assert.is(run.child.exitCode, null);
    run.child.kill('SIGTERM');
    const ended = await run.ended;
    assert.is(ended.code, 0, ended.stderr);
    assert.not.match(ended.stderr, /\n\s+at /);
    assert.is(summaries(run).length, 1);

    const hasty = await startRun(world, '1s');
    const refused = await hasty.ended;
    assert.is(refused.code, 2, refused.stderr);
    assert.match(refused.stderr, 'every');
  }),
);

cli(
  'SIGTERM in the middle lets what is in flight settle; the next start goes on with the rest',
  () =>
    inWorld({ ...SMALL, resourcesPerScope: 12, pageSize: 4 }, async (world) => {
      const { sim } = world;
      // Port answers, late; the functions' listings never end.
      sim.port.latencyMs = 300;
      let upserts = 0;
      const undo = onRequest(sim, (call) => {
        if (isPortCall(call, UPSERTS)) upserts += 1;
        return call.operation === 'ListResources' && call.kind === FUNCTION
          ? { type: 'throttle' }
          : undefined;
      });
      const run = await startRun(world, '1h');
      await until(() => upserts > 0, 'a write in flight');
      run.child.kill('SIGTERM');
      const ended = await run.ended;
      assert.is(ended.code, 0, ended.stderr);
      undo();
      sim.port.latencyMs = 0;
      const written = actualEntities(sim).length;
      assert.ok(written > 0 && written < expectedEntities(sim).length);

      const next = await startRun(world, '1h');
      await until(() => summaries(next).length === 1, 'the rest');
      const summary = JSON.parse(summaries(next)[0]!) as {
        generation: number;
        entities: { created: number; updated: number };
      };
      assert.is(summary.generation, 1, 'it goes on with the resync that was cut short');
      assert.is(summary.entities.updated, 0, 'what was in flight had settled');
      assert.is(summary.entities.created, expectedEntities(sim).length - written);
      assert.equal(actualEntities(sim), expectedEntities(sim));
      next.child.kill('SIGINT');
      assert.is((await next.ended).code, 0);
    }),
);

cli('a second signal ends it at once, and nothing is lost', () =>
  inWorld(SMALL, async (world) => {
    const { sim } = world;
    let held = 0;
    const undo = onRequest(sim, (call) => {
      if (!isPortCall(call, UPSERTS)) return undefined;
      held += 1;
      return { type: 'error', status: 503, code: 'down' };
    });
    const run = await startRun(world, '1h');
    await until(() => held > 0, 'a write that Port does not take');
    run.child.kill('SIGTERM');
    await until(() => run.said.stderr.includes('SIGTERM'), 'word of the first signal');
    assert.is(run.child.exitCode, null);
    run.child.kill('SIGTERM');
    const ended = await run.ended;
    assert.is(ended.code, 1, ended.stderr);
    undo();
    const last = await world.once();
    assert.is(last.code, 0, last.stderr);
    assert.equal(actualEntities(sim), expectedEntities(sim));
  }),
);

cli('a signal during run --once says that it is incomplete', () =>
  inWorld(SMALL, async (world) => {
    const { sim } = world;
    let asked = false;
    onRequest(sim, (call) => {
      if (call.operation !== 'ListResources' || call.kind !== FUNCTION) return undefined;
      asked = true;
      return { type: 'throttle' };
    });
    const run = world.start(['run', world.file, '--once', '--json', '--state', world.stateDir]);
    await until(() => asked, 'a listing');
    run.child.kill('SIGTERM');
    const ended = await run.ended;
    assert.is(ended.code, 3, ended.stderr);
    const [summary] = summaries(run);
    assert.ok(summary !== undefined, 'a summary of what was done');
  }),
);

cli("Ocean's variable names alone are enough", () =>
  inWorld(SMALL, async (world) => {
    const { sim } = world;
    // No `aws:` and no `port:`: an Ocean mapping file as it is.
    const text = pipelineText(sim);
    const file = await world.write('ocean.yaml', text.slice(text.indexOf('resources:')));
    const role = `arn:aws:iam::${sim.organization.managementAccountId}:role/OrgReader`;
    const ended = await world.start(['run', file, '--once', '--state', world.stateDir], {
      PORT_CLIENT_ID: undefined,
      PORT_CLIENT_SECRET: undefined,
      PORT_BASE_URL: undefined,
      AWS_ACCESS_KEY_ID: undefined,
      AWS_SECRET_ACCESS_KEY: undefined,
      OCEAN__PORT__CLIENT_ID: world.env['PORT_CLIENT_ID'],
      OCEAN__PORT__CLIENT_SECRET: world.env['PORT_CLIENT_SECRET'],
      OCEAN__PORT__BASE_URL: world.env['PORT_BASE_URL'],
      OCEAN__INTEGRATION__IDENTIFIER: 'from-ocean',
      OCEAN__INTEGRATION__CONFIG__AWS_ACCESS_KEY_ID: world.env['AWS_ACCESS_KEY_ID'],
      OCEAN__INTEGRATION__CONFIG__AWS_SECRET_ACCESS_KEY: world.env['AWS_SECRET_ACCESS_KEY'],
      OCEAN__INTEGRATION__CONFIG__ORGANIZATION_ROLE_ARN: role,
      OCEAN__INTEGRATION__CONFIG__ACCOUNT_READ_ROLE_NAME: 'SluiceReadOnly',
    }).ended;
    assert.is(ended.code, 0, ended.stderr);
    assert.equal(actualEntities(sim), expectedEntities(sim));
    assert.ok(sim.port.integrations.get('from-ocean'));
  }),
);

cli.run();

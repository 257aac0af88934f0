import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  actualEntities,
  atRequest,
  expectedEntities,
  inWorld,
  onRequest,
  until,
} from './crash-world.js';
import type { Ended, World } from './crash-world.js';

const cli = suite('two writers');

/** A continuous run that is idle after its first resync. */
async function startIdle(world: World, state = world.stateDir) {
  const run = world.start(['run', world.file, '--json', '--state', state, '--no-http']);
  await until(() => run.said.stdout.includes('"generation"'), 'the first resync');
  return run;
}

// Watching a lease takes Sluice its time, not the machine's: these tests wait side by side.
cli(
  'one state directory and one integration have one writer; the dead leave both at once',
  async () => {
    await Promise.all([sameState(), livingLease(), deadLease()]);
  },
);

async function sameState(): Promise<void> {
  await inWorld({ accounts: 1, regions: 1, resourcesPerScope: 2 }, async (world) => {
    const first = await startIdle(world);
    const args = ['run', world.file, '--once', '--json', '--state', world.stateDir];
    world.sim.port.counters.reset();
    const second = await world.start(args).ended;
    assert.is(second.code, 1, second.stderr);
    assert.match(second.stderr, 'state.locked');
    assert.match(second.stderr, `process ${String(first.child.pid)}`);
    assert.match(second.stderr, world.stateDir);
    assert.is(second.stdout, '');
    // The first renews its lease meanwhile; the second did not even ask for a token.
    assert.is(world.sim.port.counters.get('POST /auth/access_token'), 0);
    assert.is(first.child.exitCode, null, 'the first goes on');

    // A plan reads the state too, and a killed holder keeps nobody out.
    const plan = await world.start(['plan', world.file, '--state', world.stateDir]).ended;
    assert.is(plan.code, 1, plan.stderr);
    assert.match(plan.stderr, 'state.locked');
    first.kill();
    await first.ended;
    const again = await world.once();
    assert.is(again.code, 0, again.stderr);
    assert.is(again.summary.generation, 2);
    assert.not.match(again.stderr, /watching whether it lives/);
  });
}

async function livingLease(): Promise<void> {
  await inWorld({ accounts: 1, regions: 1, resourcesPerScope: 2 }, async (world) => {
    const first = await startIdle(world);
    const before = actualEntities(world.sim);
    const other = join(world.dir, 'other');
    const second = await world.start(['run', world.file, '--once', '--json', '--state', other])
      .ended;
    assert.is(second.code, 1, second.stderr);
    assert.match(second.stderr, 'port.lease-held');
    assert.match(second.stderr, `process ${String(first.child.pid)}`);
    assert.not.match(second.stderr, /\n\s+at /);
    assert.equal(actualEntities(world.sim), before);

    // Ended in order, it leaves the lease: nobody has to wait for it.
    first.child.kill('SIGTERM');
    assert.is((await first.ended).code, 0);
    const third = await world.start(['run', world.file, '--once', '--state', other]).ended;
    assert.is(third.code, 0, third.stderr);
    assert.not.match(third.stderr, /watching whether it lives/);
  });
}

async function deadLease(): Promise<void> {
  await inWorld({ accounts: 1, regions: 1, resourcesPerScope: 2 }, async (world) => {
    const first = world.start(['run', world.file, '--once', '--state', world.stateDir]);
    const undo = atRequest(world.sim.aws.counters, 'cloudcontrol.ListResources', 1, () =>
      first.kill(),
    );
    assert.is((await first.ended).signal, 'SIGKILL');
    undo();
    const other = join(world.dir, 'other');
    const second = await world.start(['run', world.file, '--once', '--state', other]).ended;
    assert.is(second.code, 0, second.stderr);
    assert.match(second.stderr, /watching whether it lives/);
    assert.equal(actualEntities(world.sim), expectedEntities(world.sim));
  });
}

cli('of several that start at one moment on one state directory, one runs', () =>
  inWorld({ accounts: 1, regions: 1, resourcesPerScope: 2 }, async (world) => {
    const args = ['run', world.file, '--once', '--state', world.stateDir];
    const runs: Ended[] = [];
    // The one that runs is kept from its end until the others have ended.
    onRequest(world.sim, ({ operation }) =>
      operation === 'ListResources' && runs.length < 2 ? { type: 'throttle' } : undefined,
    );
    await Promise.all(
      [1, 2, 3].map(async () => {
        runs.push(await world.start(args).ended);
      }),
    );
    const codes = runs.map(({ code }) => code).sort((a, b) => Number(a) - Number(b));
    assert.equal(codes, [0, 1, 1], runs.map(({ stderr }) => stderr).join('\n'));
    assert.equal(actualEntities(world.sim), expectedEntities(world.sim));
  }),
);

cli.run();

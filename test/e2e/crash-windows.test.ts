import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { SimKey } from '../../src/sim/organization/organization.js';
import type { Call } from '../../src/sim/faults.js';
import type { Sim } from '../../src/sim/sim.js';
import {
  FUNCTION,
  INSTANCE,
  ROLE,
  actualEntities,
  atRequest,
  expectedEntities,
  inWorld,
  isPortCall,
  onRequest,
  pipelineText,
  until,
} from './crash-world.js';
import type { World } from './crash-world.js';

const crash = suite('crashes between intent, Port and commit');

const UPSERTS = /^POST .*\/entities\/bulk$/;
const DELETES = /^(POST .*\/bulk\/entities\/delete|DELETE )/;

function pick(sim: Sim, kind: string, at = 0): SimKey & { properties: Record<string, unknown> } {
  const found = [...sim.organization.snapshot()].filter((one) => one.kind === kind)[at]!;
  const { accountId, region, identifier, properties } = found;
  return { kind, accountId, region, identifier, properties };
}

function stampOf(sim: Sim, { accountId, region, identifier }: SimKey): unknown {
  return sim.port.entity('resource', `${accountId}:${region}:${identifier}`)?.properties['stamp'];
}

async function settledRun(world: World): Promise<void> {
  const run = await world.once();
  assert.is(run.code, 0, run.stderr);
  assert.equal(actualEntities(world.sim), expectedEntities(world.sim));
}

/** Runs until `reached`, with requests to Port meeting this fate, and kills. */
async function killWhile(
  world: World,
  operation: RegExp,
  fate: 'lost' | 'applied',
  reached: (asked: number) => boolean,
  ...more: readonly string[]
): Promise<void> {
  let asked = 0;
  const undo = onRequest(world.sim, (call) => {
    if (!isPortCall(call, operation)) return undefined;
    asked += 1;
    return { type: 'reset', applied: fate === 'applied' };
  });
  const run = world.start(['run', world.file, '--once', '--state', world.stateDir, ...more]);
  await until(() => reached(asked), `${operation.source} ${fate}`);
  run.kill();
  assert.is((await run.ended).signal, 'SIGKILL');
  undo();
}

crash('what AWS does while Sluice is dead decides, whatever Port was told before', () =>
  inWorld({ resourcesPerScope: 3 }, async (world) => {
    const { sim } = world;
    const { organization } = sim;
    const changed = pick(sim, INSTANCE);
    organization.update(changed, { Stamp: 'A' });
    await settledRun(world);
    assert.is(stampOf(sim, changed), 'A');

    // Port learns of B and of a newborn, and Sluice dies before it hears that Port did.
    const born = organization.create({
      kind: FUNCTION,
      accountId: changed.accountId,
      region: changed.region,
      identifier: 'newborn',
    });
    organization.update(changed, { Stamp: 'B' });
    await killWhile(
      world,
      UPSERTS,
      'applied',
      () => stampOf(sim, changed) === 'B' && stampOf(sim, born) === 'none',
    );
    organization.update(changed, { Stamp: 'A' });
    organization.delete(born);
    await settledRun(world);
    assert.is(stampOf(sim, changed), 'A');
    assert.is(stampOf(sim, born), undefined, 'an intent counts for deletion');

    // Port loses two entities, and Sluice dies before it hears of it; then one comes back in AWS.
    const [back, gone] = [pick(sim, ROLE), pick(sim, INSTANCE, 1)];
    for (const key of [back, gone]) organization.delete(key);
    await killWhile(
      world,
      DELETES,
      'applied',
      () => stampOf(sim, back) === undefined && stampOf(sim, gone) === undefined,
    );
    organization.create(back);
    await settledRun(world);
    assert.is(stampOf(sim, back), 'none');
    assert.is(stampOf(sim, gone), undefined);
  }),
);

crash('a mapping that moves entities, killed midway and taken back, leaves only the old ones', () =>
  inWorld({ resourcesPerScope: 3, accounts: 2 }, async (world) => {
    const { sim } = world;
    await settledRun(world);
    const text = pipelineText(sim);
    const moved = text.replaceAll('[.__AccountId, .__Region', '["moved", .__AccountId, .__Region');
    await world.write('pipeline.yaml', moved);
    const count = expectedEntities(sim).length;
    await killWhile(world, UPSERTS, 'applied', () => sim.port.entities().length > count + 10);
    await world.write('pipeline.yaml', text);
    await settledRun(world);

    // And once more, this time killed while the old ones are deleted, and then left at the new mapping.
    await world.write('pipeline.yaml', moved);
    await killWhile(world, DELETES, 'applied', (asked) => asked > 0, '--allow-deletes', '1000');
    const last = await world.once('--allow-deletes', '1000');
    assert.is(last.code, 0, last.stderr);
    assert.equal(
      actualEntities(sim).map((row) => row.replace(' moved:', ' ')),
      expectedEntities(sim),
    );
  }),
);

crash('--resume goes on with the scopes that are left', () =>
  inWorld({ resourcesPerScope: 5, pageSize: 2 }, async (world) => {
    const { sim } = world;
    const isListing = ({ operation }: Call): boolean => operation === 'ListResources';
    let pages = 0;
    const undoCount = onRequest(sim, (call) => void (pages += isListing(call) ? 1 : 0));
    await settledRun(world);
    undoCount();

    // One listing never ends; the others do, and then Sluice dies.
    const changed = pick(sim, INSTANCE);
    sim.organization.update(changed, { Stamp: 'seen' });
    const endless = pick(sim, FUNCTION);
    const run = world.start(['run', world.file, '--once', '--state', world.stateDir]);
    let others = 0;
    const undo = onRequest(sim, (call) => {
      if (!isListing(call)) return undefined;
      const { kind, accountId, region } = call;
      const isEndless =
        kind === endless.kind && accountId === endless.accountId && region === endless.region;
      others += isEndless ? 0 : 1;
      return isEndless ? { type: 'throttle' } : undefined;
    });
    const own = 3; // Five functions, two a page.
    await until(() => others === pages - own, 'all other listings');
    await until(() => stampOf(sim, changed) === 'seen', 'the change in Port');
    run.kill();
    await run.ended;
    undo();
    sim.aws.counters.reset();

    const resumed = await world.once('--resume');
    assert.is(resumed.code, 0, resumed.stderr);
    assert.is(resumed.summary.scopes.total, 18);
    assert.is(resumed.summary.scopes.ok, 18);
    assert.is(resumed.summary.generation, 2);
    const again = sim.aws.counters.get('cloudcontrol.ListResources');
    assert.ok(again >= own && again < pages, `listed ${again} of ${pages} pages again`);
    assert.equal(actualEntities(sim), expectedEntities(sim));
  }),
);

crash('a resync that was cut short for another pipeline is not gone on with', () =>
  inWorld({ resourcesPerScope: 3, accounts: 2 }, async (world) => {
    const { sim } = world;
    const run = world.start(['run', world.file, '--once', '--state', world.stateDir]);
    const undo = atRequest(sim.aws.counters, 'cloudcontrol.ListResources', 9, () => run.kill());
    await run.ended;
    undo();
    const text = pipelineText(sim).replaceAll('"none"', '"nothing"');
    await world.write('pipeline.yaml', text);
    const next = await world.once('--resume');
    assert.is(next.code, 0, next.stderr);
    assert.is(next.summary.generation, 2);
    assert.equal(
      actualEntities(sim).map((row) => row.replace(/nothing$/, 'none')),
      expectedEntities(sim),
    );
  }),
);

crash('an account that came back while its deletes were under way keeps what it has', () =>
  inWorld({ resourcesPerScope: 3, accounts: 4 }, async (world) => {
    const { sim } = world;
    const account = sim.organization.accounts[2]!;
    await settledRun(world);
    // Gone from the organization's answers, though not from AWS.
    const hide = (): (() => void) => {
      const held = (sim.organization as unknown as { accountsById: Map<string, unknown> })
        .accountsById;
      held.delete(account.id);
      return () => void held.set(account.id, account);
    };
    const back = hide();
    const first = await world.once();
    assert.is(first.code, 0, first.stderr);
    assert.is(first.summary.entities.deleted, 0, 'one discovery is not enough');
    await killWhile(world, DELETES, 'lost', (asked) => asked > 0);
    back();
    const resumed = await world.once('--resume');
    assert.is(resumed.code, 0, resumed.stderr);
    assert.is(resumed.summary.entities.deleted, 0, 'the third discovery found the account again');
    assert.equal(actualEntities(sim), expectedEntities(sim));
  }),
);

crash.run();

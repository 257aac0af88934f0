import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Call } from '../../src/sim/faults.js';
import { DELETES, killWhile, pick, settledRun, stampOf } from './crash-runs.js';
import {
  FUNCTION,
  INSTANCE,
  actualEntities,
  atRequest,
  expectedEntities,
  inWorld,
  onRequest,
  pipelineText,
  until,
} from './crash-world.js';

const crash = suite('after a crash in the middle of a resync');

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

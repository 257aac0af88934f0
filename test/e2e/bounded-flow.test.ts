import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  INSTANCE,
  actualEntities,
  expectedEntities,
  heldUntil,
  inWorld,
  isPortCall,
  onRequest,
  pipelineText,
  summaryOf,
  until,
} from './crash-world.js';

const bounded = suite('bounded and isolated');

const UPSERTS = /^POST .*\/entities\/bulk$/;
/** Observations in flight that a resync may take (a fifth of 5,000 is kept for live). */
const CREDITS = 4_000;

bounded('an account that does not answer holds no other', () =>
  inWorld({ accounts: 4, resourcesPerScope: 10, pageSize: 5 }, async (world) => {
    const { sim } = world;
    const slow = sim.organization.accounts[1]!.id;
    const isSlow = (identifier: string): boolean => identifier.startsWith(`${slow}:`);
    const others = expectedEntities(sim).filter((row) => !isSlow(row.split(' ')[1]!)).length;
    const here = (): number =>
      sim.port.entities().filter(({ identifier }) => !isSlow(identifier)).length;
    let kept = 0;
    let missing: number | undefined;
    // Nothing of the slow account is answered before everything of the others is in Port.
    onRequest(sim, (call) => {
      if (call.accountId !== slow || call.service !== 'cloudcontrol') return undefined;
      kept += 1;
      return heldUntil(() => {
        missing = others - here();
        return missing === 0;
      });
    });
    const run = await world.once();
    assert.is(run.code, 0, run.stderr);
    assert.ok(kept > 0);
    assert.is(missing, 0, 'the others waited for it');
    assert.equal(actualEntities(sim), expectedEntities(sim));
  }),
);

bounded('a kind that Port does not take for a while holds no other kind', () =>
  inWorld({ accounts: 2, regions: 1, resourcesPerScope: 10 }, async (world) => {
    const { sim } = world;
    sim.port.blueprints.create({
      identifier: 'other',
      schema: { properties: { kind: { type: 'string' }, stamp: { type: 'string' } } },
      relations: {},
    });
    const text = pipelineText(sim).replace('blueprint: \'"resource"\'', 'blueprint: \'"other"\'');
    await world.write('pipeline.yaml', text);
    const rest = expectedEntities(sim).filter((row) => !row.startsWith(INSTANCE)).length;
    let refused = 0;
    onRequest(sim, (call) => {
      if (!isPortCall(call, UPSERTS) || call.blueprint !== 'other') return undefined;
      if (sim.port.entities('resource').length === rest) return undefined;
      refused += 1;
      return { type: 'error', status: 503, code: 'unavailable' };
    });
    const run = await world.once();
    assert.is(run.code, 0, run.stderr);
    assert.ok(refused > 0);
    assert.equal(actualEntities(sim), expectedEntities(sim));
  }),
);

bounded('while Port is down, listing stops at the credits; then everything comes through', () =>
  inWorld(
    {
      accounts: 3,
      regions: 2,
      kinds: [INSTANCE],
      resourcesPerScope: 1_500,
      bodySize: 0,
    },
    async (world) => {
      const { sim } = world;
      const total = expectedEntities(sim).length;
      assert.is(total, 9_000);
      const file = await world.write('one.yaml', pipelineText(sim, { kinds: [INSTANCE] }));
      let [down, refused, pages] = [true, 0, 0];
      onRequest(sim, (call) => {
        if (call.operation === 'ListResources') pages += 1;
        if (!down || !isPortCall(call, UPSERTS)) return undefined;
        refused += 1;
        return { type: 'error', status: 503, code: 'down' };
      });
      const args = ['run', file, '--once', '--json', '--state', world.stateDir];
      const run = world.start(args);
      // Many refusals in a row without one page more: it has stopped asking AWS, long before the credits
      // are spent, since nothing of what it has gets on.
      let [since, at] = [0, 0];
      await until(() => {
        if (pages !== at) [at, since] = [pages, refused];
        return pages > 0 && refused - since >= 12;
      }, 'listing comes to a stop');
      assert.ok(pages * 100 <= CREDITS + 12 * 100, `${pages} pages were fetched`);
      assert.is(sim.port.entities().length, 0);
      assert.is(run.child.exitCode, null);
      down = false;
      const ended = await run.ended;
      assert.is(ended.code, 0, ended.stderr);
      assert.is(summaryOf(ended).entities.created, total);
      assert.is(summaryOf(ended).deadLetters, 0);
      assert.equal(actualEntities(sim), expectedEntities(sim));
    },
  ),
);

bounded.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { SimResource } from '../../src/sim/organization/organization.js';
import type { Sim } from '../../src/sim/sim.js';
import { atRequest, isPortCall, onRequest, randomOf } from './crash-world.js';
import {
  accounts,
  apis,
  buckets,
  groups,
  roles,
  rules,
  tables,
  volumes,
} from './support/fixtures.js';
import { guard } from './support/live-guard.js';
import type { Guard } from './support/live-guard.js';
import { Mutator } from './support/live-mutator.js';
import type { LiveRun } from './support/live-run.js';
import { LiveWorld } from './support/live-world.js';

const test = suite('live: kill -9 at random moments');

const UPSERTS = /^POST .*\/entities\/bulk$/;
const DELETES = /^(POST .*\/bulk\/entities\/delete|DELETE )/;
const PER_SECOND = 10;
/** A moment that does not come is not waited for. */
const LONGEST_MS = 8_000;

// Every kind names its resources in its events: what is listed here is listed by resyncs alone.
const fixtures = [accounts, volumes, buckets, roles, tables, groups, rules, apis];
const random = randomOf(4711);
let live: LiveWorld;
let mutator: Mutator;
let watch: Guard;

/** One of three, by its name: it is changed and never deleted. */
const spared = ({ identifier }: SimResource): boolean => identifier.charCodeAt(7) % 3 === 0;

test.before(async () => {
  live = await LiveWorld.start(fixtures, {
    accounts: 3,
    regions: 2,
    resourcesPerScope: 4,
    pageSize: 3,
    live: { duplicates: 0.05, reorder: 10 },
  });
  // Long enough for a kill to find changes on their way, whenever it comes.
  await live.pipeline({ coalesceFor: '1500ms' });
  mutator = new Mutator(live.sim.organization, { seed: 5, spared });
  watch = guard(live, spared);
  const run = live.run();
  await run.resynced();
  await live.rest(run);
  assert.is((await run.stop()).code, 0);
});
test.after(() => live.close());
test.after.each(async () => {
  live.sim.faults.clear();
  await live.killAll();
});

test('where nothing can be listed, the stream alone makes good for four kills', async () => {
  live.sim.faults.add({
    match: { service: 'cloudcontrol', operation: 'ListResources' },
    effect: { type: 'accessDenied' },
  });
  await killed(4);
  const run = live.run();
  await live.rest(run);
  const summary = await run.resynced();
  // The accounts, which Cloud Control has no part in.
  assert.ok(summary.resources.listed <= live.sim.organization.accounts.length);
  assert.is((await run.stop()).code, 0);
  assert.equal(watch.lost, []);
  assert.equal(await live.letters(), []);
});

test('beside resyncs three kills lose nothing and delete nothing wrongly', async () => {
  await killed(3);
  const run = live.run();
  await live.rest(run);
  await run.resynced();
  await live.rest(run);
  assert.is((await run.stop()).code, 0);
  assert.equal(watch.lost, []);
  assert.equal(await live.letters(), []);
});

/** Starts it and kills it, again and again, while AWS changes. */
async function killed(times: number): Promise<void> {
  const changes = mutator.run(PER_SECOND);
  try {
    for (let kill = 0; kill < times; kill += 1) {
      const run = live.run();
      const stopWatching = killAt(live.sim, run);
      const timer = setTimeout(() => void run.kill(), LONGEST_MS);
      assert.is((await run.ended).signal, 'SIGKILL');
      clearTimeout(timer);
      stopWatching();
    }
  } finally {
    await changes.stop();
  }
}

/** Kills at the n-th request of a random sort, or some time after it began to read. */
function killAt(sim: Sim, run: LiveRun): () => void {
  const kill = (): void => void run.kill();
  switch (random(5)) {
    case 0:
      return atRequest(sim.aws.counters, 'cloudcontrol.ListResources', 1 + random(20), kill);
    case 1:
      return atRequest(sim.aws.counters, 'cloudcontrol.GetResource', 1 + random(60), kill);
    case 2:
      return atPort(sim, UPSERTS, 1 + random(8), kill);
    case 3:
      return atPort(sim, DELETES, 1, kill);
    default: {
      const after = random(3_000);
      let timer: NodeJS.Timeout | undefined;
      const undo = atRequest(sim.aws.counters, 'cloudcontrol.GetResource', 1, () => {
        timer = setTimeout(kill, after);
      });
      return () => {
        clearTimeout(timer);
        undo();
      };
    }
  }
}

/** Kills at the n-th such request to Port, which is carried out or not; from then on nothing is answered. */
function atPort(sim: Sim, operation: RegExp, nth: number, kill: () => void): () => void {
  const applied = random(2) === 0;
  let asked = 0;
  return onRequest(sim, (call) => {
    if (!isPortCall(call, operation)) return undefined;
    asked += 1;
    if (asked < nth) return undefined;
    kill();
    return { type: 'reset', applied };
  });
}

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Sim } from '../../src/sim/sim.js';
import {
  BUCKET,
  FUNCTION,
  INSTANCE,
  ROLE,
  actualEntities,
  atRequest,
  expectedEntities,
  inWorld,
  isPortCall,
  onRequest,
  randomOf,
} from './crash-world.js';

const crash = suite('kill -9 at random moments');

/** Each seed. */
const KILLS = 5;
const UPSERTS = /^POST .*\/entities\/bulk$/;
const DELETES = /^(POST .*\/bulk\/entities\/delete|DELETE )/;
const BULK = 'POST /blueprints/*/entities/bulk';
const BULK_DELETE = 'POST /blueprints/*/bulk/entities/delete';

/** Changes, creates and deletes a few resources; AWS stays as it is while a child runs. */
function change(sim: Sim, random: (below: number) => number, round: number): void {
  const { organization } = sim;
  const held = [...organization.snapshot()];
  for (let at = 0; at < 25; at += 1) {
    const { kind, accountId, region, identifier } = held[random(held.length)]!;
    const key = { kind, accountId, region, identifier };
    if (organization.find(key) === undefined) continue;
    if (at % 5 === 0) organization.delete(key);
    else organization.update(key, { Stamp: `round-${round}-${at}` });
  }
  const account = organization.accounts[random(organization.accounts.length)]!.id;
  for (let at = 0; at < 4; at += 1) {
    const kind = [INSTANCE, FUNCTION, ROLE, BUCKET][at]!;
    const region = kind === ROLE ? 'global' : organization.regions[random(2)]!;
    organization.create({
      kind,
      accountId: account,
      region,
      identifier: `born-${round}-${at}`,
      properties: { Stamp: `born-${round}` },
    });
  }
}

for (const seed of [7, 20260]) {
  crash(`Port converges to AWS and nothing is deleted wrongly (seed ${seed})`, () =>
    inWorld({ seed: `crash-${seed}`, resourcesPerScope: 6, pageSize: 4 }, async (world) => {
      const { sim } = world;
      const random = randomOf(seed);
      let killed = 0;
      for (let round = 0; killed < KILLS && round < 2 * KILLS; round += 1) {
        if (round > 0) change(sim, random, round);
        const before = new Set(names(actualEntities(sim)));
        const args = ['run', world.file, '--once', '--state', world.stateDir];
        const run = world.start(random(2) === 0 ? args : [...args, '--resume']);
        const stopWatching = killAt(sim, random, () => run.kill());
        const { signal, code, stderr } = await run.ended;
        stopWatching();
        if (signal === 'SIGKILL') killed += 1;
        else assert.is(code, 0, stderr);

        const after = new Set(names(actualEntities(sim)));
        const alive = names(expectedEntities(sim)).filter((name) => before.has(name));
        const lost = alive.filter((name) => !after.has(name));
        assert.equal(lost, [], `round ${round}: deleted although AWS holds them`);
      }
      assert.ok(killed >= KILLS, `only ${killed} runs were killed`);

      const last = await world.once();
      assert.is(last.code, 0, last.stderr);
      assert.equal(actualEntities(sim), expectedEntities(sim));
      assert.is(last.summary.deadLetters, 0);

      const writes = sim.port.counters.get(BULK) + sim.port.counters.get(BULK_DELETE);
      const again = await world.once();
      assert.is(again.code, 0, again.stderr);
      assert.is(again.summary.entities.unchanged, expectedEntities(sim).length);
      assert.is(sim.port.counters.get(BULK) + sim.port.counters.get(BULK_DELETE), writes);
    }),
  );
}

/** Kills at the n-th request of a random sort, or after a random time. Returns what ends the watch. */
function killAt(sim: Sim, random: (below: number) => number, kill: () => void): () => void {
  const { aws } = sim;
  switch (random(5)) {
    case 0:
      return atRequest(aws.counters, 'cloudcontrol.ListResources', 1 + random(18), kill);
    case 1:
      return atRequest(aws.counters, 'cloudcontrol.GetResource', 1 + random(30), kill);
    case 2:
      return atPort(sim, UPSERTS, 1 + random(4), random(2) === 0, kill);
    case 3:
      return atPort(sim, DELETES, 1, random(2) === 0, kill);
    default: {
      const timer = setTimeout(kill, random(2_500));
      return () => clearTimeout(timer);
    }
  }
}

/** Kills at the n-th such request to Port, which is carried out or not; from then on nothing is answered. */
function atPort(
  sim: Sim,
  operation: RegExp,
  nth: number,
  applied: boolean,
  kill: () => void,
): () => void {
  let seen = 0;
  return onRequest(sim, (call) => {
    if (!isPortCall(call, operation)) return undefined;
    seen += 1;
    if (seen < nth) return undefined;
    kill();
    return { type: 'reset', applied };
  });
}

function names(rows: readonly string[]): string[] {
  return rows.map((row) => row.slice(0, row.lastIndexOf(' ')));
}

crash.run();

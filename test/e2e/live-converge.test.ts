import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  accounts,
  apis,
  buckets,
  groups,
  instances,
  roles,
  rules,
  tables,
  volumes,
} from './support/fixtures.js';
import { Mutator } from './support/live-mutator.js';
import { LiveWorld, until } from './support/live-world.js';

const test = suite('live: convergence');

const everything = [accounts, instances, volumes, buckets, roles, tables, groups, rules, apis];
let live: LiveWorld;
let mutator: Mutator;

test.before(async () => {
  live = await LiveWorld.start(everything, {
    accounts: 3,
    regions: 2,
    resourcesPerScope: 4,
    pageSize: 3,
    live: {
      shards: 3,
      forms: { eventBridge: 4, bare: 1, records: 1, logs: 2, kpl: 1 },
      duplicates: 0.1,
      reorder: 20,
      noise: 0.5,
      poison: 0.01,
      stateChanges: true,
    },
  });
  mutator = new Mutator(live.sim.organization, { seed: 11 });
});
test.after(() => live.close());

const recordsRead: number[] = [];

test('Port follows hundreds of changes beside the first resync and a change of shards', async () => {
  const { sim } = live;
  sim.aws.settings.latencyMs = 60;
  const run = live.run();
  await run.until(({ phase }) => phase === 'resync', 'the first resync');
  const early = mutator.run(40, 150);
  await until(() => mutator.made > 30, 'changes beside the resync');
  assert.is(run.summaries.length, 0, 'the resync ended before anything changed');
  const [first] = await sim.live.openShards();
  await sim.live.splitShard(first!);
  await early.done;
  await run.resynced();
  sim.aws.settings.latencyMs = 0;
  const late = mutator.run(60, 250);
  await sim.live.reshard(3);
  await late.done;
  await live.rest(run);

  const { generation, live: status } = await run.status();
  assert.is(generation, 1);
  assert.is(status!.records, sim.live.emitted().records);
  assert.ok(status!.events['duplicate']! > 0);
  recordsRead.push(status!.records);
  const { code, tookMs, stderr } = await run.stop();
  assert.is(code, 0, stderr);
  assert.ok(tookMs < 60_000);
});

test('each poison record is one dead letter, and nothing else is', async () => {
  const { poison } = live.sim.live.emitted();
  assert.ok(poison >= 4, `only ${poison} poison records`);
  await lettersArePoison();
});

test('after a stop nothing is read twice, and what came meanwhile arrives', async () => {
  const { sim } = live;
  mutator.steps(60);
  await sim.live.flush();
  const run = live.run();
  await run.resynced();
  await live.rest(run);
  const { generation, live: status } = await run.status();
  assert.is(generation, 2);
  assert.is(status!.records, sim.live.emitted().records - recordsRead[0]!);
  recordsRead.push(status!.records);
  assert.is((await run.stop()).code, 0);
  await lettersArePoison();
});

test('a stop in the middle of changes loses nothing and parks nothing', async () => {
  const { sim } = live;
  const before = sim.live.emitted().records;
  const first = live.run();
  await first.resynced();
  const changes = mutator.run(60);
  await first.until(({ live: status }) => status!.records > 60, 'a busy stream');
  const { code, tookMs, stderr } = await first.stop();
  await changes.stop();
  assert.is(code, 0, stderr);
  assert.ok(tookMs < 60_000);

  const second = live.run();
  await live.rest(second);
  const { records } = (await second.status()).live!;
  assert.ok(records < sim.live.emitted().records - before, 'it began at the stop, not before');
  assert.is((await second.stop()).code, 0);
  await lettersArePoison();
});

async function lettersArePoison(): Promise<void> {
  const letters = await live.letters();
  assert.equal(
    letters.filter(({ code }) => !code.startsWith('stream.')),
    [],
  );
  const places = letters.map(({ record }) => `${record?.shardId} ${record?.sequenceNumber}`);
  assert.is(new Set(places).size, places.length);
  assert.is(letters.length, live.sim.live.emitted().poison);
}

test.run();

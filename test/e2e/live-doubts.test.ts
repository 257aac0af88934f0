import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { SimKey } from '../../src/sim/organization/organization.js';
import type { StatusSnapshot } from '../../src/web/status.js';
import { accounts, tables } from './support/fixtures.js';
import { SILENT, tell } from './support/live-events.js';
import type { LiveRun } from './support/live-run.js';
import { LiveWorld, inLiveWorld, until } from './support/live-world.js';
import { keyOf, resourcesOf } from './support/resources.js';

const test = suite('live: doubtful reads, denials, failures');

const TABLE = tables.kind;
const READ = { service: 'cloudcontrol', operation: 'GetResource' };
let live: LiveWorld;
let run: LiveRun;
/** Tables of the first run, each used by one test. */
let held: SimKey[];

test.before(async () => {
  live = await LiveWorld.start([accounts, tables], {
    accounts: 2,
    regions: 2,
    resourcesPerScope: 6,
    live: { engine: 'memory', shards: 1, ...SILENT },
  });
  await live.pipeline({ settleFor: '5s' });
  held = resourcesOf(live.world, { kind: TABLE }).map(keyOf);
  run = live.run();
  await run.resynced();
  assert.equal(live.drift(), []);
});
test.after(() => live.close());

const call = (name: string, { identifier }: SimKey) =>
  ({ service: 'dynamodb', name, request: { tableName: identifier } }) as const;
const told = (name: string, key: SimKey): Promise<void> => tell(live.sim, key, call(name, key));
const entityOf = ({ accountId, region, identifier }: SimKey) =>
  live.sim.port.entity('table', `${accountId}/${region}/${identifier}`);
const reads = async (): Promise<Readonly<Record<string, number>>> =>
  (await run.status()).live!.reads;

const itemsOf = (key: SimKey): unknown => entityOf(key)?.properties['items'];

/** Tells of a change, and makes it only after a read has come too early. */
async function toldTooEarly(
  name: string,
  key: SimKey,
  sign: 'early' | 'unproven',
  change: () => void,
): Promise<void> {
  const before = (await reads())[sign]!;
  await told(name, key);
  await until(async () => (await reads())[sign]! > before, `a read that is ${sign}`);
  change();
}

/** Reads of these two are denied from here on; what has become of them is asked last. */
let denied: { readonly changed: SimKey; readonly deleted: SimKey };
let itemsBefore: unknown;

test('denied reads change and delete nothing', async () => {
  denied = { changed: held[0]!, deleted: held[1]! };
  const { changed, deleted } = denied;
  for (const { identifier } of [changed, deleted]) {
    live.sim.faults.add({ match: { ...READ, identifier }, effect: { type: 'accessDenied' } });
  }
  live.sim.organization.update(changed, { ItemCount: 4_242 });
  live.sim.organization.delete(deleted);
  itemsBefore = itemsOf(changed);
  await told('UpdateTable', changed);
  await told('DeleteTable', deleted);
  await until(async () => (await reads())['failed']! >= 2, 'two denied reads');
  assert.is(itemsOf(changed), itemsBefore);
  assert.ok(entityOf(deleted));
});

test('a resource that no read shows right after its creation arrives', async () => {
  const key = { ...held[2]!, identifier: 'late-to-come' };
  await toldTooEarly('CreateTable', key, 'early', () => {
    live.sim.organization.create({ ...key, properties: { ItemCount: 1 } });
  });
  await until(() => itemsOf(key) === 1, 'the new table');
});

test('a resource that reads still show after its deletion goes', async () => {
  const key = held[3]!;
  await toldTooEarly('DeleteTable', key, 'early', () => live.sim.organization.delete(key));
  await until(() => entityOf(key) === undefined, 'the end of the table');
});

test('an update that the first read does not show arrives', async () => {
  const key = held[4]!;
  await toldTooEarly('UpdateTable', key, 'unproven', () => {
    live.sim.organization.update(key, { ItemCount: 77 });
  });
  await until(() => itemsOf(key) === 77, 'the new value');
});

test('one that is deleted and made again between event and read stays, with its new values', async () => {
  const key = held[5]!;
  live.sim.organization.delete(key);
  live.sim.organization.create({ ...key, properties: { ItemCount: 55 } });
  await told('CreateTable', key);
  await told('DeleteTable', key);
  await until(() => itemsOf(key) === 55, 'the new values');
});

test('events about what never happened change nothing', async () => {
  const [stays, never] = [held[6]!, { ...held[6]!, identifier: 'never-made' }];
  const [before, { early }] = [itemsOf(stays), await reads()];
  await told('DeleteTable', stays);
  await told('CreateTable', never);
  await until(async () => (await reads())['early']! >= early! + 4, 'several looks at both');
  assert.is(itemsOf(stays), before);
  assert.is(entityOf(never), undefined);
});

test('an event that names no resource has its scope listed, and whatever changed there arrives', async () => {
  const { sim } = live;
  const [changed, deleted] = resourcesOf(live.world, { kind: TABLE }).slice(-2).map(keyOf);
  const created = { ...changed!, identifier: 'nameless' };
  sim.organization.update(changed!, { ItemCount: 88 });
  sim.organization.delete(deleted!);
  sim.organization.create({ ...created, properties: { ItemCount: 2 } });
  await tell(sim, changed!, { service: 'dynamodb', name: 'RearrangeEverything' });
  const listed = (status: StatusSnapshot): boolean => status.live!.events['listed'] === 1;
  const { live: status } = await run.until(listed, 'an event without a route');
  assert.equal(status!.unrouted, { 'dynamodb.amazonaws.com:RearrangeEverything': 1 });
  await until(() => itemsOf(created) === 2, 'the created table');
  await until(() => itemsOf(changed!) === 88, 'the changed table');
  await until(() => entityOf(deleted!) === undefined, 'the end of the deleted table');
});

test('a stream that cannot be reached for some seconds loses nothing', async () => {
  const key = held[7]!;
  const id = live.sim.faults.add({ match: { service: 'kinesis' }, effect: { type: 'reset' } });
  const refused = live.sim.live.kinesis.counters.get('GetRecords') + 3;
  live.sim.organization.update(key, { ItemCount: 99 });
  await told('UpdateTable', key);
  const asked = (): number => live.sim.live.kinesis.counters.get('GetRecords');
  await until(() => asked() >= refused, 'several tries');
  assert.is.not(itemsOf(key), 99);
  live.sim.faults.remove(id);
  await until(() => itemsOf(key) === 99, 'what was told meanwhile');
});

test('reads that stay denied end as dead letters, and a replay makes good for them', async () => {
  const { changed, deleted } = denied;
  await run.until(({ deadLetters }) => deadLetters === 2, 'two dead letters', 60_000);
  const letters = await live.letters();
  const places = letters.map(({ key, attempts }) => `${String(key?.identifier)} ${attempts}`);
  assert.equal(places.sort(), [`${changed.identifier} 6`, `${deleted.identifier} 6`].sort());
  assert.is(itemsOf(changed), itemsBefore);
  assert.ok(entityOf(deleted));

  live.sim.faults.clear();
  assert.is(await live.replayAll(), 2);
  await live.settled(run);
  assert.equal(await live.letters(), []);
  const { generation } = await run.status();
  assert.is(generation, 1);
  assert.is((await run.stop()).code, 0);
});

test('a stream that is not there, or may not be read, ends the start with one clear error', () =>
  inLiveWorld(
    [accounts, tables],
    { accounts: 1, regions: 1, resourcesPerScope: 2, live: { engine: 'memory', ...SILENT } },
    async (world) => {
      const { sim } = world;
      const { streamArn } = sim.live;
      await world.pipeline({ streamArn: `${streamArn}-missing` });
      await refused(world, /-missing cannot be read/);

      await world.pipeline();
      sim.faults.add({ match: { service: 'kinesis' }, effect: { type: 'accessDenied' } });
      await refused(world, /not authorized/);
      sim.faults.clear();

      const right = world.run();
      await right.resynced();
      assert.equal(world.drift(), []);
      assert.is((await right.stop()).code, 0);
    },
  ));

async function refused(live: LiveWorld, why: RegExp): Promise<void> {
  const { sim, world } = live;
  const { code, stderr } = await live.run().ended;
  assert.is(code, 1, stderr);
  assert.match(stderr, why);
  assert.is(stderr.match(/^error: /gm)?.length, 1, stderr);
  assert.is(world.entityWrites(), 0);
  assert.is(sim.port.entities().length, 0);
}

test.run();

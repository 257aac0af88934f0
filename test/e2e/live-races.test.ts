import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { SimKey } from '../../src/sim/organization/organization.js';
import { heldUntil, isPortCall, onRequest } from './crash-world.js';
import { accounts, volumes } from './support/fixtures.js';
import { SILENT, tell } from './support/live-events.js';
import { Gate } from './support/live-gate.js';
import type { GatedCall } from './support/live-gate.js';
import type { LiveRun } from './support/live-run.js';
import { LiveWorld, until } from './support/live-world.js';
import { keyOf, resourcesOf } from './support/resources.js';

const test = suite('live: races of changes and resyncs');

const VOLUME = volumes.kind;
let live: LiveWorld;
let gate: Gate;
let regions: readonly string[];
/** What Port was told of volumes, in order: `+size identifier` or `- identifier`. */
const told: string[] = [];

test.before(async () => {
  live = await LiveWorld.start([accounts, volumes], {
    accounts: 1,
    regions: 2,
    resourcesPerScope: 7,
    pageSize: 3,
    live: { engine: 'memory', shards: 1 },
  });
  regions = live.sim.organization.regions;
  gate = await Gate.open(live.sim.awsUrl);
  const { store } = live.sim.port;
  const [put, gone] = [store.put.bind(store), store.delete.bind(store)];
  store.put = (entity, ...rest) => {
    told.push(`+${String(entity.properties['size'])} ${entity.identifier}`);
    put(entity, ...rest);
  };
  store.delete = (entity, ...rest) => {
    told.push(`- ${entity.identifier}`);
    gone(entity, ...rest);
  };
});
test.after(async () => {
  await live.close();
  gate.close();
});
test.after.each(async () => {
  live.sim.live.set({ delay: { min: 0, max: 0 } });
  await live.killAll();
});

const start = (): LiveRun => live.run({ AWS_ENDPOINT_URL: gate.url });
const sizeOf = ({ identifier }: SimKey): unknown =>
  live.sim.port.entity('volume', identifier)?.properties['size'];
const isListing =
  (region: string) =>
  ({ operation, kind, region: called, isFirst }: GatedCall): boolean =>
    operation === 'ListResources' && kind === VOLUME && called === region && isFirst;
const keysIn = (region: string): SimKey[] =>
  resourcesOf(live.world, { kind: VOLUME, region }).map(keyOf);
const newKey = (region: string, identifier: string): SimKey => ({
  kind: VOLUME,
  accountId: live.sim.organization.managementAccountId,
  region,
  identifier,
});

async function stopped(run: LiveRun): Promise<void> {
  await live.rest(run);
  assert.is((await run.stop()).code, 0);
  assert.equal(await live.letters(), []);
}

for (const which of ['first', 'second'] as const) {
  test(`a page of the ${which} resync that was read before changes overwrites none of them`, async () => {
    const { organization } = live.sim;
    const held = gate.hold(isListing(regions[0]!));
    const run = start();
    await held.answered;
    const [changed, deleted] = keysIn(regions[0]!);
    const created = newKey(regions[0]!, `vol-0made-in-${which}`);
    organization.update(changed!, { Size: 111 });
    organization.delete(deleted!);
    organization.create({ ...created, properties: { Size: 222 } });
    await run.until(({ live: status }) => status!.reads['absent']! >= 1, 'the read of the deleted');
    await until(() => sizeOf(changed!) === 111 && sizeOf(created) === 222, 'the live changes');
    await until(() => sizeOf(deleted!) === undefined, 'the end of the deleted');
    assert.is(run.summaries.length, 0, 'the resync ended before its page arrived');

    told.length = 0;
    held.release();
    await run.resynced();
    assert.equal(live.drift(), []);
    await stopped(run);
    const ours = [changed, deleted, created].map((key) => key!.identifier);
    assert.equal(
      told.filter(
        (line) => ours.some((name) => line.endsWith(name)) && !/^\+(111|222) /.test(line),
      ),
      [],
    );
    organization.update(changed!, { Size: 10 });
    await live.sim.live.flush();
  });
}

test('a resource that is made after its scope was listed is not deleted by the resync', async () => {
  const { organization } = live.sim;
  const [, here] = regions;
  // Deleted before the listing and made again after it, under the same name; and one that is new.
  const [again] = keysIn(here!);
  const fresh = newKey(here!, 'vol-0made-behind-the-listing');
  live.sim.live.set(SILENT);
  organization.delete(again!);
  const page = gate.hold(isListing(here!));
  const other = gate.hold(isListing(regions[0]!));
  const run = start();
  await Promise.all([page.answered, other.answered]);
  page.release();
  for (const key of [again!, fresh]) {
    organization.create({ ...key, properties: { Size: 333 } });
    await tell(live.sim, key, {
      service: 'ec2',
      name: 'CreateVolume',
      request: { size: '333' },
      response: { volumeId: key.identifier },
    });
  }
  await until(() => sizeOf(again!) === 333 && sizeOf(fresh) === 333, 'both volumes');
  told.length = 0;
  other.release();
  await run.resynced();
  assert.equal(live.drift(), []);
  assert.equal(
    told.filter((line) => line.startsWith('-')),
    [],
  );
  await run.stop();
});

test('a read that saw a resource absent before it was made again does not delete it', async () => {
  const { organization } = live.sim;
  const key = keysIn(regions[0]!)[3]!;
  live.sim.live.set(SILENT);
  organization.delete(key);
  const confirmation = gate.hold(
    ({ operation, identifier }) => operation === 'GetResource' && identifier === key.identifier,
  );
  const run = start();
  await confirmation.answered;
  organization.create({ ...key, properties: { Size: 444 } });
  await tell(live.sim, key, {
    service: 'ec2',
    name: 'CreateVolume',
    response: { volumeId: key.identifier },
  });
  await until(() => sizeOf(key) === 444, 'the volume as it is now');
  told.length = 0;
  confirmation.release();
  await run.resynced();
  assert.equal(live.drift(), []);
  assert.equal(
    told.filter((line) => line.startsWith('-')),
    [],
  );
  await run.stop();
});

test('a delete that Port is slow to carry out does not overtake what comes after it', async () => {
  const { organization } = live.sim;
  const run = start();
  await run.resynced();
  const key = keysIn(regions[1]!)[2]!;
  let asked = false;
  let isMade = false;
  const undo = onRequest(live.sim, (call) => {
    if (!isPortCall(call, /bulk\/entities\/delete$|^DELETE /)) return undefined;
    asked = true;
    return heldUntil(() => isMade);
  });
  organization.delete(key);
  await until(() => asked, 'the delete');
  organization.create({ ...key, properties: { Size: 555 } });
  await run.until(({ credits }) => credits.observations >= 2, 'the new volume behind the delete');
  isMade = true;
  undo();
  await until(() => sizeOf(key) === 555, 'the new volume');
  // What the tests before told nobody stays untold: it cannot be waited for.
  await live.settled(run);
  assert.is((await run.stop()).code, 0);
});

test.run();

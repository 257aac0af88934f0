import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { FaultEffect, FaultMatch } from '../../src/sim/faults.js';
import { groups, instances, volumes } from './support/fixtures.js';
import { drift, heldNames } from './support/oracle.js';
import { deleteAll, keyOf, resourcesOf } from './support/resources.js';
import { World } from './support/world.js';

const test = suite('faults of Port');

const fixtures = [instances, volumes, groups];
const BULK = 'POST /blueprints/*/entities/bulk';
const BULK_DELETE = 'POST /blueprints/*/bulk/entities/delete';
let world: World;
let round = 0;

test.before(async () => {
  world = await World.start({ accounts: 2, regions: 1, resourcesPerScope: 30 });
  await world.pipeline(fixtures);
});
test.after(() => world.close());
test.after.each(() => {
  world.sim.faults.clear();
  world.sim.port.refuseWholeBatch = false;
});

function fault(
  operation: string,
  effect: FaultEffect,
  times = Infinity,
  more: FaultMatch = {},
): void {
  world.sim.faults.add({ match: { service: 'port', operation, ...more }, effect, times });
}

/** Changes most volumes and instances, and deletes a few: work for Port. */
function stir(): void {
  round += 1;
  for (const [at, volume] of resourcesOf(world, { kind: 'AWS::EC2::Volume' }).entries()) {
    if (at % 16 === round % 16) deleteAll(world, [volume]);
    else world.sim.organization.update(keyOf(volume), { Size: 1000 + round });
  }
  for (const instance of resourcesOf(world, { kind: 'AWS::EC2::Instance' })) {
    world.sim.organization.update(keyOf(instance), { CpuOptions: { CoreCount: round } });
  }
}

async function converges(): Promise<void> {
  const { code, summary, stderr } = await world.run();
  assert.equal(drift(world, fixtures), []);
  assert.is(code, 0, stderr);
  assert.is(summary.entities.failed, 0);
  assert.is(summary.deadLetters, 0);
}

test('rate limits, server errors, resets and broken answers are ridden out from the first run on', async () => {
  fault(BULK, { type: 'throttle', retryAfterSeconds: 1 }, 2);
  fault(BULK, { type: 'error', status: 503, code: 'unavailable' }, 2, { blueprint: 'volume' });
  fault(BULK, { type: 'error', status: 500, code: 'internal_error' }, 1, { blueprint: 'group' });
  fault(BULK, { type: 'reset' }, 1, { blueprint: 'group' });
  fault(BULK, { type: 'reset', applied: true }, 1, { blueprint: 'instance' });
  fault(BULK, { type: 'malformed' }, 1, { blueprint: 'volume' });
  fault(BULK, { type: 'cut' }, 1, { blueprint: 'instance' });
  await converges();
  assert.equal(
    world.sim.faults.hits().filter(({ hits }) => hits === 0),
    [],
  );
});

test('deletes ride out the same', async () => {
  stir();
  fault(BULK_DELETE, { type: 'throttle', retryAfterSeconds: 1 }, 1);
  fault(BULK_DELETE, { type: 'error', status: 502, code: 'bad_gateway' }, 1);
  fault(BULK_DELETE, { type: 'reset', applied: true }, 1);
  await converges();
  assert.equal(
    world.sim.faults.hits().filter(({ hits }) => hits === 0),
    [],
  );
});

test('a Port without bulk deletes is deleted from one by one', async () => {
  stir();
  fault(BULK_DELETE, { type: 'error', status: 404, code: 'not_found' });
  await converges();
});

test('a refused token is renewed; so is one that runs out during the run', async () => {
  stir();
  fault(BULK, { type: 'error', status: 401, code: 'unauthorized' }, 2);
  await converges();
  world.sim.faults.clear();
  stir();
  world.sim.port.tokenLifetimeSeconds = 1;
  // The listing ends after the first tokens.
  world.sim.faults.add({
    match: { service: 'cloudcontrol', operation: 'ListResources', kind: 'AWS::EC2::Volume' },
    effect: { type: 'latency', ms: 1500 },
  });
  await converges();
  world.sim.port.tokenLifetimeSeconds = 10_800;
});

test('a batch that is too large for Port is split', async () => {
  stir();
  fault(BULK, { type: 'error', status: 413, code: 'payload_too_large' }, 3);
  await converges();
});

test('Port down in the middle of a run is waited for', async () => {
  stir();
  fault(BULK, { type: 'reset' });
  const timer = setTimeout(() => world.sim.faults.clear(), 6_000);
  try {
    await converges();
  } finally {
    clearTimeout(timer);
  }
});

for (const whole of [false, true]) {
  test(`an entity that Port refuses is parked alone${whole ? ', though its batch is refused whole' : ''}`, async () => {
    stir();
    world.sim.port.refuseWholeBatch = whole;
    const [first, second, gone] = resourcesOf(world, { kind: 'AWS::EC2::Volume' });
    const refused = [first!.identifier, second!.identifier];
    for (const identifier of refused) {
      fault('upsert', { type: 'error', status: 422, code: 'invalid_request' }, Infinity, {
        identifier,
      });
    }
    deleteAll(world, [gone!]);
    for (let again = 0; again < 2; again += 1) {
      const { code, summary } = await world.run();
      assert.is(code, 3, `run ${again}`);
      assert.is(summary.deadLetters, 2, `run ${again}`);
      assert.is(summary.entities.failed, 2, `run ${again}`);
      const names = new Set(drift(world, fixtures).map((line) => line.split(':')[0]));
      assert.equal(names, new Set(refused.map((identifier) => `volume ${identifier}`)));
      for (const identifier of refused) assert.ok(world.sim.port.entity('volume', identifier));
    }
    world.sim.faults.clear();
    await converges();
  });
}

test('an entity that stumbles over Port’s own fault is written in the end', async () => {
  stir();
  const [first] = resourcesOf(world, { kind: 'AWS::EC2::Volume' });
  fault('upsert', { type: 'error', status: 500, code: 'internal_error' }, 2, {
    identifier: first!.identifier,
  });
  await converges();
});

test('a blueprint that Port does not let us write keeps no other from being written', async () => {
  stir();
  fault('POST /blueprints/instance/entities/bulk', { type: 'accessDenied' });
  const before = heldNames(world, 'instance');
  const { code, summary } = await world.run();
  assert.is(code, 3);
  assert.ok(summary.entities.failed > 0);
  assert.ok(summary.deadLetters > 0);
  assert.equal(heldNames(world, 'instance'), before);
  assert.equal(
    drift(world, fixtures).filter((line) => !line.startsWith('instance')),
    [],
  );
  world.sim.faults.clear();
  await converges();
});

test('a delete that Port refuses is told and tried again', async () => {
  const [gone] = resourcesOf(world, { kind: 'AWS::EC2::Volume' });
  deleteAll(world, [gone!]);
  fault(BULK_DELETE, { type: 'accessDenied' });
  fault('DELETE /blueprints/*', { type: 'accessDenied' });
  const { code, summary } = await world.run();
  assert.is(code, 3);
  assert.is(summary.entities.deleted, 0);
  assert.equal(drift(world, fixtures), [`volume ${gone!.identifier}: should not be there`]);
  world.sim.faults.clear();
  await converges();
});

test('a Port that allows few requests is obeyed, and everything arrives', async () => {
  stir();
  world.sim.port.limiter.set({ entities: { limit: 1000, burst: 2 } });
  await converges();
  const refusals = world.sim.port.counters.get('status.429');
  world.sim.port.limiter.set({ entities: { limit: 1000, burst: 1000 } });
  assert.ok(refusals < 100, `${refusals} refused requests`);
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { groups, instances, roles, variant, volumes } from './support/fixtures.js';
import { drift, heldNames } from './support/oracle.js';
import { deleteAll, resourcesOf } from './support/resources.js';
import { World } from './support/world.js';

const test = suite('a new state directory');

const fixtures = [instances, volumes, groups, roles];
let world: World;

test.before(async () => {
  world = await World.start({ accounts: 2, regions: 2, resourcesPerScope: 5 });
  await world.pipeline(fixtures);
});
test.after(() => world.close());
test.after.each(() => world.sim.faults.clear());

/** Puts an entity into Port as another program would have. */
function plant(blueprint: string, identifier: string, datasource: string): string {
  const { port } = world.sim;
  port.upserter.write(
    port.blueprints.need(blueprint),
    { identifier },
    { upsert: true, merge: false, createMissing: true, validationOnly: false, datasource },
  );
  return `${blueprint} ${identifier}: should not be there`;
}

const ocean = (integration = 'e2e'): string => `port-ocean/aws/1.4.2/${integration}/exporter`;

test('adopts what Port holds of this integration; what is stale goes after two complete runs, and nothing else', async () => {
  assert.is((await world.run({ state: 'first' })).code, 0);
  const stale = [
    plant('volume', 'vol-stale', ocean()),
    plant('role', 'role-stale', ocean()),
    plant('group', 'sg-stale', ocean()),
  ].sort();
  const foreign = [
    plant('volume', 'vol-other', ocean('other')),
    plant('volume', 'vol-longer', ocean('not-e2e')),
    plant('volume', 'vol-person', 'Mozilla/5.0'),
    plant('volume', 'vol-gcp', 'port-ocean/gcp/1.4.2/e2e/exporter'),
  ].sort();
  // Gone from AWS while no state remembers it.
  const doomed = resourcesOf(world, { kind: 'AWS::EC2::Volume' }).slice(0, 3);
  deleteAll(world, doomed);
  const unknown = doomed.map(({ identifier }) => `volume ${identifier}: should not be there`);
  const all = [...stale, ...foreign, ...unknown].sort();

  const first = await world.run({ state: 'second' });
  assert.is(first.code, 0, first.stderr);
  assert.is(first.summary.entities.deleted, 0);
  assert.equal(drift(world, fixtures).sort(), all);

  const second = await world.run({ state: 'second' });
  assert.equal(drift(world, fixtures).sort(), foreign);
  assert.is(second.summary.entities.deleted, stale.length + unknown.length);
  assert.is(second.code, 0);

  const third = await world.run({ state: 'second' });
  assert.is(third.entityWrites, 0);
  assert.equal(drift(world, fixtures).sort(), foreign);
});

test('a scope that failed in between starts the count anew, for the blueprints that it could yield', async () => {
  const { port, faults } = world.sim;
  for (const entity of port.entities('volume')) {
    if (/^vol-(other|longer|person|gcp)$/.test(entity.identifier))
      port.store.delete(entity, () => undefined);
  }
  const volume = plant('volume', 'vol-stale', ocean());
  const role = plant('role', 'role-stale', ocean());
  const fault = {
    match: {
      service: 'cloudcontrol',
      operation: 'ListResources',
      kind: 'AWS::EC2::Volume',
      region: world.sim.organization.regions[1]!,
    },
    effect: { type: 'accessDenied' },
  } as const;

  assert.is((await world.run({ state: 'third' })).code, 0);
  assert.equal(drift(world, fixtures).sort(), [role, volume]);
  faults.add(fault);
  assert.is((await world.run({ state: 'third' })).code, 3);
  assert.equal(drift(world, fixtures), [volume], 'roles were complete twice, volumes were not');
  assert.is((await world.run({ state: 'third' })).code, 3);
  faults.clear();
  assert.is((await world.run({ state: 'third' })).code, 0);
  assert.equal(drift(world, fixtures), [volume], 'one complete run is not two');
  assert.is((await world.run({ state: 'third' })).code, 0);
  assert.equal(drift(world, fixtures), []);
});

test('a denied account or organization keeps all that is unclaimed', async () => {
  const role = plant('role', 'role-stale', ocean());
  const { organization, faults } = world.sim;
  const member = organization.accounts[1]!.id;
  faults.add({
    match: { service: 'sts', operation: 'AssumeRole', accountId: member },
    effect: { type: 'accessDenied' },
  });
  const before = heldNames(world);
  for (let round = 0; round < 3; round += 1) {
    assert.is((await world.run({ state: 'fourth' })).code, 3);
    assert.equal(heldNames(world), before);
  }
  faults.clear();
  faults.add({ match: { service: 'organizations' }, effect: { type: 'empty' } });
  for (let round = 0; round < 2; round += 1) {
    assert.is((await world.run({ state: 'fifth' })).code, 3);
    assert.equal(heldNames(world), before);
  }
  faults.clear();
  assert.equal(drift(world, fixtures), [role]);
});

test('a resource that is claimed late claims its entity', async () => {
  // Neither run of the new state maps the volumes: the selector fails, then the mapping is mended.
  const failing = variant(volumes, [["query: 'true'", 'query: error("no")']]);
  const before = heldNames(world, 'volume');
  await world.pipeline([instances, failing, groups, roles]);
  for (let round = 0; round < 3; round += 1) {
    assert.is((await world.run({ state: 'sixth' })).code, 3);
    assert.equal(heldNames(world, 'volume'), before);
  }
  await world.pipeline(fixtures);
  assert.is((await world.run({ state: 'sixth' })).code, 0);
  assert.equal(drift(world, fixtures), []);
});

test('adopted entities count for the threshold', async () => {
  for (let at = 0; at < 400; at += 1) plant('volume', `vol-many-${at}`, ocean());
  await world.pipeline(fixtures, { top: 'entityDeletionThreshold: 0.5' });
  assert.is((await world.run({ state: 'seventh' })).code, 0);
  const { code, summary } = await world.run({ state: 'seventh' });
  assert.is(code, 3);
  assert.is(summary.entities.held, 400);
  assert.is(summary.entities.deleted, 0);
  const released = await world.run({ state: 'seventh', args: ['--allow-deletes', '400'] });
  assert.is(released.summary.entities.deleted, 400);
  assert.equal(drift(world, fixtures), []);
  assert.is(released.code, 0);
});

test('a catalog that Ocean filled is taken over: nothing is made twice, what is stale goes, nothing else is touched', async () => {
  await world.close();
  world = await World.start({ accounts: 2, regions: 2, resourcesPerScope: 5 });
  await world.pipeline(fixtures);
  const { port } = world.sim;
  assert.is((await world.run({ state: 'filler' })).code, 0);
  const kinds = ['instance', 'volume', 'group', 'role'];
  // As Ocean's two integrations would have written them.
  const written = kinds.flatMap((blueprint) => port.entities(blueprint));
  for (const [at, { blueprint, identifier }] of written.entries()) {
    plant(blueprint, identifier, at % 2 === 0 ? ocean() : 'port-ocean/aws-v3/2.0.1/e2e/exporter');
  }
  const stale = [
    plant('volume', 'vol-left-behind', ocean()),
    plant('role', 'role-left-behind', 'port-ocean/aws-v3/2.0.1/e2e/exporter'),
  ];
  const foreign = plant('volume', 'vol-of-a-person', 'Mozilla/5.0');
  const before = kinds.flatMap((blueprint) => port.entities(blueprint)).length;

  const first = await world.run({ state: 'taken-over' });
  assert.is(first.code, 0, first.stderr);
  const { created, updated, deleted } = first.summary.entities;
  assert.equal({ created, deleted }, { created: 0, deleted: 0 });
  assert.is(updated, written.length, 'each is written once, whatever it held');
  assert.is(kinds.flatMap((blueprint) => port.entities(blueprint)).length, before);

  const second = await world.run({ state: 'taken-over' });
  assert.is(second.code, 0, second.stderr);
  assert.is(second.summary.entities.deleted, stale.length);
  assert.equal(drift(world, fixtures), [foreign]);
  assert.is((await world.run({ state: 'taken-over' })).entityWrites, 0);
});

test.run();

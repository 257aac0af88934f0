import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { SimResource } from '../../src/sim/organization/organization.js';
import { fickle, groups, rules, variant, volumes } from './support/fixtures.js';
import { drift, heldNames } from './support/oracle.js';
import { keyOf, resourcesOf } from './support/resources.js';
import { World } from './support/world.js';

const test = suite('deletes that a mapping causes');

const fixtures = [fickle, groups, rules];
let world: World;
let some: readonly SimResource[];

test.before(async () => {
  world = await World.start({ accounts: 2, regions: 2, resourcesPerScope: 10, pageSize: 6 });
  await world.pipeline(fixtures);
  some = resourcesOf(world, { kind: 'AWS::EC2::Volume' });
});
test.after(() => world.close());

function change(at: number, properties: Record<string, unknown>): string {
  const resource = some[at]!;
  world.sim.organization.update(keyOf(resource), properties);
  return resource.identifier;
}

test('what a mapping no longer yields is deleted: identifier moved, blueprint changed, deselected, array shrunk', async () => {
  assert.is((await world.run()).code, 0);
  assert.equal(drift(world, fixtures), []);
  const moved = change(0, { Slot: 'moved-1' });
  const archived = change(1, { Archived: true });
  const both = change(2, { Archived: true, Slot: 'moved-2' });
  const skipped = change(3, { Skip: true });
  const group = resourcesOf(world, { kind: 'AWS::EC2::SecurityGroup' }).find(
    (one) =>
      rules.entities({
        Identifier: one.identifier,
        Properties: one.properties,
        __Kind: one.kind,
        __AccountId: one.accountId,
        __Region: one.region,
      }).length > 1,
  )!;
  const ingress = group.properties['SecurityGroupIngress'] as { CidrIp: string }[];
  const open = ingress.filter(({ CidrIp }) => CidrIp === '0.0.0.0/0');
  world.sim.organization.update(keyOf(group), { SecurityGroupIngress: open.slice(0, 1) });

  const { code, summary } = await world.run();
  assert.equal(drift(world, fixtures), []);
  assert.is(code, 0);
  assert.is(summary.entities.deleted, 4 + open.length - 1);
  for (const id of [moved, archived, both, skipped]) {
    assert.not.ok(world.sim.port.entity('volume', id), id);
  }
  assert.is((await world.run()).entityWrites, 0);
});

test('and comes back when the mapping yields it again', async () => {
  change(0, { Slot: undefined });
  change(1, { Archived: false });
  change(3, { Skip: false });
  const { code } = await world.run();
  assert.equal(drift(world, fixtures), []);
  assert.is(code, 0);
});

test('a null identifier or blueprint, a JQ error, a failing selector keep what was there, counted and parked', async () => {
  const kept = [
    change(4, { NoId: true, Size: 1 }),
    change(5, { BadId: true, Size: 1 }),
    change(6, { NoBlueprint: true, Size: 1 }),
    change(7, { Broken: true, Size: 1 }),
    change(8, { Odd: true, Size: 1 }),
  ];
  const before = kept.map((id) => world.sim.port.entity('volume', id));
  change(9, { Note: 'boom' });
  for (let round = 0; round < 2; round += 1) {
    const { code, summary } = await world.run();
    assert.is(code, 3, `round ${round}`);
    assert.is(summary.deadLetters, kept.length);
    assert.is(summary.entities.deleted, 0);
    assert.equal(
      kept.map((id) => world.sim.port.entity('volume', id)),
      before,
    );
    // A failing property is null and no failure of its entity.
    assert.is(
      world.sim.port.entity('volume', some[9]!.identifier)?.properties['note'] ?? null,
      null,
    );
  }
});

test('what is parked is cleared once it maps again, or is deselected, or is gone', async () => {
  change(4, { NoId: false });
  change(5, { BadId: false, Slot: 'moved-5' });
  change(6, { NoBlueprint: false, Archived: true });
  change(7, { Broken: false, Skip: true });
  world.sim.organization.delete(keyOf(some[8]!));
  const { code, summary } = await world.run();
  assert.equal(drift(world, fixtures), []);
  assert.is(summary.deadLetters, 0);
  assert.is(code, 0);
});

test('a resource that is parked and then deleted in AWS takes its entity with it', async () => {
  const id = change(10, { NoId: true });
  assert.is((await world.run()).code, 3);
  assert.ok(world.sim.port.entity('volume', id));
  world.sim.organization.delete(keyOf(some[10]!));
  const { code } = await world.run();
  assert.equal(drift(world, fixtures), []);
  assert.is(code, 0);
});

test('a mapping that is changed in the file moves every entity; unchanged resources are mapped anew', async () => {
  const renamed = variant(
    volumes,
    [['identifier: .Identifier', `identifier: '"v-" + .Identifier'`]],
    (seen) => volumes.entities(seen).map((one) => ({ ...one, identifier: `v-${one.identifier}` })),
  );
  await world.pipeline([renamed, groups, rules], { top: 'entityDeletionThreshold: 1' });
  const { code } = await world.run();
  assert.equal(drift(world, [renamed, groups, rules]), []);
  assert.is(code, 0);
  assert.is((await world.run()).entityWrites, 0);
});

test('a property that is added to the mapping reaches resources that did not change', async () => {
  const noted = variant(
    volumes,
    [['note: .Properties.Note', 'note: .Properties.VolumeType']],
    (seen) =>
      volumes.entities(seen).map((one) => ({
        ...one,
        properties: { ...one.properties, note: seen.Properties.VolumeType },
      })),
  );
  await world.pipeline([noted, groups], { top: 'entityDeletionThreshold: 1' });
  const { code } = await world.run();
  assert.is(code, 0);
  assert.equal(drift(world, [noted, groups]), []);
  assert.equal(
    heldNames(world, 'rule'),
    [],
    'a mapping that left its kind yields nothing any more',
  );
});

test('a mapping that cannot be evaluated deletes nothing', async () => {
  const before = heldNames(world);
  const broken = variant(volumes, [
    ['identifier: .Identifier', 'identifier: .Identifier | tonumber | tostring'],
  ]);
  await world.pipeline([broken, groups]);
  const { code, summary } = await world.run();
  assert.is(code, 3);
  assert.equal(heldNames(world), before);
  assert.is(summary.entities.deleted, 0);
  const denied = variant(volumes, [["query: 'true'", 'query: error("no")']]);
  await world.pipeline([denied, groups]);
  assert.is((await world.run()).code, 3);
  assert.equal(heldNames(world), before);
  await world.pipeline([volumes, groups]);
  assert.is((await world.run()).code, 0);
  assert.equal(drift(world, [volumes, groups]), []);
});

test.run();

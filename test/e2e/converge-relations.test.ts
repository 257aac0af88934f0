import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  accounts,
  groups,
  instances,
  rules,
  variant,
  volumes,
  type Expected,
  type Fixture,
} from './support/fixtures.js';
import { drift, heldNames } from './support/oracle.js';
import { deleteAll, keyOf, resourcesOf } from './support/resources.js';
import { World } from './support/world.js';

const test = suite('relations and searches');

let world: World;
const STRICT = { top: 'createMissingRelatedEntities: false\ndeleteDependentEntities: false' };

test.before(async () => {
  world = await World.start({ accounts: 3, regions: 2, resourcesPerScope: 6 });
});
test.after(() => world.close());
test.after.each(() => world.sim.faults.clear());

/** Takes everything out of Port but its blueprints. */
function emptyPort(): void {
  world.sim.port.store.clear();
}

test('without createMissingRelatedEntities a target that is listed later is waited for', async () => {
  // Rules and their groups come from one kind, instances from another than their accounts.
  const fixtures = [rules, instances, volumes, groups, accounts];
  await world.pipeline(fixtures, STRICT);
  const list = {
    service: 'cloudcontrol',
    operation: 'ListResources',
    kind: 'AWS::EC2::SecurityGroup',
  };
  world.sim.faults.add({ match: list, effect: { type: 'latency', ms: 500 } });
  world.sim.faults.add({
    match: { service: 'organizations', operation: 'ListAccounts' },
    effect: { type: 'latency', ms: 300 },
  });
  const { code, summary, stderr } = await world.run({ state: 'strict' });
  assert.equal(drift(world, fixtures), []);
  assert.is(code, 0, stderr);
  assert.is(summary.deadLetters, 0);
  assert.is(summary.entities.failed, 0);
  assert.not.ok(world.sim.port.entities().some(({ stub }) => stub));
  assert.is((await world.run({ state: 'strict' })).entityWrites, 0);
});

test('targets that never come are dead letters; everything else is written; they are told until they come', async () => {
  emptyPort();
  const fixtures = [instances, groups, accounts];
  const [lost, alsoLost] = resourcesOf(world, { kind: 'AWS::EC2::Instance' }).filter(
    ({ properties }) => properties['InstanceType'] !== 'r5.2xlarge',
  );
  const astray = variant(
    instances,
    [['account: .__AccountId', 'account: .Properties.Astray // .__AccountId']],
    (seen) =>
      instances.entities(seen).map((one) => ({
        ...one,
        relations: { account: seen.Properties.Astray ?? seen.__AccountId },
      })),
  );
  for (const one of [lost!, alsoLost!])
    world.sim.organization.update(keyOf(one), { Astray: '999999999999' });
  const list = [astray, groups, accounts];
  await world.pipeline(list, STRICT);
  for (let round = 0; round < 2; round += 1) {
    const { code, summary } = await world.run({ state: 'astray' });
    assert.is(code, 3, `round ${round}`);
    assert.is(summary.deadLetters, 2, `round ${round}`);
    const missing = [lost, alsoLost].map((one) => `instance ${one!.identifier}: missing`).sort();
    assert.equal(drift(world, list).sort(), missing, `round ${round}`);
  }
  world.sim.organization.update(keyOf(lost!), { Astray: undefined });
  deleteAll(world, [alsoLost!]);
  const { code, summary } = await world.run({ state: 'astray' });
  assert.equal(drift(world, list), []);
  assert.is(summary.deadLetters, 0);
  assert.is(code, 0);
  await world.pipeline(fixtures, STRICT);
  await world.run({ state: 'astray' });
});

test('with createMissingRelatedEntities a target is made and filled when it is listed', async () => {
  emptyPort();
  await world.pipeline([instances, volumes]);
  assert.is((await world.run({ state: 'stubs' })).code, 0);
  assert.equal(drift(world, [instances, volumes]), []);
  assert.is(world.sim.port.entities('account').filter(({ stub }) => stub).length, 3);
  await world.pipeline([instances, volumes, accounts]);
  assert.is((await world.run({ state: 'stubs' })).code, 0);
  assert.equal(drift(world, [instances, volumes, accounts]), []);
});

test('a search relation is resolved by Port', async () => {
  emptyPort();
  const found = variant(
    volumes,
    [
      [
        'account: .__AccountId',
        `account:
          combinator: '"and"'
          rules:
            - { property: '"email"', operator: '"="', value: .Properties.Owner }`,
      ],
    ],
    (seen) =>
      volumes.entities(seen).map((one) => ({
        ...one,
        relations: { account: seen.Properties.OwnerId },
      })),
  );
  const owners = world.sim.organization.accounts;
  for (const [at, one] of resourcesOf(world, { kind: 'AWS::EC2::Volume' }).entries()) {
    const owner = owners[at % owners.length]!;
    world.sim.organization.update(keyOf(one), { Owner: owner.email, OwnerId: owner.id });
  }
  // The accounts are there before, so that the order of listings says nothing.
  await world.pipeline([accounts]);
  assert.is((await world.run({ state: 'search' })).code, 0);
  await world.pipeline([found, accounts]);
  const { code, stderr } = await world.run({ state: 'search' });
  assert.is(code, 0, stderr);
  assert.equal(drift(world, [found, accounts]), []);
  assert.is((await world.run({ state: 'search' })).entityWrites, 0);
});

/** Enriches what another program made: found by its title, never created, never deleted. */
const enrich: Fixture = {
  kind: 'AWS::EC2::SecurityGroup',
  yaml: `
kind: AWS::EC2::SecurityGroup
selector: { query: .Properties.Service != null }
port:
  entity:
    mappings:
      identifier:
        combinator: '"and"'
        rules:
          - { property: '"name"', operator: '"="', value: .Properties.Service }
      blueprint: '"api"'
      properties: { region: .__Region }
`,
  entities: () => [],
};

function plant(identifier: string, name: string): void {
  const { port } = world.sim;
  port.upserter.write(
    port.blueprints.need('api'),
    { identifier, properties: { name } },
    {
      upsert: true,
      merge: false,
      createMissing: true,
      validationOnly: false,
      datasource: 'Mozilla/5.0',
    },
  );
}

const regionOf = (identifier: string): unknown =>
  world.sim.port.entity('api', identifier)?.properties['region'] ?? null;

test('a search identifier enriches the one entity that it finds, and never deletes it', async () => {
  emptyPort();
  for (const name of ['one', 'two', 'twin']) plant(`api-${name}`, name);
  plant('api-twin-2', 'twin');
  const [one, two, twin, none] = resourcesOf(world, { kind: 'AWS::EC2::SecurityGroup' });
  world.sim.organization.update(keyOf(one!), { Service: 'one' });
  world.sim.organization.update(keyOf(two!), { Service: 'two' });
  await world.pipeline([enrich, volumes]);
  const whole = await world.run({ state: 'enrich' });
  assert.is(whole.code, 0, whole.stderr);
  assert.is(regionOf('api-one'), one!.region);
  assert.is(regionOf('api-two'), two!.region);
  assert.is((await world.run({ state: 'enrich' })).entityWrites, 0);

  // Two hits are refused, no hit waits and is then parked; neither creates anything.
  world.sim.organization.update(keyOf(twin!), { Service: 'twin' });
  world.sim.organization.update(keyOf(none!), { Service: 'none' });
  const torn = await world.run({ state: 'enrich' });
  assert.is(torn.code, 3);
  assert.is(torn.summary.deadLetters, 2);
  assert.is(regionOf('api-twin'), null);
  assert.is(regionOf('api-twin-2'), null);
  assert.is(world.sim.port.entities('api').length, 4);

  // What a search found is not ours to delete.
  deleteAll(world, [one!]);
  world.sim.organization.update(keyOf(two!), { Service: undefined });
  world.sim.organization.update(keyOf(twin!), { Service: undefined });
  plant('api-none', 'none');
  const after = await world.run({ state: 'enrich' });
  assert.is(after.code, 0, after.stderr);
  assert.is(after.summary.deadLetters, 0);
  assert.is(regionOf('api-none'), none!.region);
  assert.equal(heldNames(world, 'api'), [
    'api api-none',
    'api api-one',
    'api api-twin',
    'api api-twin-2',
    'api api-two',
  ]);
});

test('identifiers that Port refuses are parked; the rest of their kind is written', async () => {
  emptyPort();
  const [bad, long, dots] = resourcesOf(world, { kind: 'AWS::EC2::Volume' });
  const named = variant(
    volumes,
    [['identifier: .Identifier', 'identifier: .Properties.Named // .Identifier']],
    (seen) =>
      volumes
        .entities(seen)
        .map((one): Expected => ({ ...one, identifier: seen.Properties.Named ?? one.identifier })),
  );
  world.sim.organization.update(keyOf(bad!), { Named: 'with blanks & signs' });
  world.sim.organization.update(keyOf(long!), { Named: 'x'.repeat(1001) });
  world.sim.organization.update(keyOf(dots!), { Named: '..' });
  await world.pipeline([named]);
  const { code, summary } = await world.run({ state: 'identifiers' });
  assert.is(code, 3);
  assert.is(summary.deadLetters, 3);
  assert.is(drift(world, [named]).length, 3);
  assert.is(summary.entities.created, resourcesOf(world, { kind: 'AWS::EC2::Volume' }).length - 3);
});

test.run();

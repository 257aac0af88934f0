import { readFileSync, readdirSync, existsSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { SimResource } from '../../src/sim/organization/organization.js';
import {
  accounts,
  buckets,
  groups,
  instances,
  roles,
  tables,
  variant,
  volumes,
} from './support/fixtures.js';
import { drift, expectedEntities, heldNames } from './support/oracle.js';
import { deleteAll, keyOf, resourcesOf } from './support/resources.js';
import { World } from './support/world.js';

const test = suite('parts: plan, --only, regions, accounts, units');

const fixtures = [accounts, instances, volumes, groups, tables, roles, buckets];
const REGIONS = ['us-east-1', 'eu-west-1', 'ap-southeast-2'];
const TOP = 'deleteDependentEntities: false';
let world: World;
let ids: readonly string[];

test.before(async () => {
  world = await World.start({ accounts: 4, regions: REGIONS, resourcesPerScope: 4, pageSize: 3 });
  ids = world.sim.organization.accounts.map(({ id }) => id);
  await world.pipeline(fixtures, { top: TOP });
});
test.after(() => world.close());
test.after.each(() => world.sim.faults.clear());

/** Some of everything: created, changed, deleted. */
function stir(): void {
  const { organization } = world.sim;
  for (const { kind } of [instances, volumes, groups, tables, roles, buckets]) {
    for (const [at, one] of resourcesOf(world, { kind }).entries()) {
      if (at % 8 === 1) organization.delete(keyOf(one));
      if (at % 8 === 2)
        organization.update(keyOf(one), {
          Size: 31,
          GroupName: 'g',
          ItemCount: 5,
          Arn: 'arn:x',
          InstanceType: 'big',
        });
      if (at % 8 === 3) organization.reorderTags(keyOf(one));
    }
  }
  organization.create({
    kind: volumes.kind,
    accountId: ids[1]!,
    region: REGIONS[1]!,
    identifier: `vol-${Date.now()}`,
    properties: { Size: 1 },
  });
}

test('plan writes nothing and says what the run will do', async () => {
  const before = world.sim.port.counters.all();
  const first = await world.run({ command: 'plan' });
  assert.is(first.entityWrites, 0);
  assert.is(world.sim.port.entities().length, 0);
  const changed = Object.entries(world.sim.port.counters.all()).filter(
    ([name, count]) => /^(POST|PUT|PATCH|DELETE) /.test(name) && count !== (before[name] ?? 0),
  );
  const writing = changed.filter(([name]) => !/access_token|search|datasource-entities/.test(name));
  assert.equal(writing, [], 'plan wrote to Port');
  const run = await world.run();
  assert.is(run.code, 0);
  assert.equal(drift(world, fixtures), []);
  // Targets of relations are made on the way, so what is planned as created may come as an update.
  assert.is(
    first.summary.entities.created + first.summary.entities.updated,
    run.summary.entities.created + run.summary.entities.updated,
  );

  stir();
  const state = fingerprint();
  const planned = await world.run({ command: 'plan' });
  assert.is(planned.entityWrites, 0);
  const again = await world.run({ command: 'plan' });
  assert.equal(again.summary.entities, planned.summary.entities, 'a second plan says the same');
  assert.equal(fingerprint(), state, 'plan wrote to the state');
  const done = await world.run();
  assert.equal(done.summary.entities, planned.summary.entities);
  assert.ok(
    done.summary.entities.created > 0 &&
      done.summary.entities.updated > 0 &&
      done.summary.entities.deleted > 0,
  );
  assert.equal(done.summary.scopes, planned.summary.scopes);
  assert.equal(done.summary.resources.listed, planned.summary.resources.listed);
  assert.equal(drift(world, fixtures), []);
  assert.is(planned.code, 0);
});

/** What the state directory holds, by file. Lock files and maps may differ in their readers' table. */
function fingerprint(): Record<string, string> {
  const dir = world.path('state');
  if (!existsSync(dir)) return {};
  return Object.fromEntries(
    readdirSync(dir)
      .filter((name) => name.endsWith('.mdb') && !name.includes('lock'))
      .map((name) => [name, readFileSync(`${dir}/${name}`).toString('latin1')]),
  );
}

const ONLY: readonly (readonly [string, (resource: SimResource) => boolean])[] = [
  ['kind=AWS::EC2::Volume', ({ kind }) => kind === 'AWS::EC2::Volume'],
  [
    'kind=AWS::EC2::*,region=eu-*',
    ({ kind, region }) => kind.startsWith('AWS::EC2::') && region === 'eu-west-1',
  ],
  ['region=global,kind=AWS::IAM::Role', ({ kind }) => kind === 'AWS::IAM::Role'],
];

for (const [only, isPart] of ONLY) {
  test(`--only ${only} writes and deletes inside its part alone`, async () => {
    const before = new Map(
      world.sim.port.entities().map((one) => [`${one.blueprint} ${one.identifier}`, one]),
    );
    stir();
    const part = expectedEntities(world.sim.organization, fixtures, { where: isPart });
    const { code, summary } = await world.run({ args: ['--only', only] });
    assert.is(code, 0, JSON.stringify(summary.failures));
    assert.ok(summary.entities.deleted > 0);
    // Inside: as AWS is now. Outside: as Port was.
    const inside = drift(world, fixtures).filter((line) => part.has(line.split(': ')[0]!));
    assert.equal(inside, []);
    const touched = world.sim.port
      .entities()
      .filter((one) => before.get(`${one.blueprint} ${one.identifier}`) !== one)
      .map((one) => `${one.blueprint} ${one.identifier}`)
      .filter((name) => !part.has(name));
    assert.equal(touched, []);
    const after = new Set(heldNames(world));
    const gone = [...before.keys()].filter((name) => !after.has(name));
    assert.is(gone.length, summary.entities.deleted);
    const whole = await world.run();
    assert.is(whole.code, 0);
    assert.equal(drift(world, fixtures), []);
  });
}

test('--only an account leaves the others alone, and runs of a part count for no departure', async () => {
  stir();
  const other = ({ accountId }: SimResource): boolean => accountId !== ids[1];
  const before = drift(world, fixtures, { where: other });
  for (let round = 0; round < 3; round += 1) {
    assert.is((await world.run({ args: ['--only', `account=${ids[1]!}`] })).code, 0);
  }
  const mine = expectedEntities(world.sim.organization, fixtures, { where: (one) => !other(one) });
  assert.equal(
    drift(world, fixtures).filter((line) => mine.has(line.split(': ')[0]!)),
    [],
  );
  assert.ok(before.length > 0);
  assert.is((await world.run()).code, 0);
  assert.equal(drift(world, fixtures), []);
});

test('global kinds are listed once an account, others once a region', async () => {
  const { faults } = world.sim;
  const count = (kind: string, more = {}): number =>
    faults.add({
      match: { service: 'cloudcontrol', operation: 'ListResources', kind, page: 1, ...more },
      effect: { type: 'latency', ms: 0 },
    });
  const counted = [
    count('AWS::IAM::Role'),
    count('AWS::S3::Bucket'),
    count('AWS::EC2::Volume'),
    count('AWS::IAM::Role', { accountId: ids[2]! }),
  ];
  await world.run();
  const hits = new Map(faults.hits().map((one) => [one.id, one.hits]));
  assert.equal(
    counted.map((id) => hits.get(id)),
    [4, 4, 12, 1],
  );
  for (const role of world.sim.port.entities('role'))
    assert.is(role.properties['region'], 'global');
  const places = new Set(
    world.sim.port.entities('bucket').map(({ properties }) => properties['region']),
  );
  assert.equal(places, new Set(REGIONS));
});

test('organizational units are taken in and out, by id and by name, with what stands below them', async () => {
  const { organization } = world.sim;
  const [workloads, prod, sandbox] = organization.units;
  const below =
    (...units: readonly string[]) =>
    (id: string): boolean =>
      units.includes(organization.account(id)!.parentId);
  const cases: readonly (readonly [string, (id: string) => boolean])[] = [
    [`{ include: [Workloads] }`, below(workloads!.id, prod!.id)],
    [`{ include: ["${prod!.id}"] }`, below(prod!.id)],
    [`{ exclude: [Prod, "${sandbox!.id}"] }`, (id) => !below(prod!.id, sandbox!.id)(id)],
    [`{ include: [Workloads], exclude: [Prod] }`, below(workloads!.id)],
  ];
  const list = [volumes, roles];
  for (const [at, [units, isIn]] of cases.entries()) {
    world.sim.port.store.clear();
    await world.pipeline(list, {
      top: TOP,
      aws: `organization:\n  roleArn: arn:aws:iam::${organization.managementAccountId}:role/OrgReader\n  units: ${units}`,
    });
    const { code } = await world.run({ state: `units-${at}` });
    assert.is(code, 0, units);
    assert.ok(heldNames(world).length > 0, units);
    assert.equal(drift(world, list, { where: ({ accountId }) => isIn(accountId) }), [], units);
  }
});

test('accounts from a list, by globs, and the caller’s own; region policies of pipeline and kind', async () => {
  const { managementAccountId } = world.sim.organization;
  const role = (id: string): string => `arn:aws:iam::${id}:role/SluiceReadOnly`;
  const polite = variant(volumes, [
    ["selector: { query: 'true' }", "selector: { query: 'true', regionPolicy: { deny: [eu-*] } }"],
  ]);
  const organization = `organization:\n  roleArn: arn:aws:iam::${managementAccountId}:role/OrgReader`;
  const cases: readonly (readonly [string, (resource: SimResource) => boolean])[] = [
    [
      `accounts: ["${role(ids[1]!)}", "${role(ids[2]!)}"]`,
      ({ accountId }) => accountId === ids[1] || accountId === ids[2],
    ],
    [
      `${organization}\naccounts: { exclude: ["${ids[1]!}", "${ids[2]!.slice(0, 5)}*"] }`,
      ({ accountId }) => accountId === ids[0] || accountId === ids[3],
    ],
    [
      'regions: { allow: [us-east-1] }',
      ({ accountId, region }) =>
        accountId === managementAccountId && region !== 'eu-west-1' && region !== 'ap-southeast-2',
    ],
    [`${organization}\nregions: { deny: [ap-*] }`, ({ region }) => region !== 'ap-southeast-2'],
  ];
  const list = [polite, instances, roles, buckets];
  for (const [at, [aws, where]] of cases.entries()) {
    world.sim.port.store.clear();
    await world.pipeline(list, { aws, top: TOP });
    const { code, stderr } = await world.run({ state: `accounts-${at}` });
    assert.is(code, 0, `${aws}\n${stderr}`);
    assert.ok(heldNames(world).length > 0, aws);
    const kinds = (one: SimResource): boolean =>
      one.kind !== volumes.kind || one.region !== 'eu-west-1';
    assert.equal(drift(world, list, { where: (one) => where(one) && kinds(one) }), [], aws);
  }
});

test('kinds that cannot be read: kept until a second complete listing does not hold them either', async () => {
  const blind = await World.start({
    accounts: 2,
    regions: 2,
    resourcesPerScope: 6,
    pageSize: 4,
    unreadableKinds: ['AWS::EC2::Volume'],
    partialKinds: ['AWS::EC2::SecurityGroup'],
  });
  try {
    const read = variant(groups, [["query: 'true'", "query: 'true', useGetResourceAPI: true"]]);
    const list = [volumes, read];
    await blind.pipeline(list);
    assert.is((await blind.run()).code, 0);
    assert.equal(drift(blind, list), []);
    const [gone, hidden] = resourcesOf(blind, { kind: 'AWS::EC2::Volume' });
    deleteAll(blind, [gone!]);
    // Left out of the first listing only: the second one holds it.
    const match = {
      service: 'cloudcontrol',
      operation: 'ListResources',
      kind: 'AWS::EC2::Volume',
      accountId: hidden!.accountId,
      region: hidden!.region,
    };
    blind.sim.faults.add({ match: { ...match, page: 1 }, effect: { type: 'empty' }, times: 1 });
    const { code, summary } = await blind.run();
    assert.equal(drift(blind, list), []);
    assert.is(summary.entities.deleted, 1);
    assert.is(code, 0);

    // Where the second listing fails, nothing is deleted, and that is told.
    const [next] = resourcesOf(blind, { kind: 'AWS::EC2::Volume' });
    deleteAll(blind, [next!]);
    const pages = { ...match, accountId: next!.accountId, region: next!.region, page: 1 };
    blind.sim.faults.add({ match: pages, effect: { type: 'accessDenied' }, after: 1 });
    const failed = await blind.run();
    assert.is(failed.code, 3);
    assert.equal(drift(blind, list), [`volume ${next!.identifier}: should not be there`]);
    blind.sim.faults.clear();
    assert.is((await blind.run()).code, 0);
    assert.equal(drift(blind, list), []);
  } finally {
    await blind.close();
  }
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { SimResource } from '../../src/sim/organization/organization.js';
import { accounts, buckets, groups, instances, tables, volumes } from './support/fixtures.js';
import { drift, heldNames } from './support/oracle.js';
import { deleteAll, keyOf, resourcesOf } from './support/resources.js';
import { World } from './support/world.js';

const test = suite('faults of reads and of credentials');

const fixtures = [tables, buckets, volumes];
const READ = { service: 'cloudcontrol', operation: 'GetResource' };
let world: World;

test.before(async () => {
  world = await World.start({ accounts: 3, regions: 2, resourcesPerScope: 8, pageSize: 5 });
  await world.pipeline(fixtures);
});
test.after(() => world.close());
test.after.each(() => world.sim.faults.clear());

const tableName = ({ accountId, region, identifier }: SimResource): string =>
  `table ${accountId}/${region}/${identifier}`;

test('a resource that cannot be read is kept as it is, told, and tried again; its neighbours are written', async () => {
  assert.is((await world.run()).code, 0);
  const some = resourcesOf(world, { kind: tables.kind });
  const broken = [some[0]!, some[9]!, some[20]!, some[33]!];
  const effects = [
    { type: 'accessDenied' },
    { type: 'error', status: 502, code: 'HandlerFailureException' },
    { type: 'malformed' },
    { type: 'reset' },
  ] as const;
  for (const [at, { identifier, accountId }] of broken.entries()) {
    world.sim.faults.add({ match: { ...READ, identifier, accountId }, effect: effects[at]! });
  }
  for (const one of some) world.sim.organization.update(keyOf(one), { ItemCount: 77 });
  for (let round = 0; round < 2; round += 1) {
    const { code, summary } = await world.run({ timeoutMs: 120_000 });
    assert.is(code, 3, `round ${round}`);
    assert.is(summary.entities.deleted, 0);
    assert.is(summary.deadLetters, broken.length, `round ${round}`);
    const stale = drift(world, fixtures).map((line) => line.split(':')[0]);
    assert.equal(new Set(stale), new Set(broken.map(tableName)));
  }
  world.sim.faults.clear();
  const { code, summary } = await world.run();
  assert.equal(drift(world, fixtures), []);
  assert.is(summary.deadLetters, 0);
  assert.is(code, 0);
});

test('an account whose reads are all denied keeps everything; its listings and the others go on', async () => {
  const [denied] = resourcesOf(world, { kind: tables.kind });
  const { accountId } = denied!;
  for (const one of resourcesOf(world, { kind: tables.kind })) {
    world.sim.organization.update(keyOf(one), { ItemCount: 78 });
  }
  const volume = resourcesOf(world, { kind: volumes.kind, accountId })[0]!;
  world.sim.organization.update(keyOf(volume), { Size: 78 });
  world.sim.faults.add({ match: { ...READ, accountId }, effect: { type: 'accessDenied' } });
  const before = heldNames(world);
  const { code, summary } = await world.run({ timeoutMs: 120_000 });
  assert.is(code, 3);
  assert.equal(heldNames(world), before);
  assert.is(summary.entities.deleted, 0);
  const stale = drift(world, fixtures);
  assert.equal(
    stale.filter((line) => !line.startsWith(`table ${accountId}/`)),
    [],
  );
  assert.ok(stale.length > 0);
  world.sim.faults.clear();
  assert.is((await world.run()).code, 0);
  assert.equal(drift(world, fixtures), []);
});

test('a resource that is listed but read as absent is deleted only where it stays so', async () => {
  const [one] = resourcesOf(world, { kind: tables.kind });
  world.sim.faults.add({
    match: { ...READ, identifier: one!.identifier, accountId: one!.accountId },
    effect: { type: 'empty' },
    times: 1,
  });
  const { summary } = await world.run();
  assert.is(summary.entities.deleted, 0);
  assert.equal(drift(world, fixtures), []);
});

test('a bucket that moves to another region is one entity, of its new region', async () => {
  const [bucket] = resourcesOf(world, { kind: buckets.kind });
  const region = world.sim.organization.regions.find((other) => other !== bucket!.region)!;
  deleteAll(world, [bucket!]);
  world.sim.organization.create({
    kind: buckets.kind,
    accountId: bucket!.accountId,
    region,
    identifier: bucket!.identifier,
    properties: { Arn: `arn:aws:s3:::${bucket!.identifier}` },
  });
  const { code, stderr } = await world.run();
  assert.is(code, 0, stderr);
  assert.equal(drift(world, fixtures), []);
  assert.is(world.sim.port.entity('bucket', bucket!.identifier)?.properties['region'], region);
  assert.is((await world.run()).entityWrites, 0);
  assert.ok(world.sim.port.entity('bucket', bucket!.identifier));
});

test('a kind that a region no longer offers is skipped and keeps its entities', async () => {
  const { settings } = world.sim.aws;
  const offered = settings.notOffered;
  const before = heldNames(world);
  settings.notOffered = [{ kind: volumes.kind, region: world.sim.organization.regions[0]! }];
  for (let round = 0; round < 3; round += 1) {
    const { code, summary } = await world.run();
    assert.is(code, 0);
    assert.is(summary.scopes.skipped, 3);
    assert.equal(heldNames(world), before);
  }
  settings.notOffered = offered;
  assert.is((await world.run()).code, 0);
});

test('credentials that run out during the run are renewed', async () => {
  const { settings } = world.sim.aws;
  settings.credentialLifetimeMs = 1_500;
  world.sim.faults.add({
    match: { service: 'cloudcontrol', operation: 'ListResources' },
    effect: { type: 'latency', ms: 1_000 },
  });
  for (const one of resourcesOf(world, { kind: tables.kind })) {
    world.sim.organization.update(keyOf(one), { ItemCount: 79 });
  }
  const { code, stderr } = await world.run({ timeoutMs: 120_000 });
  settings.credentialLifetimeMs = undefined;
  assert.is(code, 0, stderr);
  assert.equal(drift(world, fixtures), []);
});

test('quotas that refuse most calls only slow a run down', async () => {
  const tight = await World.start({
    accounts: 3,
    regions: 2,
    resourcesPerScope: 6,
    pageSize: 3,
    quotas: {
      list: { rate: 4, burst: 3 },
      read: { rate: 12, burst: 4 },
    },
  });
  try {
    const list = [tables, volumes, groups, instances];
    await tight.pipeline(list);
    const { code, summary } = await tight.run({ timeoutMs: 110_000 });
    assert.is(code, 0, JSON.stringify(summary.failures));
    assert.ok(summary.aws.throttled > 0);
    assert.equal(drift(tight, list), []);
  } finally {
    await tight.close();
  }
});

test('another partition, external ids and bodies of 60 KB', async () => {
  const gov = await World.start({
    accounts: 3,
    regions: 2,
    resourcesPerScope: 4,
    partition: 'aws-us-gov',
    externalId: 'sluice-42',
    bigEvery: 3,
    memberRole: 'Reader',
    organizationRole: 'Lister',
  });
  try {
    const list = [accounts, volumes, tables, buckets];
    const management = gov.sim.organization.managementAccountId;
    const aws = (externalId: string): string =>
      `organization:\n  roleArn: arn:aws-us-gov:iam::${management}:role/Lister\n  memberRoleName: Reader\n  externalId: ${externalId}`;
    await gov.pipeline(list, { aws: aws('sluice-42') });
    const { code, stderr } = await gov.run();
    assert.is(code, 0, stderr);
    assert.equal(drift(gov, list), []);
    await gov.pipeline(list, { aws: aws('wrong-id') });
    const before = heldNames(gov);
    assert.is((await gov.run()).code, 3);
    assert.equal(heldNames(gov), before);
  } finally {
    await gov.close();
  }
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Fault, FaultEffect, FaultMatch } from '../../src/sim/faults.js';
import {
  accounts,
  buckets,
  groups,
  instances,
  roles,
  tables,
  volumes,
} from './support/fixtures.js';
import { drift, heldNames } from './support/oracle.js';
import { failedScopes, keyOf, resourcesOf } from './support/resources.js';
import { World } from './support/world.js';

const test = suite('faults of single scopes');

const fixtures = [accounts, instances, volumes, groups, tables, roles, buckets];
const EC2 = 'AWS::EC2::';
let world: World;
let ids: readonly string[];

test.before(async () => {
  world = await World.start({
    accounts: 6,
    regions: ['us-east-1', 'eu-west-1'],
    resourcesPerScope: 6,
    pageSize: 4,
  });
  ids = world.sim.organization.accounts.map(({ id }) => id);
  await world.pipeline(fixtures);
});
test.after(() => world.close());
test.after.each(() => world.sim.faults.clear());

/** A fault of one listing, and the scope that it should fail. */
function listingFault(
  kind: string,
  account: number,
  region: string,
  effect: FaultEffect,
  page: number,
): { fault: Fault; scope: string } {
  const accountId = ids[account] as string;
  const match: FaultMatch = {
    service: 'cloudcontrol',
    operation: 'ListResources',
    kind,
    accountId,
    page,
    ...(region !== 'global' && { region }),
  };
  return { fault: { match, effect }, scope: `${kind} ${accountId} ${region}` };
}

const failing = (): { fault: Fault; scope: string }[] => [
  listingFault(`${EC2}Instance`, 0, 'us-east-1', { type: 'throttle' }, 2),
  listingFault(`${EC2}Instance`, 0, 'eu-west-1', { type: 'accessDenied' }, 2),
  listingFault(`${EC2}Instance`, 1, 'us-east-1', { type: 'accessDenied' }, 1),
  listingFault(
    `${EC2}Instance`,
    1,
    'eu-west-1',
    { type: 'error', status: 502, code: 'HandlerInternalFailureException' },
    2,
  ),
  listingFault(`${EC2}Volume`, 1, 'us-east-1', { type: 'reset' }, 2),
  listingFault(`${EC2}Volume`, 1, 'eu-west-1', { type: 'malformed' }, 1),
  listingFault(`${EC2}Volume`, 2, 'us-east-1', { type: 'malformed' }, 2),
  listingFault(`${EC2}Volume`, 2, 'eu-west-1', { type: 'cut' }, 2),
  listingFault(`${EC2}SecurityGroup`, 2, 'us-east-1', { type: 'poisonToken' }, 1),
  listingFault(
    `${EC2}SecurityGroup`,
    2,
    'eu-west-1',
    {
      type: 'error',
      status: 400,
      code: 'GeneralServiceException',
      message: 'Unexpected answer of the service',
    },
    1,
  ),
  listingFault('AWS::DynamoDB::Table', 0, 'us-east-1', { type: 'poisonToken' }, 1),
  listingFault('AWS::DynamoDB::Table', 1, 'us-east-1', { type: 'accessDenied' }, 2),
  listingFault('AWS::IAM::Role', 0, 'global', { type: 'accessDenied' }, 2),
  listingFault('AWS::IAM::Role', 1, 'global', { type: 'cut' }, 1),
  listingFault('AWS::S3::Bucket', 2, 'global', { type: 'poisonToken' }, 1),
];

test('before any fault Port equals AWS', async () => {
  const { code } = await world.run();
  assert.is(code, 0);
  assert.equal(drift(world, fixtures), []);
});

test('each listing that fails fails alone: its scope is listed, nothing of it is deleted, the rest goes on', async () => {
  const { organization, faults } = world.sim;
  const broken = failing();
  for (const { fault } of broken) faults.add(fault);
  // Account 3 may not be entered, account 4 does not tell its regions.
  faults.add({
    match: { service: 'sts', operation: 'AssumeRole', accountId: ids[3] as string },
    effect: { type: 'accessDenied' },
  });
  faults.add({
    match: { service: 'account', operation: 'ListRegions', accountId: ids[4] as string },
    effect: { type: 'accessDenied' },
  });
  const closed = new Set([ids[3], ids[4]]);
  const isBroken = (kind: string, accountId: string, region: string): boolean =>
    closed.has(accountId) ||
    broken.some(
      ({ scope }) =>
        scope === `${kind} ${accountId} ${region}` || scope === `${kind} ${accountId} global`,
    );

  // Everywhere the last resource goes; where nothing is broken it goes from Port too.
  const before = new Set(heldNames(world));
  const kept: string[] = [];
  const gone: string[] = [];
  for (const { kind, entities } of [volumes, groups, tables, roles, buckets]) {
    for (const accountId of ids) {
      for (const region of ['us-east-1', 'eu-west-1', 'global']) {
        const last = resourcesOf(world, { kind, accountId, region }).at(-1);
        if (last === undefined) continue;
        const [entity] = entities({
          Identifier: last.identifier,
          Properties: last.properties,
          __Kind: kind,
          __AccountId: accountId,
          __Region: region,
        });
        organization.delete(keyOf(last));
        const name = `${entity?.blueprint} ${entity?.identifier}`;
        assert.ok(before.has(name), name);
        (isBroken(kind, accountId, region) ? kept : gone).push(name);
      }
    }
  }

  const { code, summary } = await world.run();
  const after = new Set(heldNames(world));
  assert.equal(
    kept.filter((name) => !after.has(name)),
    [],
    'deleted in a broken scope',
  );
  assert.equal(
    gone.filter((name) => after.has(name)),
    [],
    'left in a whole scope',
  );
  assert.equal(
    drift(world, fixtures).sort(),
    kept.map((name) => `${name}: should not be there`).sort(),
  );
  assert.is(code, 3);
  assert.is(summary.entities.deleted, gone.length);
  const listed = failedScopes(summary.failures);
  for (const { scope } of broken)
    assert.ok(listed.includes(scope), `${scope} is not among ${listed.join('; ')}`);
  const unexpected = summary.failures.filter(
    ({ kind, accountId, region }) => !isBroken(kind, accountId, region),
  );
  assert.equal(unexpected, []);
  for (const id of closed)
    assert.ok(
      summary.failures.some(({ accountId }) => accountId === id),
      `account ${id}`,
    );
});

test('a clean run after it converges', async () => {
  const { code, summary } = await world.run();
  assert.equal(drift(world, fixtures), []);
  assert.is(code, 0);
  assert.equal(summary.failures, []);
});

test('faults that pass are ridden out: exit 0, nothing lost', async () => {
  const { faults, organization } = world.sim;
  const fault = (match: FaultMatch, effect: FaultEffect, times = 2): void => {
    faults.add({ match, effect, times });
  };
  fault({ service: 'sts', operation: 'AssumeRole' }, { type: 'throttle' }, 1);
  fault(
    { service: 'sts', operation: 'AssumeRole', accountId: ids[1] as string },
    { type: 'reset' },
  );
  fault(
    { service: 'sts', operation: 'AssumeRole', accountId: ids[2] as string },
    { type: 'malformed' },
    1,
  );
  fault(
    { service: 'account', operation: 'ListRegions', accountId: ids[2] as string },
    { type: 'cut' },
  );
  fault(
    { service: 'account', operation: 'ListRegions', accountId: ids[3] as string },
    { type: 'throttle' },
  );
  fault({ service: 'organizations', operation: 'ListAccounts' }, { type: 'throttle' });
  fault({ service: 'organizations', operation: 'ListAccounts' }, { type: 'reset' }, 1);
  const list = { service: 'cloudcontrol', operation: 'ListResources' };
  fault({ ...list, kind: `${EC2}Instance`, page: 1 }, { type: 'throttle' }, 3);
  fault({ ...list, kind: `${EC2}Volume`, page: 2 }, { type: 'reset' });
  fault({ ...list, kind: `${EC2}SecurityGroup`, page: 2 }, { type: 'cut' });
  fault({ ...list, kind: 'AWS::IAM::Role', page: 1 }, { type: 'malformed' });
  fault(
    { ...list, kind: 'AWS::S3::Bucket', page: 2 },
    { type: 'error', status: 500, code: 'ServiceInternalErrorException' },
  );
  const read = { service: 'cloudcontrol', operation: 'GetResource' };
  fault({ ...read, kind: 'AWS::DynamoDB::Table' }, { type: 'throttle' }, 3);
  fault({ ...read, kind: 'AWS::DynamoDB::Table', accountId: ids[4] as string }, { type: 'reset' });
  fault({ ...read, kind: 'AWS::S3::Bucket' }, { type: 'malformed' });

  // Changes everywhere, so that each of these calls matters.
  for (const fixture of [instances, volumes, groups, tables, roles, buckets]) {
    const [first, second] = resourcesOf(world, { kind: fixture.kind });
    organization.delete(keyOf(first!));
    organization.update(keyOf(second!), {
      Size: 7,
      GroupName: 'renamed',
      ItemCount: 7,
      Arn: 'arn:aws:x',
      InstanceType: 'x',
    });
  }
  const { code, summary } = await world.run();
  assert.equal(drift(world, fixtures), []);
  assert.equal(summary.failures, []);
  assert.is(code, 0);
  const unused = faults.hits().filter(({ hits }) => hits === 0);
  assert.equal(unused, [], 'faults that no call met');
});

test('a listing that is empty or incomplete without an error deletes nothing that a read still finds', async () => {
  const { faults } = world.sim;
  const list = { service: 'cloudcontrol', operation: 'ListResources' };
  const before = heldNames(world);
  faults.add({
    match: { ...list, kind: `${EC2}Instance`, accountId: ids[0] as string },
    effect: { type: 'empty' },
  });
  faults.add({ match: { ...list, kind: `${EC2}Volume`, page: 2 }, effect: { type: 'empty' } });
  faults.add({
    match: { ...list, kind: 'AWS::IAM::Role', accountId: ids[1] as string },
    effect: { type: 'empty' },
  });
  faults.add({
    match: { ...list, kind: 'AWS::S3::Bucket', accountId: ids[2] as string },
    effect: { type: 'empty' },
  });
  faults.add({
    match: { ...list, kind: 'AWS::DynamoDB::Table', identifier: '*1*' },
    effect: { type: 'hide' },
  });
  const { summary } = await world.run();
  assert.equal(heldNames(world), before);
  assert.is(summary.entities.deleted, 0);
  assert.equal(drift(world, fixtures), []);
});

test('what a listing misses but a read finds is brought up to date', async () => {
  const { faults, organization } = world.sim;
  const volume = resourcesOf(world, { kind: `${EC2}Volume` })[0]!;
  organization.update(keyOf(volume), { Size: 4242 });
  faults.add({
    match: {
      service: 'cloudcontrol',
      operation: 'ListResources',
      kind: `${EC2}Volume`,
      identifier: volume.identifier,
    },
    effect: { type: 'hide' },
  });
  await world.run();
  assert.equal(drift(world, fixtures), []);
});

test('a confirming read that fails deletes nothing and is told; one that says absent deletes', async () => {
  const { faults, organization } = world.sim;
  const read = { service: 'cloudcontrol', operation: 'GetResource' };
  const [a, b, c, d] = resourcesOf(world, { kind: `${EC2}Volume`, accountId: ids[5] as string });
  for (const one of [a, b, c, d]) organization.delete(keyOf(one!));
  faults.add({ match: { ...read, identifier: a!.identifier }, effect: { type: 'accessDenied' } });
  faults.add({ match: { ...read, identifier: b!.identifier }, effect: { type: 'malformed' } });
  faults.add({
    match: { ...read, identifier: c!.identifier },
    effect: {
      type: 'error',
      status: 400,
      code: 'GeneralServiceException',
      message: 'Rate exceeded',
    },
  });
  const { code, summary } = await world.run({ timeoutMs: 120_000 });
  assert.is(code, 3);
  assert.equal(
    drift(world, fixtures).sort(),
    [a, b, c].map((one) => `volume ${one!.identifier}: should not be there`).sort(),
  );
  assert.is(summary.entities.deleted, 1);
  assert.is(summary.failures.filter(({ kind }) => kind === `${EC2}Volume`).length, 3);
  faults.clear();
  const clean = await world.run();
  assert.is(clean.code, 0);
  assert.is(clean.summary.entities.deleted, 3);
  assert.equal(drift(world, fixtures), []);
});

test.run();

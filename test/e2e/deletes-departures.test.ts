import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { accounts, buckets, instances, roles, volumes, type Fixture } from './support/fixtures.js';
import { drift, heldNames, type OracleOptions } from './support/oracle.js';
import type { PipelineOptions } from './support/pipeline-text.js';
import { World, type RunResult } from './support/world.js';

const test = suite('what leaves the pipeline or the organization');

const fixtures = [accounts, instances, volumes, roles, buckets];
const REGIONS = ['us-east-1', 'eu-west-1'];
/** A kind that leaves the file is all of its kind: no threshold of less than 1 lets that through unasked. */
const TOP = 'deleteDependentEntities: false\nentityDeletionThreshold: 1';
let world: World;
let ids: readonly string[];

test.before(async () => {
  world = await World.start({
    accounts: 4,
    regions: REGIONS,
    resourcesPerScope: 3,
    organizationsPageSize: 3,
  });
  ids = world.sim.organization.accounts.map(({ id }) => id);
  await pipeline(fixtures);
});
test.after(() => world.close());
test.after.each(() => world.sim.faults.clear());

/** Dependents stay: an account that goes takes nothing along that is still to be judged. */
function pipeline(list: readonly Fixture[], options: PipelineOptions = {}): Promise<void> {
  return world.pipeline(list, { top: TOP, ...options });
}

/** A run that must delete nothing. */
async function keepsEverything(code: number, why: string): Promise<RunResult> {
  const before = heldNames(world);
  const result = await world.run();
  const after = heldNames(world);
  const lost = before.filter((name) => !after.includes(name));
  const gained = after.filter((name) => !before.includes(name));
  assert.equal({ lost, gained }, { lost: [], gained: [] }, why);
  assert.is(result.summary.entities.deleted, 0, why);
  assert.is(result.code, code, `${why}: ${JSON.stringify(result.summary.failures)}`);
  return result;
}

/** A run after which Port is what the oracle says, without any failure. */
async function converges(list = fixtures, options: OracleOptions = {}): Promise<RunResult> {
  const result = await world.run();
  assert.equal(drift(world, list, options), []);
  assert.is(result.code, 0, JSON.stringify(result.summary));
  return result;
}

test('an organization that is denied, empty or cut short deletes nothing, however often', async () => {
  await converges();
  const { faults } = world.sim;
  const match = { service: 'organizations', operation: 'ListAccounts' };
  for (const effect of [{ type: 'accessDenied' }, { type: 'empty' }] as const) {
    faults.clear();
    faults.add({ match, effect });
    for (let round = 0; round < 2; round += 1) {
      const { summary } = await keepsEverything(3, `${effect.type} ${round}`);
      assert.ok(summary.failures.length > 0);
    }
  }
  faults.clear();
  faults.add({ match: { ...match, page: 1 }, effect: { type: 'poisonToken' } });
  for (let round = 0; round < 2; round += 1) await keepsEverything(3, `second page ${round}`);
  faults.clear();
  faults.add({ match: { ...match, page: 2 }, effect: { type: 'empty' } });
  await keepsEverything(0, 'accounts of the second page are missing once');
  faults.clear();
  await converges();
});

test('an account that may not be entered keeps its entities, however often', async () => {
  const account = world.sim.organization.account(ids[1]!)!;
  const saved = [...account.roles];
  account.roles.clear();
  for (let round = 0; round < 3; round += 1) {
    const { summary } = await keepsEverything(3, `round ${round}`);
    assert.ok(summary.failures.some(({ accountId }) => accountId === ids[1]));
  }
  for (const [name, role] of saved) account.roles.set(name, role);
  await converges();
});

test('an account that left the organization: nothing after one run, its entities after the second', async () => {
  const gone = ids[3]!;
  world.sim.organization.removeAccount(gone);
  const before = heldNames(world);
  const first = await world.run();
  // The account itself was listed and is no more; what it held was not asked for.
  const lost = before.filter((name) => !heldNames(world).includes(name));
  assert.equal(lost, [`account ${gone}`]);
  assert.is(first.code, 0);
  await converges();
  assert.is((await world.run()).entityWrites, 0);
});

test('an incomplete discovery in between starts the count anew', async () => {
  const gone = ids[2]!;
  world.sim.organization.removeAccount(gone);
  assert.is((await world.run()).code, 0);
  world.sim.faults.add({
    match: { service: 'organizations', operation: 'ListAccounts' },
    effect: { type: 'accessDenied' },
  });
  await keepsEverything(3, 'denied in between');
  world.sim.faults.clear();
  await keepsEverything(0, 'the first complete one of a row');
  await converges();
});

test('a kind that left the file: nothing after one run, its entities after the second', async () => {
  await pipeline([accounts, instances, volumes, buckets]);
  await keepsEverything(0, 'first run without roles');
  await converges([accounts, instances, volumes, buckets]);
});

test('a kind that comes back in between is not counted on', async () => {
  await pipeline(fixtures);
  await converges();
  await pipeline([accounts, instances, roles, buckets]);
  await keepsEverything(0, 'first run without volumes');
  await pipeline(fixtures);
  await converges();
  await pipeline([accounts, instances, roles, buckets]);
  await keepsEverything(0, 'first run again');
  await converges([accounts, instances, roles, buckets]);
  await pipeline(fixtures);
  await converges();
});

test('a region that the file no longer wants: nothing after one run, its entities and buckets after the second', async () => {
  const organization = `organization:
  roleArn: arn:aws:iam::${world.sim.organization.managementAccountId}:role/OrgReader
  memberRoleName: SluiceReadOnly`;
  await pipeline(fixtures, { aws: `${organization}\nregions: { deny: [eu-west-1] }` });
  await keepsEverything(0, 'first run without the region');
  await converges(fixtures, { where: ({ region }) => region !== 'eu-west-1' });
  await pipeline(fixtures, { aws: `${organization}\nregions: { allow: [eu-*] }` });
  await world.run();
  await converges(fixtures, {
    where: ({ region }) => region === 'eu-west-1' || region === 'global',
  });
  await pipeline(fixtures);
  await converges();
});

test('an account that the file excludes: nothing after one run, its entities after the second', async () => {
  const organization = `organization:
  roleArn: arn:aws:iam::${world.sim.organization.managementAccountId}:role/OrgReader
  memberRoleName: SluiceReadOnly`;
  await pipeline(fixtures, { aws: `${organization}\naccounts: { exclude: ["${ids[1]!}"] }` });
  await keepsEverything(0, 'first run without the account');
  await converges(fixtures, { where: ({ accountId }) => accountId !== ids[1] });
});

test('a kind that left the file is as much held by the threshold as one that shrank to nothing', async () => {
  await pipeline(fixtures);
  await world.run();
  await converges();
  const list = [accounts, instances, roles, buckets];
  const held = heldNames(world, 'volume').length;
  assert.ok(held >= 10);
  await pipeline(list, { top: 'deleteDependentEntities: false' });
  await keepsEverything(0, 'first run');
  const { summary } = await keepsEverything(3, 'second run');
  assert.is(summary.entities.held, held);
  const released = await world.run({ args: ['--allow-deletes', String(held)] });
  assert.is(released.summary.entities.deleted, held);
  assert.is(released.code, 0);
  await pipeline(fixtures);
  await converges();
});

test('globs that let no account through delete nothing', async () => {
  const organization = `organization:
  roleArn: arn:aws:iam::${world.sim.organization.managementAccountId}:role/OrgReader
  memberRoleName: SluiceReadOnly`;
  await pipeline(fixtures, { aws: `${organization}\naccounts: { include: ["999*"] }` });
  for (let round = 0; round < 2; round += 1) await keepsEverything(3, `round ${round}`);
});

test.run();

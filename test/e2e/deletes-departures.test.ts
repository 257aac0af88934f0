import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Departures, FIXTURES } from './support/departures.js';
import { accounts, buckets, instances, roles, volumes } from './support/fixtures.js';
import { heldNames } from './support/oracle.js';

const test = suite('what leaves the pipeline');

let world: Departures['world'];
let ids: Departures['ids'];
let pipeline: Departures['pipeline'];
let keepsEverything: Departures['keepsEverything'];
let converges: Departures['converges'];

test.before(async () => {
  ({ world, ids, pipeline, keepsEverything, converges } = await Departures.start());
});
test.after(() => world.close());
test.after.each(() => world.sim.faults.clear());

test('a kind that left the file: nothing after one run, its entities after the second', async () => {
  await converges();
  await pipeline([accounts, instances, volumes, buckets]);
  await keepsEverything(0, 'first run without roles');
  await converges([accounts, instances, volumes, buckets]);
});

test('a kind that comes back in between is not counted on', async () => {
  await pipeline(FIXTURES);
  await converges();
  await pipeline([accounts, instances, roles, buckets]);
  await keepsEverything(0, 'first run without volumes');
  await pipeline(FIXTURES);
  await converges();
  await pipeline([accounts, instances, roles, buckets]);
  await keepsEverything(0, 'first run again');
  await converges([accounts, instances, roles, buckets]);
  await pipeline(FIXTURES);
  await converges();
});

test('a region that the file no longer wants: nothing after one run, its entities and buckets after the second', async () => {
  const organization = `organization:
  roleArn: arn:aws:iam::${world.sim.organization.managementAccountId}:role/OrgReader
  memberRoleName: SluiceReadOnly`;
  await pipeline(FIXTURES, { aws: `${organization}\nregions: { deny: [eu-west-1] }` });
  await keepsEverything(0, 'first run without the region');
  await converges(FIXTURES, { where: ({ region }) => region !== 'eu-west-1' });
  await pipeline(FIXTURES, { aws: `${organization}\nregions: { allow: [eu-*] }` });
  await world.run();
  await converges(FIXTURES, {
    where: ({ region }) => region === 'eu-west-1' || region === 'global',
  });
  await pipeline(FIXTURES);
  await converges();
});

test('an account that the file excludes: nothing after one run, its entities after the second', async () => {
  const organization = `organization:
  roleArn: arn:aws:iam::${world.sim.organization.managementAccountId}:role/OrgReader
  memberRoleName: SluiceReadOnly`;
  await pipeline(FIXTURES, { aws: `${organization}\naccounts: { exclude: ["${ids[1]!}"] }` });
  await keepsEverything(0, 'first run without the account');
  await converges(FIXTURES, { where: ({ accountId }) => accountId !== ids[1] });
});

test('a kind that left the file is as much held by the threshold as one that shrank to nothing', async () => {
  await pipeline(FIXTURES);
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
  await pipeline(FIXTURES);
  await converges();
});

test('globs that let no account through delete nothing', async () => {
  const organization = `organization:
  roleArn: arn:aws:iam::${world.sim.organization.managementAccountId}:role/OrgReader
  memberRoleName: SluiceReadOnly`;
  await pipeline(FIXTURES, { aws: `${organization}\naccounts: { include: ["999*"] }` });
  for (let round = 0; round < 2; round += 1) await keepsEverything(3, `round ${round}`);
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Departures } from './support/departures.js';
import { heldNames } from './support/oracle.js';

const test = suite('what leaves the organization, or cannot be seen');

let world: Departures['world'];
let ids: Departures['ids'];
let keepsEverything: Departures['keepsEverything'];
let converges: Departures['converges'];

test.before(async () => {
  ({ world, ids, keepsEverything, converges } = await Departures.start());
});
test.after(() => world.close());
test.after.each(() => world.sim.faults.clear());

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

test.run();

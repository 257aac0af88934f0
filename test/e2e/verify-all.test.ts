import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { groups, instances, volumes } from './support/fixtures.js';
import { drift } from './support/oracle.js';
import { World } from './support/world.js';

const test = suite('verifyAll');

const fixtures = [instances, volumes, groups];
let world: World;

test.before(async () => {
  world = await World.start({ accounts: 2, regions: 2, resourcesPerScope: 6 });
});
test.after(() => world.close());

/** Another program (or a person) writes an entity: from then on it is not ours in Port. */
function write(blueprint: string, identifier: string, properties: object): void {
  const { port } = world.sim;
  port.upserter.write(
    port.blueprints.need(blueprint),
    { identifier, properties },
    { upsert: true, merge: true, createMissing: true, validationOnly: false, datasource: 'person' },
  );
}

test('what was deleted or edited by hand in Port is written again, and nothing else', async () => {
  const { port } = world.sim;
  await world.pipeline(fixtures);
  assert.is((await world.run()).code, 0);
  assert.equal(drift(world, fixtures), []);

  const [first, second, edited] = port.entities('volume');
  for (const entity of [first!, second!, port.entities('group')[0]!]) {
    port.store.delete(entity, () => undefined);
  }
  write('volume', edited!.identifier, { note: 'by hand' });
  write('volume', 'vol-person', { note: 'by hand' });
  const foreign = 'volume vol-person: should not be there';

  // Not due yet: a hash of what was written last says that all is well.
  assert.is((await world.run()).entityWrites, 0);
  assert.is(drift(world, fixtures).length, 5);

  await world.pipeline(fixtures, { top: 'resync: { verifyAll: 1s }' });
  const mended = await world.run();
  assert.is(mended.code, 0, mended.stderr);
  assert.equal(drift(world, fixtures), [foreign]);
  const { created, updated, deleted, unchanged } = mended.summary.entities;
  assert.equal({ created, updated, deleted }, { created: 3, updated: 1, deleted: 0 });
  assert.ok(unchanged > 10);

  const again = await world.run();
  assert.is(again.entityWrites, 0, 'nothing is left to mend');
  assert.equal(drift(world, fixtures), [foreign]);
});

test('a Port that cannot be searched leaves the resync whole, and is asked again', async () => {
  const { port, faults } = world.sim;
  port.store.delete(port.entities('volume')[0]!, () => undefined);
  faults.add({
    match: { service: 'port', operation: 'POST /blueprints/entities/datasource-entities' },
    effect: { type: 'error', status: 403, code: 'forbidden' },
  });
  const failed = await world.run();
  faults.clear();
  assert.is(failed.code, 0, failed.stderr);
  assert.match(failed.stderr, /could not be verified/);
  assert.is((await world.run()).summary.entities.created, 1);
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  accounts,
  apis,
  buckets,
  groups,
  instances,
  roles,
  rules,
  tables,
  volumes,
} from './support/fixtures.js';
import { drift } from './support/oracle.js';
import { World } from './support/world.js';

const test = suite('convergence of a whole organization');

const everything = [accounts, buckets, instances, volumes, roles, tables, groups, rules, apis];
let world: World;

test.before(async () => {
  world = await World.start({
    accounts: 4,
    regions: 3,
    resourcesPerScope: 6,
    pageSize: 4,
    emptyPageEvery: 2,
    organizationsPageSize: 2,
    regionsPageSize: 2,
  });
  await world.pipeline(everything);
});
test.after(() => world.close());

test('the first run makes Port equal to the mapping of AWS', async () => {
  const { code, summary, stderr } = await world.run();
  assert.equal(drift(world, everything), []);
  assert.is(code, 0, stderr);
  assert.equal(summary.failures, []);
  assert.is(summary.scopes.ok, summary.scopes.total);
  const { created, updated, deleted, held, failed } = summary.entities;
  // Entities that were first made as targets of relations count as updated.
  assert.is(created + updated, world.sim.port.entities().length);
  assert.equal({ deleted, held, failed }, { deleted: 0, held: 0, failed: 0 });
});

test('the second run writes nothing', async () => {
  const { code, summary, entityWrites } = await world.run();
  assert.is(code, 0);
  assert.is(entityWrites, 0);
  assert.is(summary.entities.created + summary.entities.updated + summary.entities.deleted, 0);
  assert.equal(drift(world, everything), []);
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { groups, instances, roles, rules, volumes } from './support/fixtures.js';
import { drift, expectedEntities, heldNames } from './support/oracle.js';
import { deleteAll, resourcesOf } from './support/resources.js';
import { World } from './support/world.js';

const test = suite('deletes of a resync');

const fixtures = [instances, volumes, groups, rules, roles];
let world: World;

test.before(async () => {
  world = await World.start({ accounts: 3, regions: 2, resourcesPerScope: 10, pageSize: 7 });
  await world.pipeline(fixtures);
});
test.after(() => world.close());
test.after.each(() => world.sim.faults.clear());

test('deleting 5 % of the resources deletes exactly their entities', async () => {
  assert.is((await world.run()).code, 0);
  const before = heldNames(world);
  const doomed = [...world.sim.organization.snapshot()].filter((_, at) => at % 20 === 7);
  deleteAll(world, doomed);
  const should = [...expectedEntities(world.sim.organization, fixtures).keys()].sort();
  const { code, summary, stderr } = await world.run();
  assert.equal(heldNames(world), should);
  assert.is(code, 0, stderr);
  assert.is(summary.entities.deleted, before.length - should.length);
  assert.equal(summary.failures, []);
  assert.equal(drift(world, fixtures), []);
  assert.is((await world.run()).entityWrites, 0);
});

test('a kind that shrinks to nothing is held, with every other delete of that run', async () => {
  const kind = 'AWS::EC2::Volume';
  const all = resourcesOf(world, { kind });
  const one = resourcesOf(world, { kind: 'AWS::IAM::Role' })[0]!;
  deleteAll(world, [...all, one]);
  const before = heldNames(world);
  for (const command of ['plan', 'run', 'run'] as const) {
    const { code, summary, stdout } = await world.run({ command });
    assert.is(code, 3, stdout);
    assert.is(summary.entities.held, all.length + 1);
    assert.is(summary.entities.deleted, 0);
    assert.equal(heldNames(world), before);
  }
});

test('what is held says so to a person', async () => {
  const { runCli } = await import('./support/run-cli.js');
  const { code, stdout } = await runCli(
    ['run', world.pipelineFile, '--once', '--state', world.path('state'), '--log-level', 'warn'],
    world.sim.env,
  );
  assert.is(code, 3);
  assert.match(stdout, /held/);
  assert.match(stdout, /AWS::EC2::Volume/);
  assert.match(stdout, /--allow-deletes/);
});

test('--allow-deletes N releases up to N of them', async () => {
  const before = heldNames(world);
  const doomed = drift(world, fixtures).length;
  const some = await world.run({ args: ['--allow-deletes', '4'] });
  assert.is(some.code, 3);
  assert.is(some.summary.entities.deleted, 4);
  assert.is(some.summary.entities.held, doomed - 4);
  assert.is(heldNames(world).length, before.length - 4);
  assert.is(drift(world, fixtures).length, doomed - 4);

  const none = await world.run({ args: ['--allow-deletes', '0'] });
  assert.is(none.summary.entities.deleted, 0);

  const rest = await world.run({ args: ['--allow-deletes', String(doomed - 4)] });
  assert.equal(drift(world, fixtures), []);
  assert.is(rest.summary.entities.deleted, doomed - 4);
  assert.is(rest.summary.entities.held, 0);
  assert.is(rest.code, 0);
});

test('the threshold is the file’s; kinds of fewer than ten entities are not judged alone', async () => {
  await world.pipeline(fixtures, { top: 'entityDeletionThreshold: 0.25' });
  const kind = 'AWS::IAM::Role';
  const all = resourcesOf(world, { kind });
  deleteAll(world, all.slice(0, Math.ceil(all.length * 0.25) + 1));
  const held = await world.run();
  assert.is(held.code, 3);
  assert.is(held.summary.entities.deleted, 0);

  await world.pipeline(fixtures, { top: 'entityDeletionThreshold: 0.9' });
  const let_through = await world.run();
  assert.is(let_through.code, 0);
  assert.equal(drift(world, fixtures), []);

  const left = resourcesOf(world, { kind });
  deleteAll(world, left.slice(9));
  assert.is((await world.run()).code, 0);
  assert.is(resourcesOf(world, { kind }).length, 9);
  deleteAll(world, resourcesOf(world, { kind }));
  const small = await world.run();
  assert.is(small.summary.entities.deleted, 9);
  assert.equal(drift(world, fixtures), []);
  assert.is(small.code, 0);
});

test('a threshold of 0 holds every delete', async () => {
  await world.pipeline(fixtures, { top: 'entityDeletionThreshold: 0' });
  deleteAll(world, resourcesOf(world, { kind: 'AWS::EC2::Instance' }).slice(0, 1));
  const held = drift(world, fixtures).length;
  const { code, summary } = await world.run();
  assert.is(summary.entities.held, held);
  assert.is(summary.entities.deleted, 0);
  assert.is(code, held === 0 ? 0 : 3);
});

test.run();

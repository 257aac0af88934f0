import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { FaultEffect } from '../../src/sim/faults.js';
import type { SimOptions } from '../../src/sim/sim.js';
import { atRequest } from './crash-world.js';
import { CHILD, children } from './support/family-fixtures.js';
import { accounts, apis, type Fixture } from './support/fixtures.js';
import { drift, heldNames } from './support/oracle.js';
import { failedScopes, keyOf, resourcesOf } from './support/resources.js';
import { startCli } from './support/run-cli.js';
import { World } from './support/world.js';

const test = suite('kinds that are listed a parent at a time');

const REST_API = 'AWS::ApiGateway::RestApi';
const STAGE = 'AWS::ApiGateway::Stage';
const CLUSTER = 'AWS::EKS::Cluster';
const NODEGROUP = 'AWS::EKS::Nodegroup';
const BALANCER = 'AWS::ElasticLoadBalancingV2::LoadBalancer';
const LISTENER = 'AWS::ElasticLoadBalancingV2::Listener';
const RULE = 'AWS::ElasticLoadBalancingV2::ListenerRule';
const SERVER = 'AWS::Transfer::Server';
const USER = 'AWS::Transfer::User';
const KINDS = [REST_API, STAGE, CLUSTER, NODEGROUP, BALANCER, LISTENER, RULE, SERVER, USER];
const EAST = 'us-east-1';

// Of the parents only REST APIs are mapped.
const fixtures = [accounts, apis, ...[STAGE, NODEGROUP, LISTENER, RULE, USER].map(children)];

async function inWorld(options: SimOptions, use: (world: World) => Promise<void>): Promise<void> {
  const world = await World.start({
    accounts: 1,
    regions: [EAST, 'eu-west-1'],
    kinds: KINDS,
    resourcesPerScope: 9,
    pageSize: 2,
    ...options,
  });
  world.sim.port.blueprints.create(CHILD);
  try {
    await write(world, fixtures);
    await use(world);
  } finally {
    await world.close();
  }
}

/** Writes the pipeline file; the simulation has no limits of its own, and the tests no time. */
async function write(world: World, of: readonly Fixture[], top?: string): Promise<void> {
  const { managementAccountId, partition } = world.sim.organization;
  const aws = [
    `organization: { roleArn: "arn:${partition}:iam::${managementAccountId}:role/OrgReader", memberRoleName: SluiceReadOnly }`,
    'quotas: { listPerSecond: 100, readPerSecond: 100 }',
  ].join('\n');
  await world.pipeline(of, { aws, ...(top !== undefined && { top }) });
}

const first = (world: World, kind: string, region = EAST) => {
  const accountId = world.sim.organization.accounts[0]!.id;
  return resourcesOf(world, { kind, accountId, region })[0]!;
};

function fail(world: World, kind: string, more: object, effect: FaultEffect): void {
  const accountId = world.sim.organization.accounts[0]!.id;
  const match = { service: 'cloudcontrol', operation: 'ListResources', kind, accountId };
  world.sim.faults.add({ match: { ...match, region: EAST, ...more }, effect });
}

const DENIED: FaultEffect = { type: 'accessDenied' };

test('children come completely, over all pages, two levels down, of parents that nobody maps', () =>
  inWorld({ emptyPageEvery: 4 }, async (world) => {
    const { code, summary, stderr } = await world.run();
    assert.is(code, 0, stderr);
    assert.equal(drift(world, fixtures), []);
    const placesOf = (kind: string): number => resourcesOf(world, { kind }).length;
    // A scope each parent, and one for the search for them; accounts once, REST APIs as ever.
    const families = [REST_API, CLUSTER, BALANCER, LISTENER, SERVER].map(placesOf);
    const expected = families.reduce((sum, count) => sum + count, 0) + 5 * 2 + 2 + 1;
    assert.equal(summary.scopes, { total: expected, ok: expected, failed: 0, skipped: 0 });
    const again = await world.run();
    assert.is(again.entityWrites, 0);
    assert.is(again.summary.entities.unchanged, summary.entities.created);
  }));

test('a parent that fails fails its own children alone, and nothing of them is deleted', () =>
  inWorld({}, async (world) => {
    const { organization, faults } = world.sim;
    await world.run();
    const before = new Set(heldNames(world));
    // Of each, one child below the parent that fails, one below another.
    const stage = first(world, STAGE);
    const rule = first(world, RULE);
    const others = resourcesOf(world, { kind: STAGE, region: 'eu-west-1' }).slice(0, 1);
    const siblings = resourcesOf(world, { kind: STAGE, accountId: stage.accountId, region: EAST });
    const [api = ''] = stage.identifier.split('|');
    others.push(siblings.find(({ identifier }) => !identifier.startsWith(`${api}|`))!);
    for (const gone of [stage, rule, ...others]) organization.delete(keyOf(gone));
    fail(world, STAGE, { parent: api }, DENIED);
    // Not all listeners are known: their rules' scope fails, and the listeners' own.
    fail(world, LISTENER, { parent: first(world, BALANCER).identifier }, DENIED);
    const { code, summary } = await world.run();
    assert.is(code, 3);
    assert.equal(failedScopes(summary.failures), [
      `${STAGE} ${stage.accountId} ${EAST}`,
      `${LISTENER} ${stage.accountId} ${EAST}`,
      `${RULE} ${stage.accountId} ${EAST}`,
    ]);
    assert.equal(
      summary.failures.map(({ kind, parent = '' }) => `${kind} ${parent}`).sort(),
      [`${STAGE} ${api}`, `${LISTENER} ${first(world, BALANCER).identifier}`, `${RULE} `].sort(),
    );
    assert.is(summary.entities.deleted, others.length);
    const kept = new Set(heldNames(world));
    assert.is([...before].filter((name) => !kept.has(name)).length, others.length);

    faults.clear();
    const healed = await world.run();
    assert.is(healed.code, 0, healed.stderr);
    assert.is(healed.summary.entities.deleted, 2);
    assert.equal(drift(world, fixtures), []);
  }));

test('where the parents cannot all be found, nothing is said of those that are missing', () =>
  inWorld({}, async (world) => {
    await world.run();
    const before = heldNames(world);
    const api = first(world, REST_API);
    world.sim.organization.delete(keyOf(api));
    // The listing of REST APIs themselves fails alike: they are the pipeline's, too.
    fail(world, REST_API, { page: 3 }, DENIED);
    const { code, summary } = await world.run();
    assert.is(code, 3);
    assert.equal(failedScopes(summary.failures), [
      `${REST_API} ${api.accountId} ${EAST}`,
      `${STAGE} ${api.accountId} ${EAST}`,
    ]);
    assert.equal(heldNames(world), before);
  }));

test('with a parent its children go, and theirs; a cluster that is not mapped counts as well', () =>
  inWorld({ regions: [EAST] }, async (world) => {
    const { organization } = world.sim;
    await world.run();
    for (const kind of [REST_API, BALANCER, CLUSTER, SERVER]) {
      organization.delete(keyOf(first(world, kind)));
    }
    const { code, summary, stderr } = await world.run();
    assert.is(code, 0, stderr);
    assert.equal(drift(world, fixtures), []);
    // 1 API and 4 stages, 4 listeners and 9 rules below them, 4 nodegroups, 4 users.
    assert.is(summary.entities.deleted, 1 + 4 + 4 + 9 + 4 + 4);
  }));

test('what only its listing missed stays: a parent that was not shown, a child that was not', () =>
  inWorld({ regions: [EAST] }, async (world) => {
    const { faults } = world.sim;
    await world.run();
    const hide = (kind: string): void => {
      const match = { service: 'cloudcontrol', operation: 'ListResources', kind };
      const { identifier } = first(world, kind);
      faults.add({ match: { ...match, identifier }, effect: { type: 'hide' } });
    };
    hide(CLUSTER);
    hide(LISTENER);
    const { code, summary } = await world.run();
    assert.is(code, 0);
    assert.is(summary.entities.deleted, 0);
    assert.equal(drift(world, fixtures), []);
  }));

test('children that cannot be read are listed a second time before they go', () =>
  inWorld({ regions: [EAST], unreadableKinds: [NODEGROUP] }, async (world) => {
    const { organization, faults } = world.sim;
    await world.run();
    const cluster = keyOf(first(world, CLUSTER));
    organization.delete(cluster);
    fail(world, NODEGROUP, { parent: cluster.identifier }, DENIED);
    const denied = await world.run();
    assert.is(denied.code, 3);
    assert.is(denied.summary.entities.deleted, 0);
    faults.clear();
    const { code, summary } = await world.run();
    assert.is(code, 0);
    assert.is(summary.entities.deleted, 4);
    assert.equal(drift(world, fixtures), []);
  }));

test('parents that vanish all at once are held by the threshold', () =>
  inWorld({ regions: [EAST] }, async (world) => {
    await write(world, [children(STAGE)]);
    await world.run();
    const before = heldNames(world);
    world.sim.faults.add({
      match: { service: 'cloudcontrol', operation: 'ListResources', kind: REST_API },
      effect: { type: 'empty' },
    });
    // Fewer than ten of a kind are held by the threshold of all.
    await write(world, [children(STAGE)], 'entityDeletionThreshold: 0.5');
    const { code, summary } = await world.run();
    assert.is(code, 3);
    assert.is(summary.entities.held, 9);
    assert.equal(heldNames(world), before);
  }));

test('--only walks a family, and deletes in it alone', () =>
  inWorld({ regions: [EAST] }, async (world) => {
    const { organization } = world.sim;
    await world.run();
    organization.delete(keyOf(first(world, REST_API)));
    organization.delete(keyOf(first(world, CLUSTER)));
    const before = heldNames(world).length;
    const { code, summary, stderr } = await world.run({ args: ['--only', `kind=${STAGE}`] });
    assert.is(code, 0, stderr);
    assert.equal(summary.entities.deleted, 4);
    assert.is(heldNames(world).length, before - 4);
    await world.run();
    assert.equal(drift(world, fixtures), []);
  }));

test('--resume goes on with the parents that are left', () =>
  inWorld({ regions: [EAST], resourcesPerScope: 40 }, async (world) => {
    await write(world, [children(STAGE), children(USER)]);
    await world.run();
    const { organization, aws } = world.sim;
    organization.delete(keyOf(first(world, REST_API)));
    organization.delete(keyOf(first(world, USER)));
    const args = ['run', world.pipelineFile, '--once', '--state', world.path('state')];
    const run = startCli(args, world.sim.env);
    const undo = atRequest(aws.counters, 'cloudcontrol.ListResources', 60, () => {
      run.child.kill('SIGKILL');
    });
    await run.ended;
    undo();
    const { code, summary, stderr } = await world.run({ args: ['--resume'] });
    assert.is(code, 0, stderr);
    assert.is(summary.generation, 2);
    assert.is(summary.entities.deleted, 4 + 1);
    assert.equal(drift(world, [children(STAGE), children(USER)]), []);
  }));

test.run();

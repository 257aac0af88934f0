import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { SimKey } from '../../src/sim/organization/organization.js';
import { CHILD, children } from './support/family-fixtures.js';
import { SILENT, tell } from './support/live-events.js';
import type { LiveRun } from './support/live-run.js';
import { LiveWorld, until } from './support/live-world.js';
import { keyOf, resourcesOf } from './support/resources.js';

const test = suite('live: kinds that are listed a parent at a time');

const API = 'AWS::ApiGateway::RestApi';
const STAGE = 'AWS::ApiGateway::Stage';
const CLUSTER = 'AWS::EKS::Cluster';
const NODEGROUP = 'AWS::EKS::Nodegroup';
let live: LiveWorld;
let run: LiveRun;

test.before(async () => {
  live = await LiveWorld.start([children(STAGE), children(NODEGROUP)], {
    accounts: 1,
    regions: 1,
    kinds: [API, STAGE, CLUSTER, NODEGROUP],
    resourcesPerScope: 6,
    pageSize: 2,
    live: { engine: 'memory', shards: 1, ...SILENT },
  });
  live.sim.port.blueprints.create(CHILD);
  run = live.run();
  await run.resynced();
  assert.equal(live.drift(), []);
});
test.after(() => live.close());

const first = (kind: string): SimKey => keyOf(resourcesOf(live.world, { kind })[0]!);
const entityOf = ({ accountId, region, identifier }: SimKey) =>
  live.sim.port.entity('child', `${accountId}:${region}:${identifier.replace('|', '=')}`);

test('a child whose event names it is read, without listing its parents', async () => {
  const { identifier: restApiId, ...place } = first(API);
  const stage = { ...place, kind: STAGE, identifier: `${restApiId}|canary` };
  const request = { restApiId, createStageInput: { stageName: 'canary' } };
  live.sim.organization.create(stage);
  const listings = live.sim.aws.counters.get('cloudcontrol.ListResources');
  await tell(live.sim, stage, { service: 'apigateway', name: 'CreateStage', request });
  await until(() => entityOf(stage) !== undefined, 'the new stage');

  const gone = first(STAGE);
  live.sim.organization.delete(gone);
  const [api, stageName] = gone.identifier.split('|');
  const named = { restApiId: api, stageName };
  await tell(live.sim, gone, { service: 'apigateway', name: 'DeleteStage', request: named });
  await until(() => entityOf(gone) === undefined, 'the end of the stage');
  assert.is(live.sim.aws.counters.get('cloudcontrol.ListResources'), listings);
});

test('of an event that names none, all parents are listed, and what they do not show is read', async () => {
  const { identifier: cluster, ...place } = first(CLUSTER);
  const made = { ...place, kind: NODEGROUP, identifier: `${cluster}/made-by-nobody` };
  const gone = first(NODEGROUP);
  live.sim.organization.create({ ...made, properties: { ClusterName: cluster } });
  live.sim.organization.delete(gone);
  // A cluster that goes takes its nodegroups with it.
  const last = resourcesOf(live.world, { kind: CLUSTER }).at(1)!;
  live.sim.organization.delete(keyOf(last));
  await tell(live.sim, made, { service: 'eks', name: 'FrobnicateNodegroup' });
  await until(() => entityOf(made) !== undefined && live.drift().length === 0, 'all of it', 40_000);
});

test('what live reads brought stands below its parent: the next resync finds nothing to do', async () => {
  await run.stop();
  const { code, summary, entityWrites } = await live.world.run();
  assert.is(code, 0);
  assert.is(entityWrites, 0);
  assert.is(summary.entities.deleted, 0);
  assert.equal(live.drift(), []);
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { AwsError } from '../../../src/errors/aws-error.js';
import { startSim } from '../../../src/sim/sim.js';
import type { Sim } from '../../../src/sim/sim.js';
import { AccountDirectory } from '../../../src/sources/account-directory.js';
import { withFacts } from '../../../src/sources/listing/extra-facts.js';
import type { ListedResource, ResourceSource } from '../../../src/sources/resource-source.js';
import { resourceSources } from '../../../src/sources/resource-sources.js';
import { openTestAws } from '../../aws/harness.js';
import { collect, kindConfig, pipelineOf, TestPermits } from '../harness.js';

const test = suite('sources/listing: facts that actions ask for');

const INSTANCE = 'AWS::EC2::Instance';
const CLUSTER = 'AWS::ECS::Cluster';
const ACCOUNT = 'AWS::Organizations::Account';

interface World {
  readonly sim: Sim;
  readonly region: string;
  readonly accountId: string;
  readonly permits: TestPermits;
  readonly warnings: readonly string[];
  list(kind: string): Promise<ListedResource[]>;
  read(kind: string, identifier: string): ReturnType<ResourceSource['read']>;
}

async function world(use: (world: World) => Promise<void>): Promise<void> {
  const kinds = [INSTANCE, CLUSTER];
  const sim = await startSim({ accounts: 1, regions: 1, kinds, resourcesPerScope: 4, pageSize: 3 });
  const aws = await openTestAws(sim.env, { retry: { maxTransient: 1, maxThrottled: 1 } });
  const { accountId } = aws.identity;
  const [region] = sim.organization.regions as [string];
  const pipeline = pipelineOf([
    { ...kindConfig(INSTANCE), actions: ['GetInstanceStatusAction'] },
    { ...kindConfig(CLUSTER), actions: ['GetClusterPendingTasksAction'] },
    { ...kindConfig(ACCOUNT), actions: ['ListParentsAction', 'ListTagsForResourceAction'] },
  ]);
  const directory = new AccountDirectory(aws, pipeline);
  directory.remember({ id: accountId, partition: 'aws' });
  const warnings: string[] = [];
  const source = resourceSources(aws, directory, pipeline, (text) => warnings.push(text));
  const permits = new TestPermits();
  const scope = (kind: string) => ({
    kind,
    accountId,
    region: kind === ACCOUNT ? 'global' : region,
  });
  try {
    await use({
      sim,
      region,
      accountId,
      permits,
      warnings,
      list: async (kind) =>
        (await collect(source(kind).list(scope(kind), permits.acquire))).flatMap(
          ({ page }) => page.resources,
        ),
      read: (kind, identifier) =>
        source(kind).read(scope(kind), identifier, region, permits.acquire),
    });
    assert.is(permits.open, 0, 'every permit was told');
  } finally {
    await aws.close();
    await sim.close();
  }
}

interface Body {
  readonly Identifier: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

const parse = (text: string): Body => JSON.parse(text) as Body;

test('a listing leaves every resource to its read, which adds the status of the instance', async () => {
  await world(async ({ list, read, permits }) => {
    const listed = await list(INSTANCE);
    assert.is(listed.length, 4);
    assert.ok(listed.every(({ body }) => body === undefined));
    const before = permits.bytes;
    const result = await read(INSTANCE, listed[0]!.identifier);
    assert.is(result.state, 'present');
    if (result.state !== 'present') return;
    const { Identifier, Properties } = parse(result.body);
    assert.is(Identifier, listed[0]!.identifier);
    assert.is(Properties['InstanceId'], listed[0]!.identifier);
    assert.is((Properties['InstanceStatus'] as { Status: string }).Status, 'ok');
    assert.is((Properties['SystemStatus'] as { Status: string }).Status, 'impaired');
    assert.is(permits.bytes - before, result.body.length, 'credits for all of the body');
  });
});

test('pending tasks of a cluster', async () => {
  await world(async ({ list, read }) => {
    const [{ identifier }] = (await list(CLUSTER)) as [ListedResource];
    const result = await read(CLUSTER, identifier);
    assert.is(result.state, 'present');
    if (result.state !== 'present') return;
    const [arn, ...more] = parse(result.body).Properties['pendingTaskArns'] as string[];
    assert.match(arn!, /:task\/.*\/pending$/);
    assert.equal(more, []);
  });
});

test('what is not there is asked for nothing more', async () => {
  await world(async ({ sim, read }) => {
    assert.is((await read(INSTANCE, 'i-00000000000000000')).state, 'absent');
    assert.not(Object.keys(sim.aws.counters.all()).some((name) => /InstanceStatus/.test(name)));
  });
});

test('facts that are denied are left out, said once; what fails otherwise fails the read', async () => {
  await world(async ({ sim, list, read, warnings, permits }) => {
    const listed = await list(INSTANCE);
    sim.faults.add({
      match: { service: 'ec2', operation: 'DescribeInstanceStatus' },
      effect: { type: 'accessDenied' },
    });
    for (const { identifier } of listed.slice(0, 2)) {
      const result = await read(INSTANCE, identifier);
      assert.is(result.state, 'present');
      if (result.state === 'present') {
        assert.not(Object.hasOwn(parse(result.body).Properties, 'InstanceStatus'));
      }
    }
    assert.is(warnings.length, 1);
    assert.match(warnings[0]!, /GetInstanceStatusAction: DescribeInstanceStatus was denied/);
    sim.faults.clear();
    sim.faults.add({
      match: { service: 'ec2', operation: 'DescribeInstanceStatus' },
      effect: { type: 'error', status: 500, code: 'InternalError' },
    });
    const before = permits.observations;
    const error: unknown = await read(INSTANCE, listed[2]!.identifier).catch((e: unknown) => e);
    assert.instance(error, AwsError);
    assert.is(permits.observations, before, 'its credits go back');
  });
});

test('parents and tags of an account', async () => {
  await world(async ({ list, accountId }) => {
    const listed = await list(ACCOUNT);
    const own = listed.find(({ identifier }) => identifier === accountId);
    const { Id, Parents, Tags } = JSON.parse(own!.body!) as {
      Id: string;
      Parents: readonly { Id: string; Type: string }[];
      Tags: readonly { Key: string; Value: string }[];
    };
    assert.is(Id, accountId);
    assert.is(Parents.length, 1);
    assert.is(Parents[0]!.Type, /^r-/.test(Parents[0]!.Id) ? 'ROOT' : 'ORGANIZATIONAL_UNIT');
    assert.ok(Array.isArray(Tags));
  });
});

test('facts stand before the properties, whose text is kept', () => {
  const body = '{"Identifier":"a\\"b","Properties":{"Big":12345678901234567890,"A":1},"Type":"T"}';
  assert.is(
    withFacts(body, { A: 2, Status: { X: 'y' } }),
    '{"Identifier":"a\\"b","Properties":{"A":2,"Status":{"X":"y"},"Big":12345678901234567890,"A":1},"Type":"T"}',
  );
  assert.is(
    withFacts('{"Identifier":"a","Properties":{}}', { A: 1 }),
    '{"Identifier":"a","Properties":{"A":1}}',
  );
  assert.is(withFacts(body, {}), body);
});

test.run();

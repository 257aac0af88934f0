import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { KindConfig } from '../../../src/config/pipeline.js';
import { AwsError } from '../../../src/errors/aws-error.js';
import { startSim } from '../../../src/sim/sim.js';
import type { Sim, SimOptions } from '../../../src/sim/sim.js';
import { AccountDirectory } from '../../../src/sources/account-directory.js';
import type { ListedResource, ResourceSource } from '../../../src/sources/resource-source.js';
import { resourceSources } from '../../../src/sources/resource-sources.js';
import { openTestAws } from '../../aws/harness.js';
import { collect, kindConfig, pipelineOf, TestPermits } from '../harness.js';

const test = suite('sources/listing: kinds that services describe');

const GROUP = 'AWS::ResourceGroups::Group';
const KINDS = [
  'AWS::ACM::Certificate',
  'AWS::CloudFormation::Stack',
  'AWS::ELBV2::LoadBalancer',
  'AWS::ElastiCache::Cluster',
  'AWS::ImageBuilder::Image',
  GROUP,
];

interface World {
  readonly sim: Sim;
  readonly accountId: string;
  readonly regions: readonly string[];
  readonly permits: TestPermits;
  source(kind: string): ResourceSource;
  list(kind: string, region: string): Promise<ListedResource[]>;
  read(kind: string, region: string, identifier: string): ReturnType<ResourceSource['read']>;
}

/** Seven resources of each kind in each of two regions, three a page. */
async function world(options: SimOptions, use: (world: World) => Promise<void>): Promise<void> {
  const sim = await startSim({
    accounts: 1,
    regions: 2,
    kinds: KINDS,
    resourcesPerScope: 7,
    pageSize: 3,
    ...options,
  });
  const aws = await openTestAws(sim.env, { retry: { maxTransient: 1, maxThrottled: 3 } });
  const { accountId } = aws.identity;
  const group: KindConfig = { ...kindConfig(GROUP), listGroupResources: true };
  const pipeline = pipelineOf([...KINDS.filter((kind) => kind !== GROUP), group]);
  const directory = new AccountDirectory(aws, pipeline);
  directory.remember({ id: accountId, partition: 'aws' });
  const source = resourceSources(aws, directory, pipeline);
  const permits = new TestPermits();
  const scopeOf = (kind: string, region: string) => ({ kind, accountId, region });
  try {
    await use({
      sim,
      accountId,
      regions: sim.organization.regions,
      permits,
      source,
      list: async (kind, region) =>
        (await collect(source(kind).list(scopeOf(kind, region), permits.acquire))).flatMap(
          ({ page }) => page.resources,
        ),
      read: (kind, region, identifier) =>
        source(kind).read(scopeOf(kind, region), identifier, region, permits.acquire),
    });
    assert.is(permits.open, 0, 'every permit was told');
  } finally {
    await aws.close();
    await sim.close();
  }
}

test('lists every page in every region, and reads each one in the same shape', () =>
  world({}, async ({ sim, accountId, regions, list, read }) => {
    for (const kind of KINDS) {
      for (const region of regions) {
        const listed = await list(kind, region);
        const held = [...sim.organization.snapshot()].filter(
          (one) => one.kind === kind && one.region === region,
        );
        assert.equal(
          listed.map(({ identifier }) => identifier).sort(),
          held.map(({ identifier }) => identifier).sort(),
          kind,
        );
        assert.is(listed.length, 7);
        for (const { identifier, body } of listed) {
          const found = await read(kind, region, identifier);
          assert.is(found.state === 'present' && found.body, body, kind);
        }
        const seen = JSON.parse(listed[0]!.body!) as Record<string, unknown>;
        assert.is(seen['__Kind'], kind);
        assert.is(seen['__AccountId'], accountId);
        assert.is(seen['__Region'], region);
        assert.equal(seen['__ExtraContext'], { AccountId: accountId, Region: region });
      }
    }
  }));

test('gives what the services tell as the SDK reads it', () =>
  world({}, async ({ regions, list }) => {
    const [region = ''] = regions;
    const first = async (kind: string) =>
      JSON.parse((await list(kind, region))[0]!.body!) as Record<string, unknown>;
    const certificate = await first('AWS::ACM::Certificate');
    assert.is(certificate['CreatedAt'], '2024-03-01T12:00:00.000Z');
    assert.is(certificate['Type'], 'AMAZON_ISSUED');
    const stack = await first('AWS::CloudFormation::Stack');
    assert.equal(stack['Outputs'], [
      { OutputKey: 'Url', OutputValue: 'https://example.com/?a=1&b=<2>' },
    ]);
    const balancer = await first('AWS::ELBV2::LoadBalancer');
    assert.equal(balancer['State'], { Code: 'active' });
    const cluster = await first('AWS::ElastiCache::Cluster');
    assert.is((cluster['CacheNodes'] as { CacheNodeId: string }[])[0]!.CacheNodeId, '0001');
    assert.is((await first('AWS::ImageBuilder::Image'))['State'], 'available');
    const group = await first(GROUP);
    assert.match(String(group['GroupArn']), /:group\/group-/);
    const [held] = group['__Resources'] as { ResourceArn: string; ResourceType: string }[];
    assert.is(held?.ResourceType, 'AWS::SQS::Queue');
  }));

test('what is gone reads as absent', () =>
  world({}, async ({ regions, list, read }) => {
    const [region = '', other = ''] = regions;
    for (const kind of KINDS) {
      const [listed] = await list(kind, region);
      const elsewhere = await read(kind, other, listed!.identifier);
      assert.is(elsewhere.state, 'absent', kind);
    }
  }));

test('a region that is denied, throttled or cut fails alone, and proves nothing', () =>
  world({}, async ({ sim, regions, list, read }) => {
    const [region = '', other = ''] = regions;
    for (const type of ['accessDenied', 'cut', 'throttle'] as const) {
      const effect = { type };
      sim.faults.add({ match: { region }, effect });
      for (const kind of KINDS) {
        const failed = await list(kind, region).catch((error: unknown) => error);
        assert.instance(failed, AwsError, `${kind} ${type}`);
        const unread = await read(kind, region, 'x').catch((error: unknown) => error);
        assert.instance(unread, AwsError, `${kind} ${type}`);
        assert.is((await list(kind, other)).length, 7);
      }
      sim.faults.clear();
    }
  }));

test('a listing whose token is refused is not whole', () =>
  world({}, async ({ sim, regions, list }) => {
    const [region = ''] = regions;
    for (const kind of KINDS) {
      sim.faults.add({ match: { kind, page: 2 }, effect: { type: 'poisonToken' } });
      const failed = await list(kind, region).catch((error: unknown) => error);
      assert.instance(failed, AwsError, kind);
    }
  }));

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { AwsError } from '../../../src/errors/aws-error.js';
import { startSim, type Sim } from '../../../src/sim/sim.js';
import { AccountDirectory } from '../../../src/sources/account-directory.js';
import { regionInProperties } from '../../../src/sources/listing/bucket-regions.js';
import type { ListedResource, ResourceSource } from '../../../src/sources/resource-source.js';
import { resourceSources } from '../../../src/sources/resource-sources.js';
import { S3_BUCKET } from '../../../src/sources/special-kinds.js';
import { openTestAws, type OpenedAws } from '../../aws/harness.js';
import { collect, pipelineOf, TestPermits } from '../harness.js';

const test = suite('sources/listing/s3-bucket');

interface World {
  readonly sim: Sim;
  readonly aws: OpenedAws;
  readonly source: ResourceSource;
  readonly permits: TestPermits;
  readonly scope: { readonly kind: string; readonly accountId: string; readonly region: string };
  list(): Promise<ListedResource[]>;
  /** The buckets as AWS holds them: name to region. */
  held(): Map<string, string>;
}

async function world(partial: boolean, use: (world: World) => Promise<void>): Promise<void> {
  const sim = await startSim({
    accounts: 1,
    regions: 3,
    kinds: [S3_BUCKET],
    resourcesPerScope: 4,
    pageSize: 5,
    partialKinds: partial ? [S3_BUCKET] : [],
  });
  const aws = await openTestAws(sim.env, { retry: { maxTransient: 1 } });
  const accountId = aws.identity.accountId;
  const directory = new AccountDirectory(aws, pipelineOf([S3_BUCKET]));
  directory.remember({ id: accountId, partition: 'aws' });
  const source = resourceSources(aws, directory, pipelineOf([]))(S3_BUCKET);
  const permits = new TestPermits();
  const scope = { kind: S3_BUCKET, accountId, region: 'global' };
  const list = async (): Promise<ListedResource[]> =>
    (await collect(source.list(scope, permits.acquire))).flatMap(({ page }) => page.resources);
  const held = (): Map<string, string> =>
    new Map([...sim.organization.snapshot()].map(({ identifier, region }) => [identifier, region]));
  try {
    await use({ sim, aws, source, permits, scope, list, held });
    assert.is(permits.open, 0, 'every permit was told');
  } finally {
    await aws.close();
    await sim.close();
  }
}

const regionsOf = (resources: readonly ListedResource[]): Map<string, string | undefined> =>
  new Map(resources.map(({ identifier, region }) => [identifier, region]));

test('takes the region from the properties where they tell it', () =>
  world(false, async ({ list, held, aws, permits }) => {
    const listed = await list();
    assert.equal(regionsOf(listed), held());
    assert.ok(new Set(held().values()).size > 1, 'buckets of several regions');
    assert.ok(listed.every(({ body }) => body === undefined));
    assert.is(aws.metered.calls.get('ListBuckets'), undefined);
    assert.is(permits.observations, listed.length);
  }));

test('else by one ListBuckets a listing', () =>
  world(true, async ({ list, held, aws }) => {
    assert.equal(regionsOf(await list()), held());
    assert.is(aws.metered.calls.get('ListBuckets'), 1);
    assert.is(aws.metered.calls.get('GetResource'), undefined);
  }));

for (const [name, effect] of [
  ['denied', { type: 'accessDenied' }],
  ['not understood', { type: 'error', status: 404, code: 'NotImplemented' }],
  ['malformed', { type: 'malformed' }],
] as const) {
  test(`else, with ListBuckets ${name}, by asking region by region, the likely one first next time`, () =>
    world(true, async ({ sim, list, held, aws, permits }) => {
      sim.faults.add({ match: { service: 's3' }, effect });
      assert.equal(regionsOf(await list()), held());
      const first = aws.metered.calls.get('GetResource') ?? 0;
      assert.ok(first >= held().size);
      assert.equal(regionsOf(await list()), held());
      assert.is((aws.metered.calls.get('GetResource') ?? 0) - first, held().size);
      assert.is(permits.observations, 2 * held().size, 'a look for the region is no observation');
    }));
}

test('a region that denies fails no listing', () =>
  world(true, async ({ sim, list, held }) => {
    sim.faults.add({ match: { service: 's3' }, effect: { type: 'accessDenied' } });
    sim.faults.add({
      match: { operation: 'GetResource', region: 'eu-west-1' },
      effect: { type: 'accessDenied' },
    });
    const listed = regionsOf(await list());
    assert.is(listed.size, held().size);
    for (const [name, region] of held())
      if (region !== 'eu-west-1') assert.is(listed.get(name), region);
  }));

test('reads a bucket in its own region', () =>
  world(false, async ({ source, scope, held, permits }) => {
    for (const [name, region] of held()) {
      const read = await source.read(scope, name, region, permits.acquire);
      assert.is(read.state, 'present');
      if (read.state !== 'present') continue;
      assert.is(read.region, region);
      assert.is((JSON.parse(read.body) as Record<string, unknown>)['__Region'], region);
    }
    assert.is(permits.observations, held().size);
  }));

test('finds a bucket that is not where it was thought to be, with and without ListBuckets', () =>
  world(false, async ({ sim, source, scope, held, permits }) => {
    const [name, region] = [...held()].find(([, at]) => at === 'eu-west-1') as [string, string];
    for (const asked of ['us-east-1', 'global']) {
      const read = await source.read(scope, name, asked, permits.acquire);
      assert.is(read.state === 'present' && read.region, region);
    }
    sim.faults.add({ match: { service: 's3' }, effect: { type: 'accessDenied' } });
    for (const asked of ['us-east-1', 'global']) {
      const read = await source.read(scope, name, asked, permits.acquire);
      assert.is(read.state === 'present' && read.region, region);
    }
    assert.is(permits.observations, 4);
  }));

test('a bucket is absent where no region has it, and only then', () =>
  world(false, async ({ sim, source, scope, permits }) => {
    for (const asked of ['us-east-1', 'eu-west-1', 'global']) {
      const read = await source.read(scope, 'no-such-bucket', asked, permits.acquire);
      assert.is(read.state, 'absent');
      assert.ok(read.startedAt > 0);
    }
    sim.faults.add({ match: { service: 's3' }, effect: { type: 'accessDenied' } });
    assert.is(
      (await source.read(scope, 'no-such-bucket', 'us-east-1', permits.acquire)).state,
      'absent',
    );
    assert.is(permits.observations, 4);
    sim.faults.add({
      match: { operation: 'GetResource', region: 'us-west-2' },
      effect: { type: 'accessDenied' },
    });
    await source.read(scope, 'no-such-bucket', 'us-east-1', permits.acquire).then(
      () => assert.unreachable('one region could not be asked'),
      (error: AwsError) => assert.is(error.errorClass, 'denied'),
    );
    assert.is(permits.observations, 4);
  }));

test('reads the region out of the domain names of buckets', () => {
  const domain = (name: string): string => `{"Properties":{"RegionalDomainName":"${name}"}}`;
  assert.is(regionInProperties(domain('b.s3.eu-west-1.amazonaws.com')), 'eu-west-1');
  assert.is(
    regionInProperties(domain('a.s3.us-east-1.amazonaws.com.s3.eu-west-1.amazonaws.com')),
    'eu-west-1',
  );
  assert.is(regionInProperties(domain('b.s3-us-west-2.amazonaws.com')), 'us-west-2');
  assert.is(regionInProperties(domain('b.s3.us-gov-west-1.amazonaws.com')), 'us-gov-west-1');
  assert.is(regionInProperties(domain('b.s3.cn-north-1.amazonaws.com.cn')), 'cn-north-1');
  assert.is(
    regionInProperties('{"DualStackDomainName":"b.s3.dualstack.eu-west-1.amazonaws.com"}'),
    'eu-west-1',
  );
  assert.is(regionInProperties('{"DomainName":"b.s3.amazonaws.com"}'), undefined);
  assert.is(regionInProperties(undefined), undefined);
});

test.run();

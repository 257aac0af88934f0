import { AccountClient, ListRegionsCommand } from '@aws-sdk/client-account';
import {
  CloudControlClient,
  GetResourceCommand,
  ListResourcesCommand,
} from '@aws-sdk/client-cloudcontrol';
import {
  OrganizationsClient,
  paginateListAccounts,
  ListRootsCommand,
  ListOrganizationalUnitsForParentCommand,
  ListAccountsForParentCommand,
  ListParentsCommand,
  DescribeOrganizationCommand,
  DescribeAccountCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-organizations';
import { GetBucketLocationCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startSim, type Sim, type SimOptions } from '../../src/sim/sim.js';

const test = suite('sim/aws');

/** Runs against a simulation of its own, so that no test sees another's mutations. */
async function withSim(options: SimOptions, run: (sim: Sim) => Promise<void>): Promise<void> {
  const sim = await startSim({
    accounts: 3,
    regions: ['us-east-1', 'eu-west-1'],
    resourcesPerScope: 5,
    ...options,
  });
  try {
    await run(sim);
  } finally {
    await sim.close();
  }
}

interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

function config(sim: Sim, region = 'us-east-1', credentials?: Keys) {
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } =
    sim.env;
  return {
    endpoint: sim.awsUrl,
    region,
    maxAttempts: 1,
    credentials: credentials ?? { accessKeyId, secretAccessKey },
  };
}

async function assume(
  sim: Sim,
  accountId: string,
  extra: { ExternalId?: string; role?: string } = {},
): Promise<Keys> {
  const { role = 'SluiceReadOnly', ...rest } = extra;
  const RoleArn = `arn:aws:iam::${accountId}:role/${role}`;
  const { Credentials } = await new STSClient(config(sim)).send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: 'sluice', ...rest }),
  );
  return {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
}

/** The name and status of the error that a call ends with. */
async function failure(
  call: Promise<unknown>,
): Promise<{ name: string; status: number | undefined; message: string }> {
  try {
    await call;
  } catch (error) {
    const { name, message, $metadata } = error as Error & {
      $metadata?: { httpStatusCode?: number };
    };
    return { name, message, status: $metadata?.httpStatusCode };
  }
  throw new Error('the call should have failed');
}

async function listAll(client: CloudControlClient, TypeName: string, more: object = {}) {
  const resources: { Identifier?: string | undefined; Properties?: string | undefined }[] = [];
  let pages = 0;
  let NextToken: string | undefined;
  do {
    const page = await client.send(
      new ListResourcesCommand({
        TypeName,
        ...more,
        ...(NextToken !== undefined && { NextToken }),
      }),
    );
    resources.push(...(page.ResourceDescriptions ?? []));
    NextToken = page.NextToken;
    pages++;
  } while (NextToken !== undefined);
  return { resources, pages };
}

test('STS tells who calls, and lends a role of another account', () =>
  withSim({}, async (sim) => {
    const other = sim.organization.accounts[1]?.id ?? '';
    const me = await new STSClient(config(sim)).send(new GetCallerIdentityCommand({}));
    assert.is(me.Account, sim.organization.managementAccountId);
    const keys = await assume(sim, other);
    const assumed = await new STSClient(config(sim, 'us-east-1', keys)).send(
      new GetCallerIdentityCommand({}),
    );
    assert.is(assumed.Account, other);
    assert.is(assumed.Arn, `arn:aws:sts::${other}:assumed-role/SluiceReadOnly/sluice`);
  }));

test('STS denies what is not there, not trusted or not well formed', () =>
  withSim({ externalId: 'é secret & more' }, async (sim) => {
    const [, first, second] = sim.organization.accounts.map((account) => account.id) as [
      string,
      string,
      string,
    ];
    assert.is((await failure(assume(sim, first))).name, 'AccessDenied');
    assert.is((await failure(assume(sim, first, { ExternalId: 'wrong' }))).status, 403);
    await assume(sim, first, { ExternalId: 'é secret & more' });
    assert.is(
      (await failure(assume(sim, '999999999999', { ExternalId: 'é secret & more' }))).name,
      'AccessDenied',
    );
    assert.is(
      (await failure(assume(sim, first, { role: 'Nobody', ExternalId: 'é secret & more' }))).name,
      'AccessDenied',
    );
    assert.is((await failure(assume(sim, '1'))).name, 'ValidationError');
    sim.organization.setStatus(second, 'SUSPENDED');
    assert.is(
      (await failure(assume(sim, second, { ExternalId: 'é secret & more' }))).name,
      'AccessDenied',
    );
  }));

test('credentials expire, and unknown ones are refused, as each protocol spells it', () =>
  withSim({}, async (sim) => {
    const keys = await assume(sim, sim.organization.accounts[1]?.id ?? '');
    sim.aws.credentials.expireAll();
    const list = (credentials: Keys) =>
      new CloudControlClient(config(sim, 'us-east-1', credentials)).send(
        new ListResourcesCommand({ TypeName: 'AWS::EC2::Instance' }),
      );
    const ask = (credentials: Keys) =>
      new STSClient(config(sim, 'us-east-1', credentials)).send(new GetCallerIdentityCommand({}));
    assert.is((await failure(list(keys))).name, 'ExpiredTokenException');
    assert.is((await failure(ask(keys))).name, 'ExpiredToken');
    assert.is(
      (await failure(list({ ...keys, sessionToken: 'other' }))).name,
      'UnrecognizedClientException',
    );
    assert.is(
      (await failure(ask({ accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' }))).name,
      'InvalidClientTokenId',
    );
    const bare = await fetch(sim.awsUrl, {
      method: 'POST',
      headers: { 'x-amz-target': 'CloudApiService.ListResources' },
      body: '{}',
    });
    assert.is(bare.status, 403);
    assert.match(await bare.text(), 'MissingAuthenticationTokenException');
  }));

test('short-lived credentials say when they end', () =>
  withSim({ credentialLifetimeMs: 5000 }, async (sim) => {
    const RoleArn = `arn:aws:iam::${sim.organization.managementAccountId}:role/OrgReader`;
    const { Credentials } = await new STSClient(config(sim)).send(
      new AssumeRoleCommand({ RoleArn, RoleSessionName: 'sluice' }),
    );
    const left = (Credentials?.Expiration?.getTime() ?? 0) - Date.now();
    assert.ok(left > 0 && left <= 5000);
  }));

test('Organizations lists accounts in pages, and the tree of units', () =>
  withSim({ accounts: 7, organizationsPageSize: 3 }, async (sim) => {
    const client = new OrganizationsClient(config(sim));
    const ids: string[] = [];
    let pages = 0;
    for await (const page of paginateListAccounts({ client }, {})) {
      pages++;
      for (const account of page.Accounts ?? []) {
        ids.push(account.Id ?? '');
        assert.is(account.Status, 'ACTIVE');
        assert.instance(account.JoinedTimestamp, Date);
      }
    }
    assert.is(pages, 3);
    assert.equal(
      ids,
      sim.organization.accounts.map((account) => account.id),
    );
    const { Roots } = await client.send(new ListRootsCommand({}));
    assert.is(Roots?.[0]?.Id, sim.organization.rootId);
    const found: string[] = [];
    const walk = async (ParentId: string): Promise<void> => {
      const { Accounts } = await client.send(new ListAccountsForParentCommand({ ParentId }));
      found.push(...(Accounts ?? []).map((account) => account.Id ?? ''));
      const { OrganizationalUnits } = await client.send(
        new ListOrganizationalUnitsForParentCommand({ ParentId }),
      );
      for (const unit of OrganizationalUnits ?? []) await walk(unit.Id ?? '');
    };
    await walk(sim.organization.rootId);
    assert.equal(found.sort(), [...ids].sort());
    const member = sim.organization.accounts[1];
    const { Parents } = await client.send(new ListParentsCommand({ ChildId: member?.id ?? '' }));
    assert.equal(Parents, [{ Id: member?.parentId, Type: 'ORGANIZATIONAL_UNIT' }]);
    assert.is(
      (await client.send(new DescribeOrganizationCommand({}))).Organization?.MasterAccountId,
      sim.organization.managementAccountId,
    );
    assert.is(
      (await client.send(new DescribeAccountCommand({ AccountId: member?.id ?? '' }))).Account
        ?.Name,
      member?.name,
    );
    assert.equal(
      (await client.send(new ListTagsForResourceCommand({ ResourceId: member?.id ?? '' }))).Tags,
      [{ Key: 'stage', Value: 'dev' }],
    );
  }));

test('Organizations answers members with a denial, and can be not in use', () =>
  withSim({}, async (sim) => {
    const keys = await assume(sim, sim.organization.accounts[1]?.id ?? '');
    const call = (credentials?: Keys) =>
      new OrganizationsClient(config(sim, 'us-east-1', credentials)).send(new ListRootsCommand({}));
    assert.is((await failure(call(keys))).name, 'AccessDeniedException');
    sim.aws.settings.inUse = false;
    assert.is((await failure(call())).name, 'AWSOrganizationsNotInUseException');
  }));

test('Account lists regions in pages, by status', () =>
  withSim({ regionsPageSize: 2, regions: 3 }, async (sim) => {
    const client = new AccountClient(config(sim));
    const names: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = await client.send(
        new ListRegionsCommand({
          RegionOptStatusContains: ['ENABLED', 'ENABLED_BY_DEFAULT'],
          ...(NextToken !== undefined && { NextToken }),
        }),
      );
      assert.ok((page.Regions?.length ?? 0) <= 2);
      names.push(...(page.Regions ?? []).map((region) => region.RegionName ?? ''));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    assert.equal(names.sort(), [...sim.organization.regions].sort());
    sim.aws.settings.regionsPageSize = 50;
    sim.organization.disableRegion(sim.organization.managementAccountId, 'eu-west-1');
    const { Regions } = await client.send(
      new ListRegionsCommand({ RegionOptStatusContains: ['DISABLED'], MaxResults: 50 }),
    );
    assert.ok(Regions?.some((region) => region.RegionName === 'eu-west-1'));
  }));

test('Cloud Control lists and reads exactly what the organization holds', () =>
  withSim({ pageSize: 2, bigEvery: 3 }, async (sim) => {
    const expected = new Map(
      [...sim.organization.snapshot()].map((held) => [
        `${held.kind}|${held.accountId}|${held.region}|${held.identifier}`,
        held.json,
      ]),
    );
    const seen = new Map<string, string>();
    for (const account of sim.organization.accounts) {
      const keys = await assume(sim, account.id);
      for (const kind of [
        'AWS::EC2::Instance',
        'AWS::DynamoDB::Table',
        'AWS::ECS::Service',
        'AWS::CloudWatch::Alarm',
        'AWS::SQS::Queue',
      ]) {
        for (const region of sim.organization.regions) {
          const client = new CloudControlClient(config(sim, region, keys));
          const { resources, pages } = await listAll(client, kind);
          assert.is(pages, 3);
          for (const { Identifier = '', Properties = '' } of resources)
            seen.set(`${kind}|${account.id}|${region}|${Identifier}`, Properties);
          const first = resources[0]?.Identifier ?? '';
          const { ResourceDescription } = await client.send(
            new GetResourceCommand({ TypeName: kind, Identifier: first }),
          );
          assert.is(ResourceDescription?.Identifier, first);
          assert.is(ResourceDescription?.Properties, resources[0]?.Properties);
        }
      }
    }
    assert.is(seen.size, 3 * 5 * 2 * 5);
    for (const [key, properties] of seen) assert.is(properties, expected.get(key), key);
    assert.ok([...seen.values()].some((properties) => properties.length >= 60_000));
  }));

test('global kinds and buckets answer alike from every region; a bucket is read in its own', () =>
  withSim({}, async (sim) => {
    const [a, b] = ['us-east-1', 'eu-west-1'].map(
      (region) => new CloudControlClient(config(sim, region)),
    ) as [CloudControlClient, CloudControlClient];
    assert.equal(await listAll(a, 'AWS::IAM::Role'), await listAll(b, 'AWS::IAM::Role'));
    const buckets = await listAll(a, 'AWS::S3::Bucket');
    assert.equal(buckets, await listAll(b, 'AWS::S3::Bucket'));
    assert.is(buckets.resources.length, 10);
    const regions = new Map(
      [...sim.organization.snapshot()]
        .filter((held) => held.kind === 'AWS::S3::Bucket')
        .map((held) => [held.identifier, held.region]),
    );
    for (const { Identifier = '' } of buckets.resources) {
      const [own, other] = regions.get(Identifier) === 'us-east-1' ? [a, b] : [b, a];
      await own.send(new GetResourceCommand({ TypeName: 'AWS::S3::Bucket', Identifier }));
      const refused = await failure(
        other.send(new GetResourceCommand({ TypeName: 'AWS::S3::Bucket', Identifier })),
      );
      assert.is(refused.name, 'GeneralServiceException');
    }
  }));

test('S3 lists buckets with their regions, in pages', () =>
  withSim({}, async (sim) => {
    const client = new S3Client(config(sim));
    const found: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await client.send(
        new ListBucketsCommand({
          MaxBuckets: 3,
          ...(ContinuationToken !== undefined && { ContinuationToken }),
        }),
      );
      found.push(
        ...(page.Buckets ?? []).map(
          (bucket) => `${bucket.Name ?? ''}@${bucket.BucketRegion ?? ''}`,
        ),
      );
      ContinuationToken = page.ContinuationToken;
    } while (ContinuationToken !== undefined);
    const own = [...sim.organization.snapshot()].filter(
      (held) =>
        held.kind === 'AWS::S3::Bucket' && held.accountId === sim.organization.managementAccountId,
    );
    assert.equal(found.sort(), own.map((held) => `${held.identifier}@${held.region}`).sort());
    const abroad = own.find((held) => held.region === 'eu-west-1');
    assert.is(
      (await client.send(new GetBucketLocationCommand({ Bucket: abroad?.identifier ?? '' })))
        .LocationConstraint,
      'eu-west-1',
    );
    assert.is(
      (await failure(client.send(new GetBucketLocationCommand({ Bucket: 'nobody-has-this' }))))
        .name,
      'NoSuchBucket',
    );
    const filtered = await client.send(new ListBucketsCommand({ BucketRegion: 'eu-west-1' }));
    assert.ok(filtered.Buckets?.every((bucket) => bucket.BucketRegion === 'eu-west-1'));
  }));

test('Cloud Control spells its refusals as AWS does', () =>
  withSim(
    {
      unreadableKinds: ['AWS::SNS::Topic'],
      notOffered: [{ kind: 'AWS::SQS::Queue', region: 'eu-west-1' }],
    },
    async (sim) => {
      const client = (region: string) => new CloudControlClient(config(sim, region));
      const list = (TypeName: string, more: object = {}, region = 'us-east-1') =>
        failure(client(region).send(new ListResourcesCommand({ TypeName, ...more })));
      const read = (TypeName: string, Identifier: string) =>
        failure(client('us-east-1').send(new GetResourceCommand({ TypeName, Identifier })));
      const named = ({ name, status }: { name: string; status: number | undefined }) =>
        `${name} ${status ?? ''}`;
      assert.is(named(await list('AWS::Nothing::Here')), 'TypeNotFoundException 404');
      assert.is(named(await list('nonsense')), 'ValidationException 400');
      assert.is(named(await list('AWS::SQS::Queue', {}, 'eu-west-1')), 'TypeNotFoundException 404');
      assert.is(
        named(await list('AWS::SQS::Queue', { NextToken: 'abc' })),
        'InvalidRequestException 400',
      );
      assert.is(named(await list('AWS::ApiGateway::Resource')), 'InvalidRequestException 400');
      assert.is(
        named(await list('AWS::EC2::Instance', {}, 'ap-south-1')),
        'UnrecognizedClientException 403',
      );
      assert.is(named(await read('AWS::SNS::Topic', 'x')), 'UnsupportedActionException 405');
      assert.is(
        named(await read('AWS::EC2::Instance', 'i-0000000000000000')),
        'ResourceNotFoundException 404',
      );
    },
  ));

test('a token leads nowhere in another account, region or kind', () =>
  withSim({ pageSize: 2 }, async (sim) => {
    const client = new CloudControlClient(config(sim));
    const { NextToken } = await client.send(
      new ListResourcesCommand({ TypeName: 'AWS::EC2::Instance' }),
    );
    assert.type(NextToken, 'string');
    const go = (region: string, TypeName: string, keys?: Keys) =>
      failure(
        new CloudControlClient(config(sim, region, keys)).send(
          new ListResourcesCommand({ TypeName, NextToken }),
        ),
      );
    assert.is((await go('eu-west-1', 'AWS::EC2::Instance')).name, 'InvalidRequestException');
    assert.is((await go('us-east-1', 'AWS::EC2::Volume')).name, 'InvalidRequestException');
    const keys = await assume(sim, sim.organization.accounts[1]?.id ?? '');
    assert.is((await go('us-east-1', 'AWS::EC2::Instance', keys)).name, 'InvalidRequestException');
  }));

test('children are listed a parent at a time, and go with it', () =>
  withSim({ resourcesPerScope: 12, pageSize: 3 }, async (sim) => {
    const client = new CloudControlClient(config(sim));
    const parents = (await listAll(client, 'AWS::ApiGateway::RestApi')).resources.map(
      (parent) => parent.Identifier ?? '',
    );
    const childrenOf = async (RestApiId: string) => {
      const ResourceModel = JSON.stringify({ RestApiId });
      const { resources } = await listAll(client, 'AWS::ApiGateway::Resource', { ResourceModel });
      return resources.length;
    };
    const children = (of: readonly string[]) => Promise.all(of.map(childrenOf));
    assert.equal(await children(parents), [4, 4, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    sim.organization.delete({
      kind: 'AWS::ApiGateway::RestApi',
      accountId: sim.organization.managementAccountId,
      region: 'us-east-1',
      identifier: parents[1] ?? '',
    });
    const [first = '', gone = '', third = ''] = parents;
    assert.equal(await children([first, third]), [4, 4]);
    assert.is((await failure(childrenOf(gone))).name, 'ResourceNotFoundException');
  }));

test('empty pages may carry a token, and partial listings hold less than reads', () =>
  withSim({ pageSize: 2, emptyPageEvery: 2, partialKinds: ['AWS::EC2::Volume'] }, async (sim) => {
    const client = new CloudControlClient(config(sim));
    const { resources, pages } = await listAll(client, 'AWS::EC2::Volume');
    assert.is(resources.length, 5);
    assert.is(pages, 5);
    const [first] = resources;
    assert.equal(Object.keys(JSON.parse(first?.Properties ?? '') as object), ['VolumeId']);
    const { ResourceDescription } = await client.send(
      new GetResourceCommand({ TypeName: 'AWS::EC2::Volume', Identifier: first?.Identifier ?? '' }),
    );
    assert.ok(Object.keys(JSON.parse(ResourceDescription?.Properties ?? '') as object).length > 5);
  }));

test('quotas throttle one account and region alone', () =>
  withSim({ quotas: { list: { rate: 0.001, burst: 2 } } }, async (sim) => {
    const list = (region: string) =>
      new CloudControlClient(config(sim, region)).send(
        new ListResourcesCommand({ TypeName: 'AWS::EC2::Instance' }),
      );
    await list('us-east-1');
    await list('us-east-1');
    assert.equal(
      [(await failure(list('us-east-1'))).name, (await failure(list('us-east-1'))).status],
      ['ThrottlingException', 429],
    );
    await list('eu-west-1');
    assert.is(sim.aws.counters.get('error.ThrottlingException'), 2);
  }));

test.run();

import { AccountClient, ListRegionsCommand } from '@aws-sdk/client-account';
import {
  CloudControlClient,
  GetResourceCommand,
  ListResourcesCommand,
} from '@aws-sdk/client-cloudcontrol';
import { ListAccountsCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FaultBook, type Fault } from '../../src/sim/faults.js';
import { startSim, type Sim } from '../../src/sim/sim.js';

const test = suite('sim/faults');

async function withSim(run: (sim: Sim) => Promise<void>): Promise<void> {
  const sim = await startSim({
    accounts: 2,
    regions: ['us-east-1', 'eu-west-1'],
    resourcesPerScope: 5,
    pageSize: 2,
  });
  try {
    await run(sim);
  } finally {
    await sim.close();
  }
}

function config(sim: Sim, region = 'us-east-1') {
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } =
    sim.env;
  return {
    endpoint: sim.awsUrl,
    region,
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey },
  };
}

/** `ok`, or the name of the error. */
async function outcome(call: Promise<unknown>): Promise<string> {
  return await call.then(
    () => 'ok',
    (error: Error & { code?: string }) => error.code ?? error.name,
  );
}

const list = (
  sim: Sim,
  TypeName = 'AWS::EC2::Instance',
  region = 'us-east-1',
  NextToken?: string,
) =>
  new CloudControlClient(config(sim, region)).send(
    new ListResourcesCommand({ TypeName, ...(NextToken !== undefined && { NextToken }) }),
  );

test('a fault touches the calls that it matches, as often as it says', () => {
  const book = new FaultBook();
  const call = {
    service: 'cloudcontrol',
    operation: 'ListResources',
    accountId: '1',
    region: 'eu-west-1',
    kind: 'AWS::EC2::Instance',
    page: 2,
  };
  const touches = (fault: Fault, times = 4) => {
    book.clear();
    book.add(fault);
    return Array.from({ length: times }, () => book.take(call).length);
  };
  const effect = { type: 'throttle' } as const;
  assert.equal(touches({ match: {}, effect }), [1, 1, 1, 1]);
  assert.equal(
    touches({ match: { kind: 'AWS::EC2::*', page: 2 }, effect, times: 2, after: 1 }),
    [0, 1, 1, 0],
  );
  assert.equal(touches({ match: { page: 1 }, effect }), [0, 0, 0, 0]);
  assert.equal(touches({ match: { kind: 'AWS::EC2::Inst' }, effect }), [0, 0, 0, 0]);
  assert.equal(touches({ match: { identifier: '*' }, effect }), [0, 0, 0, 0]);
  const id = book.add({ match: {}, effect });
  book.remove(id);
  assert.is(book.take(call).length, 0);
});

test('each service denies and throttles in its own words', () =>
  withSim(async (sim) => {
    const RoleArn = `arn:aws:iam::${sim.organization.accounts[1]?.id ?? ''}:role/SluiceReadOnly`;
    const calls: Record<string, () => Promise<unknown>> = {
      sts: () =>
        new STSClient(config(sim)).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'x1' })),
      organizations: () => new OrganizationsClient(config(sim)).send(new ListAccountsCommand({})),
      account: () => new AccountClient(config(sim)).send(new ListRegionsCommand({})),
      cloudcontrol: () => list(sim),
      s3: () => new S3Client(config(sim)).send(new ListBucketsCommand({})),
    };
    const expected: Record<string, [string, string]> = {
      sts: ['AccessDenied', 'Throttling'],
      organizations: ['AccessDeniedException', 'TooManyRequestsException'],
      account: ['AccessDeniedException', 'TooManyRequestsException'],
      cloudcontrol: ['AccessDeniedException', 'ThrottlingException'],
      s3: ['AccessDenied', 'SlowDown'],
    };
    for (const [service, call] of Object.entries(calls)) {
      sim.faults.add({ match: { service }, effect: { type: 'accessDenied' }, times: 1 });
      sim.faults.add({ match: { service }, effect: { type: 'throttle' }, times: 1, after: 1 });
      assert.equal(
        [await outcome(call()), await outcome(call()), await outcome(call())],
        [...(expected[service] ?? []), 'ok'],
        service,
      );
    }
  }));

test('a denied role denies one account alone', () =>
  withSim(async (sim) => {
    const [first = '', second = ''] = sim.organization.accounts.map((account) => account.id);
    const assume = (id: string) =>
      outcome(
        new STSClient(config(sim)).send(
          new AssumeRoleCommand({
            RoleArn: `arn:aws:iam::${id}:role/SluiceReadOnly`,
            RoleSessionName: 'x1',
          }),
        ),
      );
    sim.faults.add({
      match: { operation: 'AssumeRole', accountId: second },
      effect: { type: 'accessDenied' },
    });
    assert.equal([await assume(first), await assume(second)], ['ok', 'AccessDenied']);
  }));

test('one region, one kind, one page fail alone', () =>
  withSim(async (sim) => {
    sim.faults.add({
      match: {
        operation: 'ListResources',
        region: 'us-east-1',
        kind: 'AWS::EC2::Instance',
        page: 2,
      },
      effect: { type: 'error', status: 502, code: 'HandlerFailureException' },
    });
    const { NextToken } = await list(sim);
    assert.is(
      await outcome(list(sim, 'AWS::EC2::Instance', 'us-east-1', NextToken)),
      'HandlerFailureException',
    );
    assert.is(await outcome(list(sim, 'AWS::EC2::Volume', 'us-east-1')), 'ok');
    const abroad = await list(sim, 'AWS::EC2::Instance', 'eu-west-1');
    assert.is(await outcome(list(sim, 'AWS::EC2::Instance', 'eu-west-1', abroad.NextToken)), 'ok');
  }));

test('a connection breaks before the answer, or in the middle of it', () =>
  withSim(async (sim) => {
    sim.faults.add({ match: { operation: 'ListResources' }, effect: { type: 'reset' }, times: 1 });
    assert.is(await outcome(list(sim)), 'ECONNRESET');
    sim.faults.add({ match: { operation: 'ListResources' }, effect: { type: 'cut' }, times: 1 });
    assert.is.not(await outcome(list(sim)), 'ok');
    sim.faults.add({
      match: { operation: 'ListResources' },
      effect: { type: 'malformed' },
      times: 1,
    });
    assert.is(await outcome(list(sim)), 'SyntaxError');
    assert.is(await outcome(list(sim)), 'ok');
  }));

test('a poisoned token cuts a listing in the middle', () =>
  withSim(async (sim) => {
    sim.faults.add({
      match: { operation: 'ListResources', page: 1 },
      effect: { type: 'poisonToken' },
      times: 1,
    });
    const { NextToken, ResourceDescriptions } = await list(sim);
    assert.is(ResourceDescriptions?.length, 2);
    assert.is(
      await outcome(list(sim, 'AWS::EC2::Instance', 'us-east-1', NextToken)),
      'InvalidRequestException',
    );
  }));

test('answers may be empty without an error', () =>
  withSim(async (sim) => {
    sim.faults.add({ match: {}, effect: { type: 'empty' } });
    const resources = await list(sim);
    assert.equal([resources.ResourceDescriptions, resources.NextToken], [[], undefined]);
    assert.equal(
      (await new OrganizationsClient(config(sim)).send(new ListAccountsCommand({}))).Accounts,
      [],
    );
    assert.equal(
      (await new AccountClient(config(sim)).send(new ListRegionsCommand({}))).Regions,
      [],
    );
  }));

test('a hidden resource is missing in listings, while a read finds it', () =>
  withSim(async (sim) => {
    const [held] = [...sim.organization.snapshot()].filter(
      (one) =>
        one.kind === 'AWS::EC2::Instance' && one.accountId === sim.organization.managementAccountId,
    );
    const identifier = held?.identifier ?? '';
    const id = sim.faults.add({
      match: { operation: 'ListResources', identifier },
      effect: { type: 'hide' },
    });
    sim.aws.settings.pageSize = 100;
    const names = async () => (await list(sim)).ResourceDescriptions?.map((one) => one.Identifier);
    assert.is((await names())?.includes(identifier), false);
    assert.is((await names())?.length, 4);
    assert.is(
      await outcome(
        new CloudControlClient(config(sim)).send(
          new GetResourceCommand({ TypeName: 'AWS::EC2::Instance', Identifier: identifier }),
        ),
      ),
      'ok',
    );
    sim.faults.remove(id);
    assert.is((await names())?.length, 5);
  }));

test('a read of one resource may fail', () =>
  withSim(async (sim) => {
    const [first, second] =
      (await list(sim)).ResourceDescriptions?.map((one) => one.Identifier ?? '') ?? [];
    const read = (Identifier = '') =>
      outcome(
        new CloudControlClient(config(sim)).send(
          new GetResourceCommand({ TypeName: 'AWS::EC2::Instance', Identifier }),
        ),
      );
    sim.faults.add({
      match: { operation: 'GetResource', identifier: first ?? '' },
      effect: { type: 'empty' },
    });
    assert.equal([await read(first), await read(second)], ['ResourceNotFoundException', 'ok']);
  }));

test('latency delays and lets pass', () =>
  withSim(async (sim) => {
    sim.faults.add({
      match: { operation: 'ListResources' },
      effect: { type: 'latency', ms: 60 },
      times: 1,
    });
    const start = performance.now();
    assert.is(await outcome(list(sim)), 'ok');
    assert.ok(performance.now() - start >= 55);
  }));

test.run();

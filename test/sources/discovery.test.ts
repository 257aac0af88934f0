import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Pipeline } from '../../src/config/pipeline.js';
import { startSim, type Sim, type SimOptions } from '../../src/sim/sim.js';
import { AccountDirectory } from '../../src/sources/account-directory.js';
import { discover } from '../../src/sources/discovery.js';
import type { Discovered, DiscoveryEvent } from '../../src/sources/discovery-event.js';
import type { Only } from '../../src/sources/only.js';
import { openTestAws, type OpenedAws } from '../aws/harness.js';
import { collect, kindConfig, pipelineOf } from './harness.js';

const test = suite('sources/discovery');

const EC2 = 'AWS::EC2::Instance';
const IAM = 'AWS::IAM::Role';
const S3 = 'AWS::S3::Bucket';
const ACCOUNT = 'AWS::Organizations::Account';

const ORGANIZATION: Pipeline['aws']['organization'] = {
  memberRoleName: 'SluiceReadOnly',
  units: { include: [], exclude: [] },
};

interface World {
  readonly sim: Sim;
  readonly aws: OpenedAws;
  readonly ids: string[];
  events(pipeline: Pipeline, only?: Only): Promise<DiscoveryEvent[]>;
}

async function world(options: SimOptions, use: (world: World) => Promise<void>): Promise<void> {
  const sim = await startSim({ accounts: 3, regions: 2, kinds: [EC2, IAM, S3], ...options });
  const aws = await openTestAws(sim.env, { retry: { maxThrottled: 2, maxTransient: 2 } });
  const events: World['events'] = (pipeline, only) =>
    collect(
      discover({
        aws,
        pipeline,
        directory: new AccountDirectory(aws, pipeline),
        ...(only === undefined ? {} : { only }),
      }),
    );
  try {
    await use({ sim, aws, ids: sim.organization.accounts.map(({ id }) => id), events });
  } finally {
    await aws.close();
    await sim.close();
  }
}

/** The scopes as `kind account region`, sorted; ended ones with their code. */
function shown(events: readonly DiscoveryEvent[], ids: readonly string[]): string[] {
  const place = ({
    kind,
    accountId,
    region,
  }: {
    kind: string;
    accountId: string;
    region: string;
  }): string => `${kind.split('::')[1]} ${ids.indexOf(accountId)} ${region}`;
  return events
    .flatMap((event) => {
      if (event.type === 'scope') return [place(event.scope)];
      if (event.type !== 'ended') return [];
      return [
        `${place(event.scope)} ${event.end.status} ${'code' in event.end ? event.end.code : ''}`,
      ];
    })
    .sort();
}

function discovered(events: readonly DiscoveryEvent[]): Discovered {
  const last = events.at(-1);
  if (last?.type !== 'discovered') throw new Error('the last event is not `discovered`');
  return last.discovered;
}

test('every kind in every account and region, global kinds once an account, the organization once', () =>
  world({}, async ({ ids, events, aws }) => {
    const found = await events(pipelineOf([EC2, IAM, S3, ACCOUNT], { organization: ORGANIZATION }));
    const expected = ids.flatMap((_, i) => [
      `EC2 ${i} eu-west-1`,
      `EC2 ${i} us-east-1`,
      `IAM ${i} global`,
      `S3 ${i} global`,
    ]);
    assert.equal(shown(found, ids), [...expected, 'Organizations 0 global'].sort());
    const { accountsComplete, accounts, failures } = discovered(found);
    assert.ok(accountsComplete);
    assert.equal([...accounts.keys()].sort(), [...ids].sort());
    assert.equal([...(accounts.get(ids[1] ?? '')?.regions ?? [])], ['eu-west-1', 'us-east-1']);
    assert.equal(failures, []);
    assert.is(aws.metered.calls.get('AssumeRole'), 3, 'once an account');
    assert.is(found.filter((event) => event.type === 'account').length, 3);
  }));

test('the first account’s scopes come while the second is still being discovered', () =>
  world({}, async ({ ids, aws }) => {
    const pipeline = pipelineOf([EC2], { organization: ORGANIZATION });
    const directory = new AccountDirectory(aws, pipeline);
    const regions = directory.regions.bind(directory);
    // The second account's regions are known only once the first account's scopes were seen.
    let open: (() => void) | undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    directory.regions = async (id) => {
      if (id === ids[1]) await gate;
      return regions(id);
    };
    const order: string[] = [];
    await discover({ aws, pipeline, directory }).forEach((event) => {
      if (event.type === 'account') order.push(`account ${ids.indexOf(event.account.id)}`);
      if (event.type !== 'scope') return;
      order.push(`scope ${ids.indexOf(event.scope.accountId)}`);
      if (order.includes('scope 0') && order.includes('scope 2')) open?.();
    });
    assert.ok(order.indexOf('scope 0') < order.indexOf('scope 1'));
    assert.ok(order.indexOf('scope 2') < order.indexOf('scope 1'), 'nobody waits for the slow one');
  }));

test('region policies of the pipeline and of kinds', () =>
  world(
    { regions: ['us-east-1', 'eu-west-1', 'us-west-2'], accounts: 1 },
    async ({ ids, events }) => {
      const policy = (allow: string[], deny: string[] = []) => ({ allow, deny });
      const kinds = [
        kindConfig(EC2, policy(['eu-*']), policy(['us-west-2'])),
        kindConfig(IAM, policy(['eu-west-1'])),
        kindConfig('AWS::SQS::Queue', policy([], ['*'])),
        kindConfig(S3, policy(['ap-*'])),
      ];
      const found = await events(pipelineOf(kinds, { regions: policy(['*'], ['us-west-2']) }));
      assert.equal(shown(found, ids), ['EC2 0 eu-west-1', 'IAM 0 global']);
      assert.equal(
        [...(discovered(found).accounts.get(ids[0] ?? '')?.regions ?? [])],
        ['eu-west-1', 'us-east-1'],
      );
    },
  ));

test('`only` narrows kinds, accounts and regions, and what was found stays whole', () =>
  world({}, async ({ ids, events }) => {
    const pipeline = pipelineOf([EC2, IAM], { organization: ORGANIZATION });
    const one = await events(pipeline, {
      kinds: ['AWS::EC2::*'],
      accounts: [ids[1] ?? ''],
      regions: ['eu-west-1'],
    });
    assert.equal(shown(one, ids), ['EC2 1 eu-west-1']);
    assert.is(discovered(one).accounts.size, 3);
    assert.is(
      discovered(one).accounts.get(ids[0] ?? '')?.regions,
      undefined,
      'nobody asked for its regions',
    );
    assert.equal(
      shown(await events(pipeline, { regions: ['global'], accounts: [ids[0] ?? ''] }), ids),
      ['IAM 0 global'],
    );
  }));

for (const [name, match, code] of [
  ['whose role is denied', { operation: 'AssumeRole' }, 'aws.AccessDenied'],
  ['whose regions are denied', { operation: 'ListRegions' }, 'aws.AccessDenied'],
] as const) {
  test(`an account ${name} ends as failed scopes, and touches no other`, () =>
    world({}, async ({ sim, ids, events }) => {
      sim.faults.add({
        match: { ...match, accountId: ids[1] ?? '' },
        effect: { type: 'accessDenied' },
      });
      const found = await events(pipelineOf([EC2, IAM], { organization: ORGANIZATION }));
      const others = [0, 2].flatMap((i) => [
        `EC2 ${i} eu-west-1`,
        `EC2 ${i} us-east-1`,
        `IAM ${i} global`,
      ]);
      assert.equal(
        shown(found, ids),
        [...others, `EC2 1 * failed ${code}`, `IAM 1 * failed ${code}`].sort(),
      );
      const { accounts, accountsComplete } = discovered(found);
      assert.ok(accountsComplete, 'the account is there; only its regions are not known');
      assert.is(accounts.get(ids[1] ?? '')?.regions, undefined);
    }));
}

test('an answer without regions is not believed', () =>
  world({ accounts: 1 }, async ({ sim, ids, events }) => {
    sim.faults.add({ match: { operation: 'ListRegions' }, effect: { type: 'empty' } });
    assert.equal(shown(await events(pipelineOf([EC2])), ids), [
      'EC2 0 * failed aws.MalformedResponse',
    ]);
  }));

test('regions over several pages; those not enabled are left out', () =>
  world({ accounts: 1, regions: 5, regionsPageSize: 2 }, async ({ sim, ids, events }) => {
    sim.organization.disableRegion(ids[0] ?? '', 'eu-west-1');
    const found = await events(pipelineOf([EC2]));
    const enabled = sim.organization.regions.filter((region) => region !== 'eu-west-1');
    assert.equal(shown(found, ids), enabled.map((region) => `EC2 0 ${region}`).sort());
  }));

test('the management account is reached by what is already there where its role can’t be assumed', () =>
  world({}, async ({ sim, ids, events }) => {
    sim.faults.add({
      match: { operation: 'AssumeRole', accountId: ids[0] ?? '' },
      effect: { type: 'accessDenied' },
    });
    const found = await events(pipelineOf([EC2], { organization: ORGANIZATION }));
    assert.is(shown(found, ids).filter((scope) => scope.startsWith('EC2 0 ')).length, 2);
  }));

test('accounts that can’t be listed: nothing is complete, and the run says so', () =>
  world({}, async ({ sim, ids, events }) => {
    sim.faults.add({ match: { operation: 'ListAccounts' }, effect: { type: 'accessDenied' } });
    const found = await events(pipelineOf([EC2, ACCOUNT], { organization: ORGANIZATION }));
    assert.equal(shown(found, ids), ['Organizations 0 global failed aws.AccessDenied']);
    assert.not(discovered(found).accountsComplete);
    assert.is(discovered(found).failures[0]?.code, 'aws.AccessDenied');
  }));

test('without an organization its accounts are skipped, and nothing is said to have gone', () =>
  world({ organizationInUse: false }, async ({ ids, events }) => {
    const found = await events(pipelineOf([ACCOUNT, IAM]));
    assert.equal(shown(found, ids), [
      'IAM 0 global',
      'Organizations 0 global skipped aws.AWSOrganizationsNotInUse',
    ]);
    assert.not(discovered(found).accountsComplete);
  }));

for (const partition of ['aws-us-gov', 'aws-cn'] as const) {
  test(`partition ${partition}: roles and calls stay in it`, () =>
    world({ partition, accounts: 2 }, async ({ sim, ids, events }) => {
      const found = await events(pipelineOf([EC2, IAM], { organization: ORGANIZATION }));
      const account = found.find(
        (event) => event.type === 'account' && event.account.id === ids[1],
      );
      assert.is(
        account?.type === 'account' && account.account.roleArn,
        `arn:${partition}:iam::${ids[1]}:role/SluiceReadOnly`,
      );
      assert.is(shown(found, ids).length, 2 * (sim.organization.regions.length + 1));
    }));
}

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { OrganizationConfig, Pipeline } from '../../src/config/pipeline.js';
import { startSim, type Sim, type SimOptions } from '../../src/sim/sim.js';
import { accounts, type AccountEvent } from '../../src/sources/accounts.js';
import type { Account } from '../../src/sources/discovery-event.js';
import { openTestAws, type OpenedAws } from '../aws/harness.js';
import { collect, pipelineOf } from './harness.js';

const test = suite('sources/accounts');

interface World {
  readonly sim: Sim;
  readonly aws: OpenedAws;
  readonly warnings: string[];
  find(config: Partial<Pipeline['aws']>): Promise<{
    readonly accounts: Account[];
    readonly end: Extract<AccountEvent, { type: 'end' }>;
  }>;
}

async function world(
  options: SimOptions,
  use: (world: World) => Promise<void>,
  organization?: { roleArn: string },
): Promise<void> {
  const sim = await startSim({ accounts: 6, organizationsPageSize: 2, ...options });
  const aws = await openTestAws(sim.env, {
    retry: { maxThrottled: 2, maxTransient: 2 },
    ...(organization === undefined ? {} : { organization }),
  });
  const warnings: string[] = [];
  const find: World['find'] = async (config) => {
    const events = await collect(
      accounts({
        aws,
        pipeline: pipelineOf([], config),
        warn: (message) => warnings.push(message),
      }),
    );
    const end = events.at(-1);
    if (end?.type !== 'end') throw new Error('no end');
    return {
      accounts: events.flatMap((event) => (event.type === 'account' ? [event.account] : [])),
      end,
    };
  };
  try {
    await use({ sim, aws, warnings, find });
  } finally {
    await aws.close();
    await sim.close();
  }
}

const ORGANIZATION: OrganizationConfig = {
  memberRoleName: 'SluiceReadOnly',
  externalId: 'x-1',
  units: { include: [], exclude: [] },
};
const units = (include: string[], exclude: string[] = []): OrganizationConfig => ({
  ...ORGANIZATION,
  units: { include, exclude },
});
const globs = (include: string[], exclude: string[] = []): Pipeline['aws']['accounts'] => ({
  type: 'globs',
  include,
  exclude,
});
const ids = (list: readonly { readonly id: string }[]): string[] => list.map(({ id }) => id).sort();

test('without an organization: the caller’s own account, with its own credentials', () =>
  world({}, async ({ sim, find, warnings }) => {
    const { accounts: found, end } = await find({});
    assert.equal(found, [{ id: sim.organization.managementAccountId, partition: 'aws' }]);
    assert.equal(end, { type: 'end', complete: true, failures: [] });
    assert.equal(warnings, []);
    await find({ accounts: globs(['*'], ['9*']) });
    assert.match(warnings[0] ?? '', /own account/);
    const none = await find({ accounts: globs(['no-such*']) });
    assert.not(none.end.complete);
    assert.is(none.end.failures[0]?.code, 'aws.accounts');
  }));

test('the organization’s active accounts, over all pages, each with its role', () =>
  world({}, async ({ sim, find }) => {
    const suspended = sim.organization.accounts[4];
    sim.organization.setStatus(suspended?.id ?? '', 'SUSPENDED');
    const { accounts: found, end } = await find({ organization: ORGANIZATION });
    assert.equal(ids(found), ids(sim.organization.accounts.filter((one) => one !== suspended)));
    assert.ok(end.complete);
    const member = found.find(({ id }) => id === sim.organization.accounts[1]?.id);
    assert.is(member?.roleArn, `arn:aws:iam::${member?.id}:role/SluiceReadOnly`);
    assert.is(member?.externalId, 'x-1');
    assert.is(member?.name, sim.organization.accounts[1]?.name);
  }));

test('globs over account ids; exclude wins', () =>
  world({}, async ({ sim, find }) => {
    const [, first, second] = sim.organization.accounts;
    const include = [`${first?.id.slice(0, 6)}*`, second?.id ?? ''];
    assert.equal(
      ids((await find({ organization: ORGANIZATION, accounts: globs(include) })).accounts),
      ids([first!, second!]),
    );
    const without = await find({
      organization: ORGANIZATION,
      accounts: globs([], [first?.id ?? '']),
    });
    assert.equal(
      ids(without.accounts),
      ids(sim.organization.accounts.filter((one) => one !== first)),
    );
    const none = await find({ organization: ORGANIZATION, accounts: globs(['x*']) });
    assert.not(none.end.complete);
    assert.is(none.end.failures[0]?.code, 'aws.accounts');
  }));

test('units in and out, by id or name, with all that stands below them', () =>
  world({ accounts: 12 }, async ({ sim, find }) => {
    const { organization } = sim;
    const parents = new Map(organization.units.map((unit) => [unit.id, unit.parentId]));
    const below = (id: string, of: string): boolean => {
      for (let at: string | undefined = id; at !== undefined; at = parents.get(at))
        if (at === of) return true;
      return false;
    };
    for (const unit of organization.units) {
      const inside = organization.accounts.filter((account) => below(account.parentId, unit.id));
      const outside = organization.accounts.filter((account) => !below(account.parentId, unit.id));
      for (const glob of [unit.id, unit.name]) {
        if (inside.length > 0)
          assert.equal(
            ids((await find({ organization: units([glob]) })).accounts),
            ids(inside),
            `in ${glob}`,
          );
        assert.equal(
          ids((await find({ organization: units([], [glob]) })).accounts),
          ids(outside),
          `out ${glob}`,
        );
      }
      const both = await find({ organization: units([unit.id], [unit.id]) });
      assert.equal(both.accounts, []);
      assert.not(both.end.complete);
    }
    const root = await find({ organization: units([organization.rootId]) });
    assert.equal(ids(root.accounts), ids(organization.accounts));
    assert.ok(root.end.complete);
  }));

test('a list names accounts with their roles; what can’t be reached is a failure of its own', () =>
  world({}, async ({ sim, find }) => {
    const own = sim.organization.managementAccountId;
    const roleArn = 'arn:aws-cn:iam::222222222222:role/Reader';
    const { accounts: found, end } = await find({
      accounts: {
        type: 'list',
        accounts: [
          { accountId: own },
          { accountId: '222222222222', roleArn },
          { accountId: '333333333333' },
        ],
      },
    });
    assert.equal(found, [
      { id: own, partition: 'aws' },
      { id: '222222222222', partition: 'aws-cn', roleArn },
    ]);
    assert.not(end.complete);
    assert.is(end.failures[0]?.accountId, '333333333333');
    assert.is(end.failures[0]?.code, 'aws.no-role');
    const members = await find({
      organization: ORGANIZATION,
      accounts: { type: 'list', accounts: [{ accountId: '333333333333' }] },
    });
    assert.is(members.accounts[0]?.roleArn, 'arn:aws:iam::333333333333:role/SluiceReadOnly');
    assert.ok(members.end.complete);
  }));

for (const [name, effect, code] of [
  ['denied', { type: 'accessDenied' }, 'aws.AccessDenied'],
  ['empty', { type: 'empty' }, 'aws.empty-organization'],
  ['throttled for ever', { type: 'throttle' }, 'aws.TooManyRequests'],
  ['malformed', { type: 'malformed' }, 'aws.MalformedResponse'],
  [
    'not in use',
    { type: 'error', status: 400, code: 'AWSOrganizationsNotInUseException' },
    'aws.AWSOrganizationsNotInUse',
  ],
] as const) {
  test(`an organization that is ${name} is a failure, and its accounts are not complete`, () =>
    world({}, async ({ sim, find }) => {
      sim.faults.add({ match: { operation: 'ListAccounts' }, effect });
      const { accounts: found, end } = await find({ organization: ORGANIZATION });
      assert.equal(found, []);
      assert.not(end.complete);
      assert.is(end.failures[0]?.code, code);
    }));
}

test('a failure on a later page keeps what was found, and says that it is not all', () =>
  world({}, async ({ sim, find }) => {
    sim.faults.add({
      match: { operation: 'ListAccounts', page: 2 },
      effect: { type: 'accessDenied' },
    });
    const { accounts: found, end } = await find({ organization: ORGANIZATION });
    assert.is(found.length, 2);
    assert.not(end.complete);
  }));

test('the first accounts are there before the second page is asked for', () =>
  world({}, async ({ aws }) => {
    const seen: number[] = [];
    await accounts({
      aws,
      pipeline: pipelineOf([], { organization: ORGANIZATION }),
      warn: () => undefined,
    }).forEach((event) => {
      if (event.type === 'account') seen.push(aws.metered.calls.get('ListAccounts') ?? 0);
    });
    assert.equal(seen, [1, 1, 2, 2, 3, 3]);
  }));

test('the organization is asked with its role’s credentials', async () => {
  const sim = await startSim({ accounts: 2 });
  const roleArn = `arn:aws:iam::${sim.organization.managementAccountId}:role/OrgReader`;
  await sim.close();
  await world(
    { accounts: 2 },
    async ({ aws, find }) => {
      const { accounts: found } = await find({ organization: { ...ORGANIZATION, roleArn } });
      assert.is(found.length, 2);
      assert.is(aws.metered.calls.get('AssumeRole'), 1);
    },
    { roleArn },
  );
  await world(
    { accounts: 2 },
    async ({ sim: other, find }) => {
      other.faults.add({ match: { operation: 'AssumeRole' }, effect: { type: 'accessDenied' } });
      const { end } = await find({ organization: { ...ORGANIZATION, roleArn } });
      assert.is(end.failures[0]?.code, 'aws.AccessDenied');
    },
    { roleArn },
  );
});

test.run();

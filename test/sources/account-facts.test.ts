import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { KindConfig, OrganizationConfig, Pipeline } from '../../src/config/pipeline.js';
import { AwsError } from '../../src/errors/aws-error.js';
import { startSim, type Sim, type SimOptions } from '../../src/sim/sim.js';
import { AccountDirectory } from '../../src/sources/account-directory.js';
import { AccountFacts } from '../../src/sources/account-facts.js';
import { discover } from '../../src/sources/discovery.js';
import { resourceSources } from '../../src/sources/resource-sources.js';
import { ORGANIZATION_ACCOUNT } from '../../src/sources/special-kinds.js';
import { mapping } from '../jq/mapping-fixture.js';
import { openTestAws } from '../aws/harness.js';
import { ANYWHERE, bodies, collect, pipelineOf, TestPermits } from './harness.js';

const test = suite('sources/account-facts');

const KIND = 'AWS::EC2::Instance';
const PLAIN = 'AWS::EC2::VPC';
const ORGANIZATION: OrganizationConfig = {
  memberRoleName: 'SluiceReadOnly',
  units: { include: [], exclude: [] },
};

function kind(name: string, jq: string): KindConfig {
  const spec = mapping({ properties: { jq } });
  return { kind: name, mappings: [{ spec, regionPolicy: ANYWHERE }], useGetResourceApi: false };
}

const KINDS = [kind(KIND, '.__Account.tags.stage'), kind(PLAIN, '.__AccountId')];

interface World {
  readonly sim: Sim;
  readonly facts: AccountFacts;
  readonly warnings: string[];
  readonly calls: () => Record<string, number>;
  /** As a resync does. */
  discover(): Promise<void>;
  account(accountId: string): Promise<Record<string, unknown>>;
  source: ReturnType<typeof resourceSources>;
}

async function world(
  use: (world: World) => Promise<void>,
  options: SimOptions = {},
  config: Partial<Pipeline['aws']> = { organization: ORGANIZATION },
  kinds: readonly KindConfig[] = KINDS,
): Promise<void> {
  const sim = await startSim({ accounts: 6, organizationsPageSize: 1, ...options });
  const calls: string[] = [];
  const aws = await openTestAws(sim.env, {
    retry: { maxThrottled: 2, maxTransient: 2 },
    quotas: { readPerSecond: 1000 },
    meter: {
      call: (_account, _region, operation) => calls.push(operation),
      throttled: () => undefined,
    },
  });
  const warnings: string[] = [];
  const pipeline = pipelineOf(kinds, config);
  const directory = new AccountDirectory(aws, pipeline);
  const warn = (message: string): void => void warnings.push(message);
  const facts = new AccountFacts(aws, directory, pipeline, warn);
  try {
    await use({
      sim,
      facts,
      warnings,
      calls() {
        const counts: Record<string, number> = {};
        for (const name of calls.splice(0)) counts[name] = (counts[name] ?? 0) + 1;
        return counts;
      },
      async discover() {
        await collect(discover({ aws, pipeline, directory }));
        calls.length = 0;
      },
      async account(accountId) {
        const text = await facts.of(KIND, accountId);
        return (JSON.parse(`{${text.slice(1)}}`) as { __Account: Record<string, unknown> })
          .__Account;
      },
      source: resourceSources(aws, directory, pipeline, warn),
    });
  } finally {
    await aws.close();
    await sim.close();
  }
}

/** What the simulation holds of an account, found by another way than the engine's. */
function expected({ organization }: Sim, accountId: string): Record<string, unknown> {
  const { name, email, tags, parentId } = organization.account(accountId)!;
  const units = new Map(organization.units.map((unit) => [unit.id, unit]));
  const path: string[] = [];
  const ids: string[] = [];
  for (let at = parentId; ; at = units.get(at)!.parentId) {
    path.unshift(units.get(at)?.name ?? 'Root');
    ids.unshift(at);
    if (at === organization.rootId) break;
  }
  return { id: accountId, name, email, tags, unitPath: `/${path.join('/')}`, unitIds: ids };
}

test('tells name, email, tags and units of every account, the deepest too', () =>
  world(async ({ sim, discover, account, warnings }) => {
    Object.assign(sim.organization.accounts[2]!.tags, { team: 'blue "x"', cost: '' });
    await discover();
    const paths = new Set<unknown>();
    for (const { id } of sim.organization.accounts) {
      const found = await account(id);
      assert.equal(found, expected(sim, id));
      paths.add(found['unitPath']);
    }
    assert.ok(paths.has('/Root') && paths.has('/Root/Workloads/Prod'), [...paths].join());
    assert.equal(warnings, []);
  }));

test('costs two calls an account and two a unit, however many resources ask at once', () =>
  world(async ({ sim, facts, discover, calls }) => {
    await discover();
    const ids = sim.organization.accounts.map(({ id }) => id);
    const ask = () => Promise.all([...ids, ...ids].map((id) => facts.of(KIND, id)));
    await ask();
    await ask();
    // A page of tags each, as the simulation is told; names and emails came with the discovery.
    assert.equal(calls(), {
      ListTagsForResource: 6,
      ListParents: 6 + 3,
      DescribeOrganizationalUnit: 3,
      ListRoots: 1,
    });
  }));

test('a kind that does not mention it costs no call, and is told the partition', () =>
  world(
    async ({ sim, facts, discover, calls }) => {
      await discover();
      const { id } = sim.organization.accounts[1]!;
      assert.is(await facts.of(PLAIN, id), ',"__Partition":"aws-us-gov"');
      assert.is(await facts.of('AWS::Any::Kind', id), ',"__Partition":"aws-us-gov"');
      assert.equal(calls(), {});
    },
    { partition: 'aws-us-gov' },
    { organization: { ...ORGANIZATION, roleArn: '' } },
  ));

test('the next discovery asks anew: tags in any order, a rename and a move', () =>
  world(async ({ sim, facts, discover, account }) => {
    await discover();
    const { id, tags } = sim.organization.accounts[1]!;
    Object.assign(tags, { b: '2', a: '1' });
    const before = await facts.of(KIND, id);
    for (const key of Object.keys(tags)) delete tags[key];
    Object.assign(tags, { a: '1', b: '2', stage: 'dev' });
    assert.is(await facts.of(KIND, id), before, 'until then it stays');
    await discover();
    assert.is(await facts.of(KIND, id), before, 'the order of tags says nothing');
    tags['team'] = 'blue';
    const moved = sim.organization.accounts[1]!;
    moved.parentId = sim.organization.rootId;
    await discover();
    assert.equal(await account(id), expected(sim, id));
    const renamed = sim.organization.units.find(({ name }) => name === 'Prod')!;
    Object.assign(renamed, { name: 'Production' });
    await discover();
    for (const one of sim.organization.accounts)
      assert.equal(await account(one.id), expected(sim, one.id));
  }));

for (const [operation, unknown] of [
  ['ListTagsForResource', { tags: null }],
  ['ListParents', { unitPath: null, unitIds: null }],
  ['DescribeOrganizationalUnit', { unitPath: null, unitIds: null }],
] as const) {
  test(`${operation} denied: the rest is told, and once said aloud`, () =>
    world(async ({ sim, discover, account, warnings }) => {
      await discover();
      sim.faults.add({ match: { operation }, effect: { type: 'accessDenied' } });
      for (const { id, parentId } of sim.organization.accounts) {
        const below =
          operation !== 'DescribeOrganizationalUnit' || parentId !== sim.organization.rootId;
        assert.equal(await account(id), { ...expected(sim, id), ...(below && unknown) });
      }
      assert.is(warnings.length, 1);
      assert.match(warnings[0] ?? '', `organizations:${operation} was refused, __Account.`);
      sim.faults.clear();
      await discover();
      const { id } = sim.organization.accounts[1]!;
      assert.equal(
        await account(id),
        expected(sim, id),
        'granted, it is there with the next discovery',
      );
    }));
}

test('what was known stays, where the next answer is denied or does not come', () =>
  world(async ({ sim, discover, account, warnings }) => {
    await discover();
    const { id } = sim.organization.accounts[2]!;
    const before = await account(id);
    sim.faults.add({
      match: { operation: 'ListTagsForResource' },
      effect: { type: 'accessDenied' },
    });
    sim.faults.add({ match: { operation: 'ListParents' }, effect: { type: 'throttle' } });
    await discover();
    assert.equal(await account(id), before);
    assert.is(warnings.length, 2);
    assert.match(warnings.join('\n'), 'stays as it was last known');
  }));

test('where nothing is known and no answer comes, it fails rather than to tell half, and is asked again', () =>
  world(async ({ sim, discover, facts, account }) => {
    await discover();
    const { id } = sim.organization.accounts[2]!;
    sim.faults.add({ match: { operation: 'ListTagsForResource' }, effect: { type: 'throttle' } });
    try {
      await facts.of(KIND, id);
      assert.unreachable('it failed');
    } catch (error) {
      assert.instance(error, AwsError);
      assert.is((error as AwsError).errorClass, 'throttled');
    }
    sim.faults.clear();
    assert.equal(await account(id), expected(sim, id));
  }));

test('a plain list of accounts: what the organization says of them, and of none that is not in it', () =>
  world(
    async ({ discover, sim, account, calls }) => {
      await discover();
      const { id } = sim.organization.accounts[1]!;
      assert.equal(await account(id), expected(sim, id));
      assert.is(calls()['DescribeAccount'], 1);
      assert.equal(await account('999999999999'), {
        id: '999999999999',
        name: null,
        email: null,
        tags: null,
        unitPath: null,
        unitIds: null,
      });
    },
    {},
    { organization: ORGANIZATION, accounts: { type: 'list', accounts: [] } },
  ));

test('without an organization there is its id, said aloud once each', () =>
  world(
    async ({ discover, sim, account, warnings }) => {
      await discover();
      const id = sim.organization.managementAccountId;
      const nothing = { id, name: null, email: null, tags: null, unitPath: null, unitIds: null };
      assert.equal(await account(id), nothing);
      await discover();
      assert.equal(await account(id), nothing);
      assert.is(warnings.length, 3);
    },
    { organizationInUse: false },
    {},
  ));

test('a listing and a read tell the very same, and tell it of the account itself', () =>
  world(
    async ({ discover, sim, source, facts }) => {
      await discover();
      const permits = new TestPermits();
      const { id, regions } = sim.organization.accounts[1]!;
      const [region = ''] = regions;
      const scope = { kind: KIND, accountId: id, region };
      const pages = await collect(source(KIND).list(scope, permits.acquire));
      const [listed] = pages[0]!.page.resources;
      const read = await source(KIND).read(scope, listed!.identifier, region, permits.acquire);
      if (read.state !== 'present') throw new Error('not there');
      const told = await facts.of(KIND, id);
      assert.ok(listed!.body?.endsWith(`${told}}`));
      assert.ok(read.body.endsWith(`${told}}`));

      const own = {
        kind: ORGANIZATION_ACCOUNT,
        accountId: sim.organization.managementAccountId,
        region: 'global',
      };
      const accounts = await collect(source(ORGANIZATION_ACCOUNT).list(own, permits.acquire));
      const bytes = accounts.reduce((sum, { page }) => sum + page.bytes, 0);
      const found = accounts.flatMap(({ page }) => bodies(page.resources));
      assert.equal(
        found.map((one) => one['__Account']),
        sim.organization.accounts.map((one) => expected(sim, one.id)),
      );
      assert.is(found[1]?.['__Partition'], 'aws');
      assert.is(
        bytes,
        accounts
          .flatMap(({ page }) => page.resources)
          .reduce((sum, { body = '' }) => sum + body.length, 0),
      );
      const again = await source(ORGANIZATION_ACCOUNT).read(own, id, 'global', permits.acquire);
      assert.is(
        again.state === 'present' && again.body,
        accounts.flatMap(({ page }) => page.resources).find(({ identifier }) => identifier === id)
          ?.body,
      );
      assert.is(permits.open, 0);
    },
    { kinds: [KIND], resourcesPerScope: 3 },
    { organization: ORGANIZATION },
    [...KINDS, kind(ORGANIZATION_ACCOUNT, '.__Account.unitPath')],
  ));

test.run();

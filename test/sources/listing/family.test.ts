import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { AwsError } from '../../../src/errors/aws-error.js';
import type { Scope } from '../../../src/model/scope.js';
import type { Fault } from '../../../src/sim/faults.js';
import { startSim, type Sim, type SimOptions } from '../../../src/sim/sim.js';
import { AccountDirectory } from '../../../src/sources/account-directory.js';
import { resourceSources } from '../../../src/sources/resource-sources.js';
import { scopeEndOf } from '../../../src/sources/scope-end.js';
import { openTestAws, type OpenedAws } from '../../aws/harness.js';
import { resourcePage, scriptedServer } from '../../aws/scripted-server.js';
import { collect, pipelineOf, TestPermits } from '../harness.js';

const test = suite('sources/listing/family');

const REST_API = 'AWS::ApiGateway::RestApi';
const STAGE = 'AWS::ApiGateway::Stage';
const BALANCER = 'AWS::ElasticLoadBalancingV2::LoadBalancer';
const LISTENER = 'AWS::ElasticLoadBalancingV2::Listener';
const RULE = 'AWS::ElasticLoadBalancingV2::ListenerRule';
const SERVER = 'AWS::Transfer::Server';
const USER = 'AWS::Transfer::User';
const REGION = 'us-east-1';

interface World {
  readonly sim: Sim;
  readonly aws: OpenedAws;
  readonly permits: TestPermits;
  readonly accountId: string;
  /** The scopes of a family, page by page. */
  scopes(kind: string): Promise<Scope[][]>;
  /** Identifiers of a scope's resources. */
  list(scope: Scope): Promise<string[]>;
  /** Identifiers that AWS holds. */
  held(kind: string): string[];
}

async function world(options: SimOptions, use: (world: World) => Promise<void>): Promise<void> {
  const sim = await startSim({
    accounts: 1,
    regions: [REGION, 'eu-west-1'],
    kinds: [REST_API, STAGE, BALANCER, LISTENER, RULE, SERVER, USER],
    resourcesPerScope: 13,
    pageSize: 3,
    ...options,
  });
  const aws = await openTestAws(sim.env, { retry: { maxThrottled: 2, maxTransient: 1 } });
  const { accountId } = aws.identity;
  const directory = new AccountDirectory(aws, pipelineOf([STAGE]));
  directory.remember({ id: accountId, partition: 'aws' });
  const sourceFor = resourceSources(aws, directory, pipelineOf([]));
  const permits = new TestPermits();
  const signal = new AbortController().signal;
  try {
    await use({
      sim,
      aws,
      permits,
      accountId,
      async scopes(kind) {
        const pages: Scope[][] = [];
        const { walkScopes } = sourceFor(kind);
        assert.ok(walkScopes, kind);
        const family = { kind, accountId, region: REGION };
        await walkScopes(family, permits.acquire, signal, (scopes) => {
          assert.is(permits.open, 0, 'no permit is held while scopes are handed on');
          pages.push([...scopes]);
          return Promise.resolve();
        });
        return pages;
      },
      async list(scope) {
        const pages = await collect(sourceFor(scope.kind).list(scope, permits.acquire));
        return pages.flatMap(({ page }) => page.resources.map(({ identifier }) => identifier));
      },
      held: (kind) =>
        [...sim.organization.snapshot()]
          .filter((one) => one.kind === kind && one.region === REGION)
          .map(({ identifier }) => identifier),
    });
    assert.is(permits.open, 0, 'every permit was told');
  } finally {
    await aws.close();
    await sim.close();
  }
}

async function refused(promise: Promise<unknown>): Promise<AwsError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

function fault(kind: string, rest: Partial<Fault['match']> = {}): Fault {
  const match = { service: 'cloudcontrol', operation: 'ListResources', kind, ...rest };
  return { match, effect: { type: 'accessDenied' } };
}

for (const [kind, parent] of [
  [STAGE, REST_API],
  [LISTENER, BALANCER],
  [RULE, LISTENER],
  [USER, SERVER],
] as const) {
  test(`${kind}: a scope for each parent, over all pages, and all children in them`, () =>
    world({ emptyPageEvery: 3 }, async ({ scopes, list, held, permits }) => {
      const pages = await scopes(kind);
      const found = pages.flat();
      assert.equal(found.map(({ parent = '' }) => parent).sort(), held(parent).sort());
      assert.ok(pages.length > 2, 'parents come page by page');
      assert.is(permits.observations, 0, 'parents take no credit');
      const children = (await Promise.all(found.map(list))).flat();
      assert.is(children.length, 13);
      assert.equal(children.sort(), held(kind).sort());
      assert.is(permits.observations, 13);
    }));
}

test('what a listing of parents tells besides saves reading them', () =>
  world({}, async ({ scopes, list, aws }) => {
    const [first] = (await scopes(USER)).flat();
    assert.is((await list(first!)).length, 4);
    assert.is(aws.metered.calls.get('GetResource'), undefined);
  }));

test('else a parent is read, once', () =>
  world({ partialKinds: [SERVER] }, async ({ scopes, list, aws, permits, sim, accountId }) => {
    const [first, second] = (await scopes(USER)).flat();
    assert.is((await list(first!)).length, 4);
    assert.is((await list(first!)).length, 4);
    assert.is(aws.metered.calls.get('GetResource'), 1);
    assert.is(permits.observations, 8);
    // Of a parent that is gone there are no children, and no call to list them.
    const key = { kind: SERVER, accountId, region: REGION, identifier: second!.parent! };
    sim.organization.delete(key);
    const calls = aws.metered.calls.get('ListResources');
    assert.equal(await list(second!), []);
    assert.is(aws.metered.calls.get('ListResources'), calls);
  }));

test('a parent that cannot be read fails its own children', () =>
  world({ partialKinds: [SERVER], unreadableKinds: [SERVER] }, async ({ scopes, list }) => {
    const [first] = (await scopes(USER)).flat();
    assert.is((await refused(list(first!))).code, 'unreadable');
  }));

test('a parent that went away has no children; one that fails fails alone', () =>
  world({}, async ({ scopes, list, sim, accountId }) => {
    const [first, second, third] = (await scopes(STAGE)).flat();
    sim.organization.delete({
      kind: REST_API,
      accountId,
      region: REGION,
      identifier: first!.parent!,
    });
    sim.faults.add(fault(STAGE, { parent: second!.parent! }));
    assert.equal(await list(first!), []);
    assert.is((await refused(list(second!))).code, 'aws.AccessDenied');
    assert.is((await list(third!)).length, 4);
  }));

test('where the parents cannot all be listed, the search fails', () =>
  world({}, async ({ scopes, sim }) => {
    sim.faults.add(fault(REST_API, { page: 2 }));
    assert.is((await refused(scopes(STAGE))).code, 'aws.AccessDenied');
    sim.faults.clear();
    // A grandparent's children count as much: its listeners may have rules.
    const [, second] = (await scopes(LISTENER)).flat();
    sim.faults.add(fault(LISTENER, { parent: second!.parent! }));
    assert.is((await refused(scopes(RULE))).code, 'aws.AccessDenied');
  }));

test('a scope without a parent is not listed', () =>
  world({}, async ({ list, accountId, aws }) => {
    const error = await refused(list({ kind: STAGE, accountId, region: REGION }));
    assert.is(error.code, 'aws.parent-missing');
    assert.is(scopeEndOf(error).status, 'failed');
    assert.is(aws.metered.calls.get('ListResources'), undefined);
  }));

test('the next page of parents waits until the scopes of the last are taken', () =>
  world({}, async ({ aws, accountId, permits }) => {
    const directory = new AccountDirectory(aws, pipelineOf([STAGE]));
    directory.remember({ id: accountId, partition: 'aws' });
    const { walkScopes } = resourceSources(aws, directory, pipelineOf([]))(STAGE);
    const abort = new AbortController();
    const family = { kind: STAGE, accountId, region: REGION };
    const calls = (): number => aws.metered.calls.get('ListResources') ?? 0;
    const before = calls();
    const seen: number[] = [];
    await walkScopes!(family, permits.acquire, abort.signal, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(calls() - before);
    });
    assert.equal(seen, [1, 2, 3, 4, 5]);
  }));

test('kinds listed by a constant have a scope for each; some know one only in the main region', async () => {
  const asked: unknown[] = [];
  const server = await scriptedServer((request) => {
    asked.push(request.input['ResourceModel']);
    return resourcePage(['x']);
  });
  const aws = await openTestAws({ AWS_ENDPOINT_URL: server.url });
  try {
    const kind = 'AWS::WAFv2::WebACL';
    const accountId = '222222222222';
    const directory = new AccountDirectory(aws, pipelineOf([kind]));
    directory.remember({ id: accountId, partition: 'aws' });
    const sourceFor = resourceSources(aws, directory, pipelineOf([]));
    const permits = new TestPermits();
    const parents = async (region: string): Promise<(string | undefined)[]> => {
      const found: (string | undefined)[] = [];
      await sourceFor(kind).walkScopes!(
        { kind, accountId, region },
        permits.acquire,
        new AbortController().signal,
        (scopes) => {
          found.push(...scopes.map(({ parent }) => parent));
          return Promise.resolve();
        },
      );
      return found;
    };
    assert.equal(await parents('us-east-1'), ['REGIONAL', 'CLOUDFRONT']);
    assert.equal(await parents('eu-west-1'), ['REGIONAL']);
    const scope = { kind, accountId, region: 'eu-west-1', parent: 'REGIONAL' };
    await collect(sourceFor(kind).list(scope, permits.acquire));
    // The account's own id makes no family: it is one listing.
    const theme = 'AWS::QuickSight::Theme';
    assert.is(sourceFor(theme).walkScopes, undefined);
    await collect(sourceFor(theme).list({ ...scope, kind: theme }, permits.acquire));
    assert.equal(asked.slice(-2), ['{"Scope":"REGIONAL"}', `{"AwsAccountId":"${accountId}"}`]);
  } finally {
    await aws.close();
    await server.close();
  }
});

test('a kind that turns out to want a model is skipped, and not asked again', async () => {
  const words =
    'Missing or invalid ResourceModel property in AWS::New::Thing list handler request input. Required property: [ParentId]';
  let asked = 0;
  let answer: { status: number; code: string; message: string } = {
    status: 400,
    code: 'InvalidRequestException',
    message: words,
  };
  const server = await scriptedServer((request) => {
    if (request.operation === 'ListResources') asked += 1;
    const { status, code, message } = answer;
    return { status, json: { __type: code, message } };
  });
  const aws = await openTestAws({ AWS_ENDPOINT_URL: server.url });
  try {
    const accountId = '222222222222';
    const kind = 'AWS::New::Thing';
    const directory = new AccountDirectory(aws, pipelineOf([kind]));
    directory.remember({ id: accountId, partition: 'aws' });
    const sourceFor = resourceSources(aws, directory, pipelineOf([]));
    const permits = new TestPermits();
    const list = (of: string, region: string, parent?: string): Promise<unknown> =>
      collect(
        sourceFor(of).list(
          { kind: of, accountId, region, ...(parent === undefined ? {} : { parent }) },
          permits.acquire,
        ),
      );
    const end = scopeEndOf(await refused(list(kind, 'us-east-1')));
    assert.is(end.status, 'skipped');
    assert.is(end.code, 'aws.needs-model');
    assert.is(
      end.message,
      `AWS lists AWS::New::Thing only with a ResourceModel, and this version does not know which; it said: ${words}`,
    );
    assert.equal(scopeEndOf(await refused(list(kind, 'eu-west-1'))), end);
    assert.is(asked, 1);
    // One parent's refusal says nothing of the others.
    const child = scopeEndOf(await refused(list(STAGE, 'us-east-1', 'a')));
    assert.is(child.status, 'failed');
    await refused(list(STAGE, 'us-east-1', 'b'));
    assert.is(asked, 3);
    // Another refusal is the scope's own.
    answer = { ...answer, message: 'The NextToken is not valid' };
    const other = scopeEndOf(await refused(list('AWS::Other::Thing', 'us-east-1')));
    assert.is(other.status, 'failed');
    assert.is(permits.open, 0);
  } finally {
    await aws.close();
    await server.close();
  }
});

test.run();

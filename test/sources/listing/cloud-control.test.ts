import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { AwsError } from '../../../src/errors/aws-error.js';
import type { Scope } from '../../../src/model/scope.js';
import { AccountDirectory } from '../../../src/sources/account-directory.js';
import type { Page, ResourceSource } from '../../../src/sources/resource-source.js';
import { resourceSources } from '../../../src/sources/resource-sources.js';
import { openTestAws, type OpenedAws } from '../../aws/harness.js';
import {
  assumedRole,
  jsonError,
  resourcePage,
  scriptedServer,
  type Reaction,
  type Received,
  type ScriptedServer,
} from '../../aws/scripted-server.js';
import { bodies, collect, pipelineOf, TestPermits } from '../harness.js';

const test = suite('sources/listing/cloud-control');

const KIND = 'AWS::Test::Thing';
const MEMBER = '222222222222';
const SCOPE: Scope = { kind: KIND, accountId: MEMBER, region: 'eu-west-1' };

interface World {
  readonly aws: OpenedAws;
  readonly server: ScriptedServer;
  readonly source: ResourceSource;
  readonly sourceFor: (kind: string) => ResourceSource;
  readonly permits: TestPermits;
  list(scope?: Scope): Promise<Page[]>;
}

async function world(
  script: (request: Received) => Reaction | Promise<Reaction>,
  use: (world: World) => Promise<void>,
): Promise<void> {
  let roles = 0;
  const server = await scriptedServer((request) => {
    if (request.operation === 'AssumeRole') return assumedRole(`ROLE${++roles}`);
    // The Account service is plain REST.
    if (request.url.startsWith('/listRegions')) return regions('eu-west-1', 'us-east-1');
    return script(request);
  });
  const aws = await openTestAws({ AWS_ENDPOINT_URL: server.url });
  const directory = new AccountDirectory(aws, pipelineOf([KIND, 'AWS::IAM::Role']));
  directory.remember({ id: MEMBER, partition: 'aws', roleArn: `arn:aws:iam::${MEMBER}:role/R` });
  const sourceFor = resourceSources(aws, directory, pipelineOf([]));
  const source = sourceFor(KIND);
  const permits = new TestPermits();
  const list = async (scope = SCOPE): Promise<Page[]> =>
    (await collect(sourceFor(scope.kind).list(scope, permits.acquire))).map(({ page }) => page);
  try {
    await use({ aws, server, source, sourceFor, permits, list });
    assert.is(permits.open, 0, 'every permit was told');
  } finally {
    await aws.close();
    await server.close();
  }
}

function regions(...names: string[]): Reaction {
  return {
    json: { Regions: names.map((name) => ({ RegionName: name, RegionOptStatus: 'ENABLED' })) },
  };
}

function inTurn(...reactions: Reaction[]): () => Reaction {
  let calls = 0;
  return () => reactions[Math.min(calls++, reactions.length - 1)] as Reaction;
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

test('follows the pages, over empty ones, and makes the lines that JQ is given', () =>
  world(
    inTurn(resourcePage(['a', 'b'], 't1'), resourcePage([], 't2'), resourcePage(['c'])),
    async ({ list, server, permits }) => {
      const pages = await list();
      assert.equal(
        pages.map((page) => page.resources.map((one) => one.identifier)),
        [['a', 'b'], [], ['c']],
      );
      assert.equal(bodies(pages[0]?.resources ?? [])[0], {
        Identifier: 'a',
        Properties: { Id: 'a' },
        __Kind: KIND,
        __AccountId: MEMBER,
        __Region: 'eu-west-1',
        Type: KIND,
        __ExtraContext: { AccountId: MEMBER, Region: 'eu-west-1' },
        __Partition: 'aws',
      });
      const listed = server.received.filter((one) => one.operation === 'ListResources');
      assert.equal(
        listed.map((one) => one.input['NextToken']),
        [undefined, 't1', 't2'],
      );
      assert.is(permits.observations, 3);
      assert.is(
        permits.bytes,
        pages.reduce((sum, page) => sum + page.bytes, 0),
      );
      assert.is(permits.mostOpen, 1, 'a permit is asked for right before each call');
    },
  ));

test('properties are spliced in as they are, on one line', () => {
  const raw = '{\r\n  "Big": 12345678901234567890,\n  "Text": "a\\nb", "Same": 1, "Same": 2\n}';
  const page = { json: { ResourceDescriptions: [{ Identifier: 'q"\\\n', Properties: raw }] } };
  return world(
    () => page,
    async ({ list }) => {
      const [resource] = (await list())[0]?.resources ?? [];
      assert.is(resource?.identifier, 'q"\\\n');
      assert.not.match(resource?.body ?? '', /[\r\n]/);
      assert.match(resource?.body ?? '', /12345678901234567890/);
      assert.is(
        (JSON.parse(resource?.body ?? '') as { Properties: { Text: string } }).Properties.Text,
        'a\nb',
      );
    },
  );
});

test('a resource without properties is left to a read', () =>
  world(
    () => ({ json: { ResourceDescriptions: [{ Identifier: 'a' }] } }),
    async ({ list }) => {
      assert.equal((await list())[0], { resources: [{ identifier: 'a' }], bytes: 0 });
    },
  ));

test('credentials that expire in the middle of a listing are renewed and the listing goes on', () =>
  world(
    ({ input, accessKeyId }) => {
      if (input['NextToken'] === undefined) return resourcePage(['a'], 't1');
      return accessKeyId === 'ROLE1'
        ? jsonError(400, 'ExpiredTokenException')
        : resourcePage(['b']);
    },
    async ({ list, server, permits }) => {
      assert.is((await list()).length, 2);
      assert.is(server.count('AssumeRole'), 2);
      assert.is(permits.ticks, 3, 'the try that failed had a permit of its own, and gave it back');
      assert.is(permits.observations, 2);
    },
  ));

test('throttled pages are tried again without losing their place', () =>
  world(
    inTurn(
      resourcePage(['a'], 't1'),
      jsonError(429, 'ThrottlingException'),
      jsonError(429, 'ThrottlingException'),
      resourcePage(['b']),
    ),
    async ({ list, aws, permits }) => {
      assert.equal(
        (await list()).flatMap((page) => page.resources.map((one) => one.identifier)),
        ['a', 'b'],
      );
      assert.is(aws.metered.throttled.get('ListResources'), 2);
      assert.is(permits.observations, 2);
    },
  ));

for (const [name, reaction, code] of [
  ['access denied', jsonError(400, 'AccessDeniedException'), 'aws.AccessDenied'],
  ['a handler that fails', jsonError(502, 'HandlerFailureException'), 'aws.HandlerFailure'],
  ['a body that is no JSON', { body: 'gateway' }, 'aws.MalformedResponse'],
  ['a connection that breaks', 'reset', 'aws.Connection'],
  ['an answer without a list', { json: {} }, 'aws.MalformedResponse'],
  [
    'a list of something else',
    { json: { ResourceDescriptions: [{ Identifier: '' }] } },
    'aws.MalformedResponse',
  ],
  ['a missing model', jsonError(400, 'InvalidRequestException'), 'aws.InvalidRequest'],
  [
    'a token that is refused',
    jsonError(400, 'InvalidRequestException', 'NextToken'),
    'aws.InvalidRequest',
  ],
] as const) {
  test(`${name} on the second page fails the listing, after the first was emitted`, () =>
    world(
      ({ input }) => (input['NextToken'] === undefined ? resourcePage(['a'], 't1') : reaction),
      async ({ source, permits }) => {
        const pages: Page[] = [];
        const error = await refused(
          source.list(SCOPE, permits.acquire).forEach(({ page }) => pages.push(page)),
        );
        assert.is(error.code, code);
        assert.is(pages.length, 1);
        assert.is(permits.observations, 1);
      },
    ));
}

test('tokens that run in a circle fail the listing', () =>
  world(
    ({ input }) => resourcePage(['a'], input['NextToken'] === 'x' ? 'y' : 'x'),
    async ({ list, permits }) => {
      const error = await refused(list());
      assert.match(error.message, /circle/);
      assert.is(error.errorClass, 'failed');
      assert.ok(permits.ticks < 10);
    },
  ));

test('a type that is not offered there is an error that skips', () =>
  world(inTurn(jsonError(404, 'TypeNotFoundException')), async ({ list }) => {
    assert.is((await refused(list())).errorClass, 'unsupported');
  }));

test('unsubscribing stops before the next call', () =>
  world(
    () => resourcePage(['a'], `t${Math.random()}`),
    async ({ source, server, permits }) => {
      await new Promise<void>((resolve) => {
        let pages = 0;
        const subscription = source.list(SCOPE, permits.acquire).subscribe(() => {
          if (++pages < 3) return;
          subscription.unsubscribe();
          resolve();
        });
      });
      const before = server.count('ListResources');
      await new Promise((resolve) => setTimeout(resolve, 30));
      assert.is(server.count('ListResources'), before);
      assert.is(before, 3);
    },
  ));

test('a read tells present from absent, each with its tick and credit', () =>
  world(
    ({ input }) =>
      input['Identifier'] === 'a'
        ? {
            json: {
              TypeName: KIND,
              ResourceDescription: { Identifier: 'a', Properties: '{"Id":"a"}' },
            },
          }
        : jsonError(404, 'ResourceNotFoundException'),
    async ({ source, permits }) => {
      const present = await source.read(SCOPE, 'a', 'eu-west-1', permits.acquire);
      assert.is(present.state, 'present');
      assert.is(present.startedAt, 1);
      assert.is(permits.bytes, present.state === 'present' ? present.body.length : -1);
      assert.equal(await source.read(SCOPE, 'b', 'eu-west-1', permits.acquire), {
        state: 'absent',
        startedAt: 2,
      });
      assert.is(permits.observations, 2);
    },
  ));

for (const [name, reaction] of [
  ['a denial', jsonError(400, 'AccessDeniedException')],
  ['a general failure', jsonError(400, 'GeneralServiceException', 'who knows')],
  ['a 404 that is not AWS’s', jsonError(404, 'NotHere')],
  ['an answer without properties', { json: { ResourceDescription: { Identifier: 'a' } } }],
  ['an answer that is cut', 'cut'],
] as const) {
  test(`${name} is no proof that a resource is absent`, () =>
    world(
      () => reaction,
      async ({ source, permits }) => {
        await refused(source.read(SCOPE, 'a', 'eu-west-1', permits.acquire));
        assert.is(permits.observations, 0);
      },
    ));
}

test('a kind without a read says unreadable, and is not asked again', () =>
  world(
    () => jsonError(405, 'UnsupportedActionException'),
    async ({ source, sourceFor, server, permits }) => {
      assert.ok(source.readable);
      assert.is(
        (await refused(source.read(SCOPE, 'a', 'eu-west-1', permits.acquire))).code,
        'unreadable',
      );
      assert.not(source.readable);
      assert.is(
        (await refused(source.read(SCOPE, 'b', 'eu-west-1', permits.acquire))).code,
        'unreadable',
      );
      assert.is(server.count('GetResource'), 1);
      assert.ok(sourceFor('AWS::EC2::Instance').readable);
    },
  ));

test('global kinds are asked in the main region, and their lines show none', () =>
  world(
    ({ operation }) =>
      operation === 'GetResource'
        ? { json: { ResourceDescription: { Identifier: 'a', Properties: '{}' } } }
        : resourcePage(['a']),
    async ({ list, server, sourceFor, permits }) => {
      const scope = { kind: 'AWS::IAM::Role', accountId: MEMBER, region: 'global' };
      const [page] = await list(scope);
      assert.is(bodies(page?.resources ?? [])[0]?.['__Region'], 'global');
      const read = await sourceFor(scope.kind).read(scope, 'a', 'global', permits.acquire);
      assert.is(
        read.state === 'present' && (JSON.parse(read.body) as Record<string, unknown>)['__Region'],
        'global',
      );
      assert.ok(
        server.received
          .filter((one) => /Resource/.test(one.operation))
          .every((one) => one.region === 'us-east-1'),
      );
    },
  ));

test('a region that was opted out of after discovery skips the scope; one that is enabled fails it', () =>
  world(
    () => jsonError(403, 'UnrecognizedClientException'),
    async ({ list }) => {
      const out = await refused(list({ ...SCOPE, region: 'af-south-1' }));
      assert.is(out.errorClass, 'not-opted-in');
      const enabled = await refused(list());
      assert.is(enabled.errorClass, 'expired-credentials');
    },
  ));

test('an account that no discovery found is an error that proves nothing', () =>
  world(
    () => resourcePage([]),
    async ({ list }) => {
      assert.is(
        (await refused(list({ ...SCOPE, accountId: '999999999999' }))).code,
        'aws.unknown-account',
      );
    },
  ));

test.run();

import { ListResourcesCommand } from '@aws-sdk/client-cloudcontrol';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { AwsCaller } from '../../src/aws/call.js';
import { AwsError } from '../../src/errors/aws-error.js';
import { EnvironmentError } from '../../src/errors/environment-error.js';
import { openTestAws, type OpenedAws } from './harness.js';
import {
  assumedRole,
  jsonError,
  resourcePage,
  scriptedServer,
  xmlError,
  type Reaction,
  type Received,
  type ScriptedServer,
} from './scripted-server.js';

const test = suite('aws/call');

const MEMBER = '222222222222';
const ROLE = `arn:aws:iam::${MEMBER}:role/SluiceReadOnly`;

interface World {
  readonly aws: OpenedAws;
  readonly server: ScriptedServer;
  list(signal?: AbortSignal): Promise<unknown>;
}

async function world(
  script: (request: Received) => Reaction | Promise<Reaction>,
  use: (world: World) => Promise<void>,
): Promise<void> {
  const server = await scriptedServer(script);
  const aws = await openTestAws({ AWS_ENDPOINT_URL: server.url });
  const list = (signal?: AbortSignal): Promise<unknown> =>
    aws.caller.call(
      {
        accountId: MEMBER,
        region: 'eu-west-1',
        credentials: aws.credentials.of({ accountId: MEMBER, roleArn: ROLE, externalId: 'x-1' }),
        operation: 'ListResources',
        api: 'list',
        ...(signal === undefined ? {} : { signal }),
      },
      (clients, options) =>
        clients.cloudControl.send(
          new ListResourcesCommand({ TypeName: 'AWS::Test::Thing' }),
          options,
        ),
    );
  try {
    await use({ aws, server, list });
  } finally {
    await aws.close();
    await server.close();
  }
}

/** Answers AssumeRole, and ListResources by a list of reactions, the last of which repeats. */
function listing(...reactions: Reaction[]): (request: Received) => Reaction {
  let roles = 0;
  let calls = 0;
  return ({ operation }) => {
    if (operation === 'AssumeRole') return assumedRole(`ROLE${++roles}`);
    return reactions[Math.min(calls++, reactions.length - 1)] as Reaction;
  };
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

test('signs with the assumed role, for the region asked, and meters each call', () =>
  world(listing(resourcePage(['a'])), async ({ aws, server, list }) => {
    await list();
    const [, assume, listed] = server.received;
    assert.is(assume?.operation, 'AssumeRole');
    assert.is(assume?.input['ExternalId'], 'x-1');
    assert.is(assume?.input['RoleSessionName'], 'sluice');
    assert.is(listed?.accessKeyId, 'ROLE1');
    assert.is(listed?.region, 'eu-west-1');
    assert.is(aws.metered.calls.get('ListResources'), 1);
    assert.is(aws.metered.calls.get('AssumeRole'), 1);
  }));

test('fifty callers at once assume the role once', () =>
  world(listing(resourcePage(['a'])), async ({ server, list }) => {
    await Promise.all(Array.from({ length: 50 }, () => list()));
    assert.is(server.count('AssumeRole'), 1);
    assert.is(server.count('ListResources'), 50);
  }));

test('throttled calls back off, are told to quota and meter, and come through', () =>
  world(
    listing(
      jsonError(429, 'ThrottlingException'),
      jsonError(429, 'ThrottlingException'),
      resourcePage(['a']),
    ),
    async ({ aws, list }) => {
      await list();
      assert.equal(aws.waits, [100, 200], 'half of 200 and of 400 ms: full jitter at 0.5');
      assert.is(aws.metered.throttled.get('ListResources'), 2);
      assert.ok(
        aws.quotas.perSecond({ accountId: MEMBER, region: 'eu-west-1', api: 'list' }) < 1000,
      );
      assert.is(
        aws.quotas.perSecond({ accountId: MEMBER, region: 'us-east-1', api: 'list' }),
        1000,
      );
    },
  ));

test('a call that is throttled without end gives up after ten', () =>
  world(listing(jsonError(429, 'ThrottlingException')), async ({ aws, server, list }) => {
    const error = await refused(list());
    assert.is(error.errorClass, 'throttled');
    assert.is(error.code, 'aws.Throttling');
    assert.is(server.count('ListResources'), 10);
    assert.ok(Math.max(...aws.waits) <= 2500, 'no wait above the cap');
  }));

for (const [name, reaction, code] of [
  ['an internal error', jsonError(500, 'InternalFailure'), 'aws.InternalFailure'],
  ['a reset connection', 'reset', 'aws.Connection'],
  ['an answer that is cut', 'cut', 'aws.Connection'],
  ['a body that is no JSON', { body: '<html>proxy</html>' }, 'aws.MalformedResponse'],
] as const) {
  test(`${name} is tried four times in all`, () =>
    world(listing(reaction), async ({ server, list }) => {
      const error = await refused(list());
      assert.is(error.errorClass, 'transient');
      assert.is(error.code, code);
      assert.is(error.attempts, 4);
      assert.is(server.count('ListResources'), 4);
    }));

  test(`${name} once does no harm`, () =>
    world(listing(reaction, resourcePage(['a'])), async ({ list }) => {
      await list();
    }));
}

test('a denial is final at once', () =>
  world(listing(jsonError(400, 'AccessDeniedException', 'not yours')), async ({ server, list }) => {
    const error = await refused(list());
    assert.is(error.errorClass, 'denied');
    assert.is(error.code, 'aws.AccessDenied');
    assert.is(error.status, 400);
    assert.is(error.requestId, 'r-1');
    assert.match(error.message, /ListResources in 222222222222 eu-west-1: not yours/);
    assert.is(server.count('ListResources'), 1);
  }));

for (const code of [
  'ExpiredTokenException',
  'UnrecognizedClientException',
  'InvalidClientTokenId',
]) {
  test(`${code}: the role is assumed anew once`, () =>
    world(listing(jsonError(403, code), resourcePage(['a'])), async ({ server, list }) => {
      await list();
      assert.is(server.count('AssumeRole'), 2);
      assert.is(server.received.at(-1)?.accessKeyId, 'ROLE2');
    }));
}

test('credentials that stay unknown are a failure', () =>
  world(listing(jsonError(403, 'ExpiredTokenException')), async ({ server, list }) => {
    const error = await refused(list());
    assert.is(error.errorClass, 'expired-credentials');
    assert.is(server.count('ListResources'), 2);
  }));

test('many calls that meet expired credentials together assume the role anew once', () => {
  let roles = 0;
  return world(
    ({ operation, accessKeyId }) => {
      if (operation === 'AssumeRole') return assumedRole(`ROLE${++roles}`);
      return accessKeyId === 'ROLE1'
        ? jsonError(403, 'ExpiredTokenException')
        : resourcePage(['a']);
    },
    async ({ server, list }) => {
      await Promise.all(Array.from({ length: 20 }, () => list()));
      assert.is(server.count('AssumeRole'), 2);
    },
  );
});

test('a denied role is the call’s failure, with STS’s words', () =>
  world(
    ({ operation }) =>
      operation === 'AssumeRole' ? xmlError(403, 'AccessDenied') : resourcePage([]),
    async ({ server, list }) => {
      const error = await refused(list());
      assert.is(error.operation, 'AssumeRole');
      assert.is(error.errorClass, 'denied');
      assert.is(server.count('ListResources'), 0);
    },
  ));

test('an abort ends a call that is under way', async () => {
  const abort = new AbortController();
  await world(
    ({ operation }) => {
      if (operation === 'AssumeRole') return assumedRole('ROLE1');
      abort.abort(new Error('stopped'));
      return new Promise<Reaction>(() => undefined);
    },
    ({ list }) =>
      list(abort.signal).then(
        () => assert.unreachable(),
        (error: Error) => assert.is(error.message, 'stopped'),
      ),
  );
});

test('an abort ends a wait between two tries', async () => {
  const abort = new AbortController();
  const server = await scriptedServer(() => {
    setTimeout(() => abort.abort(new Error('stopped')), 20);
    return jsonError(429, 'ThrottlingException');
  });
  const aws = await openTestAws({ AWS_ENDPOINT_URL: server.url });
  const patient = new AwsCaller({
    clients: aws.clients,
    quotas: aws.quotas,
    meter: { call: () => undefined, throttled: () => undefined },
    retry: { baseMs: 3_600_000, capMs: 3_600_000 },
  });
  const target = {
    accountId: '1',
    region: 'eu-west-1',
    credentials: aws.base,
    operation: 'ListResources',
    signal: abort.signal,
  };
  await patient
    .call(target, (clients) =>
      clients.cloudControl.send(new ListResourcesCommand({ TypeName: 'AWS::Test::Thing' })),
    )
    .then(
      () => assert.unreachable(),
      (error: Error) => assert.is(error.message, 'stopped'),
    );
  await aws.close();
  await server.close();
});

test('no credentials, and an AWS that is not there, are EnvironmentErrors', async () => {
  const server = await scriptedServer(() => resourcePage([]));
  await server.close();
  await openTestAws({ AWS_ENDPOINT_URL: server.url }).then(
    () => assert.unreachable(),
    (error: unknown) => {
      assert.instance(error, EnvironmentError);
      assert.is((error as EnvironmentError).code, 'aws.unreachable');
    },
  );
  await openTestAws({ AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }).then(
    () => assert.unreachable(),
    (error: unknown) => assert.is((error as EnvironmentError).code, 'aws.no-credentials'),
  );
});

test('credentials that AWS refuses are an EnvironmentError', async () => {
  const server = await scriptedServer(
    () => resourcePage([]),
    () => xmlError(403, 'InvalidClientTokenId'),
  );
  try {
    await openTestAws({ AWS_ENDPOINT_URL: server.url }).then(
      () => assert.unreachable(),
      (error: unknown) => assert.is((error as EnvironmentError).code, 'aws.credentials-refused'),
    );
  } finally {
    await server.close();
  }
});

test.run();

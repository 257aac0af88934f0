import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PortError } from '../../src/errors/port-error.js';
import { PortClient, type PortCall } from '../../src/port/port-client.js';
import { FOREVER, STARTUP } from '../../src/port/retry-policy.js';
import { fakeClock } from './fake-clock.js';
import { startFakePort, type Answer } from './fake-port.js';
import { SECRET, withClient } from './harness.js';

const test = suite('port/port-client');
const READ: PortCall = { method: 'GET', path: '/blueprints/vm' };

/** Answers the first so many requests (tokens aside) with these, then plainly. */
function first(...answers: Answer[]) {
  return (request: { path: string }) =>
    request.path === '/auth/access_token' ? undefined : answers.shift();
}

async function failureOf(promise: Promise<unknown>): Promise<PortError> {
  try {
    await promise;
  } catch (error) {
    assert.instance(error, PortError);
    return error as PortError;
  }
  throw new Error('expected a rejection');
}

for (const suffix of ['', '/', '/v1', '/v1/']) {
  test(`takes a base URL that ends in "${suffix}"`, async () => {
    const port = await startFakePort();
    const client = new PortClient({
      baseUrl: port.url + suffix,
      clientId: 'id',
      clientSecret: SECRET,
      integration: 'prod',
      version: '1.2.3',
      env: {},
    });
    const answer = await client.request(READ);
    assert.equal(answer.body, { ok: true, blueprint: { identifier: 'vm' } });
    const [auth, read] = port.requests;
    assert.equal(auth?.body, { clientId: 'id', clientSecret: SECRET });
    assert.is(read?.headers['user-agent'], 'port-ocean/aws/1.2.3/prod/exporter');
    assert.is(read?.headers.authorization, 'Bearer token-1-abcdef');
    await client.close();
    await port.close();
  });
}

test('fetches one token for many callers, and a new one before it expires', () =>
  withClient(async ({ port, client, clock }) => {
    await Promise.all(Array.from({ length: 20 }, () => client.request(READ)));
    assert.is(port.tokens, 1);
    clock.advance(3_600_000 - 60_001);
    await client.request(READ);
    assert.is(port.tokens, 1);
    clock.advance(2);
    await Promise.all(Array.from({ length: 20 }, () => client.request(READ)));
    assert.is(port.tokens, 2);
  }));

test('refreshes a refused token once for many callers, without waiting', () =>
  withClient(async ({ port, client, clock }) => {
    await client.request(READ);
    port.script = (request) =>
      request.headers.authorization === 'Bearer token-1-abcdef'
        ? { status: 401, body: { ok: false, error: 'unauthorized', message: 'expired' } }
        : undefined;
    await Promise.all(Array.from({ length: 30 }, () => client.request(READ)));
    assert.is(port.tokens, 2);
    assert.equal(clock.sleeps, []);
  }));

test('tells wrong credentials at once at the start', () =>
  withClient(async ({ port, client, clock }) => {
    port.script = () => ({
      status: 401,
      body: { ok: false, error: 'invalid_credentials', message: 'Invalid credentials' },
    });
    const error = await failureOf(client.request({ ...READ, retry: STARTUP }));
    assert.is(error.code, 'port.unauthorized');
    assert.is(error.exitCode, 1);
    assert.match(error.hint ?? '', 'PORT_CLIENT_ID');
    assert.is(port.requests.length, 1);
    assert.equal(clock.sleeps, []);
  }));

test('tells a token that is refused again after a refresh', () =>
  withClient(async ({ port, client }) => {
    port.script = first({ status: 401 }, { status: 401 });
    assert.is((await failureOf(client.request(READ))).code, 'port.unauthorized');
    assert.is(port.tokens, 2);
  }));

test('waits for credentials that are refused in the middle of a long run', () =>
  withClient(async ({ port, client }) => {
    let refusals = 5;
    port.script = () => ((refusals -= 1) >= 0 ? { status: 401 } : undefined);
    const answer = await client.request({ ...READ, retry: FOREVER });
    assert.is(answer.status, 200);
  }));

test('tells an unreachable Port within seconds at the start', async () => {
  const port = await startFakePort();
  await port.close();
  const clock = fakeClock();
  const client = new PortClient({
    baseUrl: port.url,
    clientId: 'id',
    clientSecret: SECRET,
    integration: 'prod',
    version: '1',
    env: {},
    clock,
  });
  const error = await failureOf(client.request({ ...READ, retry: STARTUP }));
  assert.is(error.code, 'port.unreachable');
  assert.match(error.message, 'ECONNREFUSED');
  assert.match(error.hint ?? '', 'PORT_BASE_URL');
  const waited = clock.sleeps.reduce((sum, ms) => sum + ms, 0);
  assert.ok(waited >= 3_000 && waited <= 8_000, `waited ${waited.toString()}`);
  await client.close();
});

test('waits as long as Retry-After says after a 429', () =>
  withClient(async ({ port, client, clock }) => {
    port.script = first({ status: 429, headers: { 'retry-after': '7' } });
    assert.is((await client.request(READ)).status, 200);
    assert.equal(clock.sleeps, [7_000]);
    assert.equal(client.stats, { requests: 3, retries: 1 });
  }));

test('waits until the reset where a 429 has no Retry-After', () =>
  withClient(async ({ port, client, clock }) => {
    port.script = first({
      status: 429,
      headers: {
        'x-ratelimit-limit': '100',
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': '42',
      },
    });
    await client.request(READ);
    assert.equal(clock.sleeps, [42_000]);
  }));

test('backs off from a 429 without any header', () =>
  withClient(async ({ port, client, clock }) => {
    clock.chance = 0.5;
    port.script = first({ status: 429 }, { status: 429 });
    await client.request(READ);
    assert.equal(clock.sleeps, [250, 500]);
  }));

test('lets a 429 hold up the whole family and nobody else', () =>
  withClient(async ({ port, client, clock }) => {
    port.script = first({ status: 429, headers: { 'retry-after': '9' } });
    const search: PortCall = {
      method: 'POST',
      path: '/entities/search',
      body: '{"combinator":"and","rules":[]}',
    };
    await client.request({ ...READ }).catch(() => undefined);
    assert.equal(clock.sleeps, [9_000]);
    port.script = first({ status: 429, headers: { 'retry-after': '100' } });
    const original = clock.sleep;
    const asked: number[] = [];
    const releases: (() => void)[] = [];
    clock.sleep = (ms) => {
      asked.push(ms);
      return new Promise((resolve) => {
        releases.push(() => {
          clock.advance(ms);
          resolve();
        });
      });
    };
    const limited = client.request(search);
    while (asked.length < 1) await new Promise((resolve) => setImmediate(resolve));
    const follower = client.request(search);
    while (asked.length < 2) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(asked, [100_000, 100_000]);
    assert.is((await client.request(READ)).status, 200);
    assert.is(port.to('/entities/search').length, 1);
    for (const release of releases) release();
    await Promise.all([limited, follower]);
    assert.is(port.to('/entities/search').length, 3);
    clock.sleep = original;
  }));

test('slows down when little remains and waits for the reset when nothing does', () =>
  withClient(async ({ port, client, clock }) => {
    const limits = (remaining: number, reset: number) => ({
      status: 200,
      body: { ok: true },
      headers: {
        'x-ratelimit-limit': '100',
        'x-ratelimit-period': '300',
        'x-ratelimit-remaining': remaining.toString(),
        'x-ratelimit-reset': reset.toString(),
      },
    });
    port.script = first(limits(50, 100), limits(4, 100), limits(3, 80), limits(0, 60));
    await client.request(READ); // 50 remain: no wait
    await client.request(READ); // 4 remain for 100 s
    await client.request(READ); // the first slot is free
    assert.equal(clock.sleeps, []);
    await client.request(READ); // 3 remain, and the slot before was 20 s long
    assert.equal(clock.sleeps, [20_000]);
    await client.request(READ);
    assert.equal(clock.sleeps, [20_000, 60_000]);
  }));

test('backs off from 5xx exponentially with full jitter, and no less than Retry-After', () =>
  withClient(async ({ port, client, clock }) => {
    clock.chance = 0.5;
    const broken = { status: 500, body: { ok: false, error: 'internal_error' } };
    port.script = first(
      broken,
      { status: 503, headers: { 'retry-after': '3' } },
      { status: 408 },
      { status: 502, raw: '<html>' },
    );
    await client.request({ ...READ, retry: FOREVER });
    assert.equal(clock.sleeps, [250, 3_000, 1_000, 2_000]);
  }));

test('never waits longer than 30 s of its own choosing', () =>
  withClient(async ({ port, client, clock }) => {
    port.script = first(...Array.from({ length: 40 }, () => ({ status: 503 })));
    await client.request({ ...READ, retry: FOREVER });
    assert.is(clock.sleeps.length, 40);
    assert.is(Math.max(...clock.sleeps), 30_000);
  }));

test('tries again after resets, before and amid the answer, and after foreign answers', () =>
  withClient(async ({ port, client }) => {
    port.script = first(
      { status: 200, cut: 'before' },
      { status: 200, body: { ok: true, long: 'x'.repeat(5_000) }, cut: 'middle' },
      { status: 200, raw: '<html>log in to the hotel network</html>' },
    );
    const answer = await client.request(READ);
    assert.equal(answer.body, { ok: true, blueprint: { identifier: 'vm' } });
    assert.equal(client.stats, { requests: 5, retries: 3 });
  }));

test('gives up after the tries that the policy allows, with what Port said', () =>
  withClient(async ({ port, client }) => {
    port.script = first(
      ...Array.from({ length: 6 }, () => ({
        status: 500,
        body: { error: 'oops', message: 'broken' },
      })),
    );
    const error = await failureOf(
      client.request({ ...READ, retry: { ...STARTUP, deadlineMs: 1e9 } }),
    );
    assert.is(error.message, 'Port answered 500 to GET /blueprints/vm: oops: broken');
    assert.is(error.code, 'port.failing');
    assert.is(port.to('/vm').length, 6);
  }));

test('does not repeat what Port refused', () =>
  withClient(async ({ port, client, clock }) => {
    for (const [status, code] of [
      [403, 'port.forbidden'],
      [404, 'port.not-found'],
      [413, 'port.too-large'],
      [422, 'port.invalid'],
      [501, 'port.not-found'],
    ] as const) {
      port.script = first({
        status,
        body: { ok: false, error: 'e', message: 'm', details: { a: 1 } },
      });
      const error = await failureOf(client.request({ ...READ, retry: FOREVER }));
      assert.equal(
        [error.code, error.status, error.portCode, error.portMessage, error.details],
        [code, status, 'e', 'm', { a: 1 }],
      );
    }
    assert.equal(clock.sleeps, []);
  }));

test('takes answers of proxies and portals for none', () =>
  withClient(async ({ port, client }) => {
    port.script = first(
      { status: 302, headers: { location: 'http://portal' } },
      { status: 407, raw: 'who are you' },
      { status: 403, raw: '<html>blocked by policy</html>' },
    );
    assert.is((await client.request({ ...READ, retry: FOREVER })).status, 200);
    port.script = ({ path }) =>
      path === '/auth/access_token' ? { status: 404, body: {} } : undefined;
    assert.is((await client.request(READ)).status, 200); // the token is still good
  }));

test('a token call that is not answered as Port does is no answer to the call', () =>
  withClient(async ({ port, client }) => {
    let strange = 3;
    port.script = ({ path }) =>
      path === '/auth/access_token' && (strange -= 1) >= 0 ? { status: 404, body: {} } : undefined;
    assert.is((await client.request({ ...READ, retry: FOREVER })).status, 200);
    strange = 100;
    const other = new PortClient({
      baseUrl: port.url,
      clientId: 'id',
      clientSecret: SECRET,
      integration: 'prod',
      version: '1',
      env: {},
      clock: fakeClock(),
    });
    const error = await failureOf(other.request({ ...READ, retry: STARTUP }));
    assert.is(error.code, 'port.unreachable');
    assert.match(error.message, '404');
    await other.close();
  }));

test('ends with the signal, whether waiting or asking', () =>
  withClient(async ({ port, client, clock }) => {
    const reason = new Error('stop');
    const asking = new AbortController();
    port.script = async (request) => {
      if (request.path === '/auth/access_token') return undefined;
      asking.abort(reason);
      await new Promise((resolve) => setTimeout(resolve, 20));
      return undefined;
    };
    const caught = await client
      .request({ ...READ, retry: FOREVER, signal: asking.signal })
      .catch((error: unknown) => error);
    assert.is(caught, reason);
    const waiting = new AbortController();
    port.script = first({ status: 503 });
    clock.sleep = (_ms, signal) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => {
          reject(signal.reason as Error);
        });
        waiting.abort(reason);
      });
    const again = await client
      .request({ ...READ, retry: FOREVER, signal: waiting.signal })
      .catch((error: unknown) => error);
    assert.is(again, reason);
  }));

test('bounds the wait for an answer', () =>
  withClient(
    async ({ port, client }) => {
      let slow = 1;
      port.script = async (request) => {
        if (request.path !== '/auth/access_token' && (slow -= 1) >= 0) {
          await new Promise((resolve) => setTimeout(resolve, 2_500));
        }
        return undefined;
      };
      assert.is((await client.request(READ)).status, 200);
      assert.is(client.stats.retries, 1);
    },
    { requestTimeoutMs: 300 },
  ));

test('shows no token and no secret, even where Port echoes them', () =>
  withClient(async ({ port, client, logged }) => {
    port.script = (request) => ({
      status: request.path === '/auth/access_token' ? 401 : 400,
      body: {
        ok: false,
        error: 'bad',
        message: `got ${request.text} ${request.headers.authorization ?? ''}`,
      },
    });
    const texts: string[] = [];
    const note = (error: PortError) => {
      texts.push(error.message, error.stack ?? '', JSON.stringify(error), String(error.cause));
      texts.push(error.portMessage ?? '', error.hint ?? '');
    };
    note(await failureOf(client.request(READ)));
    port.script = (request) =>
      request.path === '/auth/access_token'
        ? undefined
        : {
            status: 400,
            body: { error: 'bad', message: `got ${request.headers.authorization ?? ''}` },
          };
    note(await failureOf(client.request(READ)));
    port.script = first({ status: 200, cut: 'before' });
    note(await failureOf(client.request({ ...READ, retry: { ...STARTUP, attempts: 1 } })));
    const all = [...texts, ...logged].join('\n');
    assert.match(all, '[redacted]');
    assert.not.match(all, SECRET);
    assert.not.match(all, /token-\d/);
  }));

test('goes through the proxy that the environment names, unless NO_PROXY names the host', async () => {
  const seen: string[] = [];
  const proxy = createServer((_request, response) => {
    seen.push('plain');
    response.writeHead(502).end();
  });
  proxy.on('connect', (request, socket) => {
    seen.push(request.url ?? '');
    const [host, number] = (request.url ?? '').split(':');
    const upstream = connect(Number(number), host, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.pipe(socket);
      socket.pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port: number } = proxy.address() as AddressInfo;
  const HTTP_PROXY = `http://127.0.0.1:${number.toString()}`;
  await withClient(
    async ({ port, client }) => {
      assert.is((await client.request(READ)).status, 200);
      assert.is(seen[0], new URL(port.url).host);
    },
    { env: { HTTP_PROXY } },
  );
  seen.length = 0;
  await withClient(
    async ({ client }) => {
      assert.is((await client.request(READ)).status, 200);
    },
    { env: { HTTP_PROXY, NO_PROXY: '127.0.0.1' } },
  );
  assert.equal(seen, []);
  proxy.closeAllConnections();
  await new Promise((resolve) => proxy.close(resolve));
});

test.run();

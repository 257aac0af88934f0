import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ConfigError } from '../../src/errors/config-error.js';
import { EnvironmentError } from '../../src/errors/environment-error.js';
import { startWeb, type Web, type WebOptions } from '../../src/web/start-web.js';
import { snapshot } from './snapshot.js';

const test = suite('web server');
const TOKEN = 'a-token-of-many-letters';

function options(more: Partial<WebOptions> = {}): WebOptions {
  return {
    host: '127.0.0.1',
    port: 0,
    metrics: { contentType: 'text/plain; version=0.0.4', text: () => Promise.resolve('up 1\n') },
    status: () => snapshot(),
    log: { info: () => undefined, error: () => undefined },
    ...more,
  };
}

async function serving(more: Partial<WebOptions>, use: (web: Web) => Promise<void>) {
  const web = await startWeb(options(more));
  try {
    await use(web);
  } finally {
    await web.close();
  }
}

/** A GET with any Host header, which fetch would not send. */
function get(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .once('error', reject)
      .end();
  });
}

test('serves health, readiness, metrics, status and the dashboard', async () => {
  await serving({}, async ({ url }) => {
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal(await (await fetch(`${url}/healthz`)).json(), { status: 'ok' });
    assert.is((await fetch(`${url}/readyz`)).status, 200);
    const metrics = await fetch(`${url}/metrics`);
    assert.is(await metrics.text(), 'up 1\n');
    assert.match(metrics.headers.get('content-type') ?? '', 'text/plain; version=0.0.4');
    assert.equal(await (await fetch(`${url}/api/status`)).json(), snapshot());
    const page = await fetch(`${url}/`);
    assert.match(page.headers.get('content-type') ?? '', 'text/html');
    assert.match(await page.text(), '<title>Sluice</title>');
    assert.is((await fetch(`${url}/nothing`)).status, 404);
    assert.is((await fetch(`${url}/api/status`, { method: 'POST' })).status, 404);
  });
});

test('is ready only once a resync has begun, and no longer when it stops', async () => {
  for (const [phase, status] of [
    ['starting', 503],
    ['resync', 200],
    ['idle', 200],
    ['stopping', 503],
  ] as const) {
    await serving({ status: () => ({ ...snapshot(), phase }) }, async ({ url }) => {
      assert.is((await fetch(`${url}/readyz`)).status, status, phase);
      assert.is((await fetch(`${url}/healthz`)).status, 200);
    });
  }
});

test('shows status and metrics only to those who hold the token', async () => {
  await serving({ token: TOKEN }, async ({ url }) => {
    for (const path of ['/api/status', '/metrics']) {
      for (const authorization of ['', 'Bearer wrong-token-of-letters', `Basic ${TOKEN}`, TOKEN]) {
        const answer = await fetch(url + path, { headers: { authorization } });
        assert.is(answer.status, 401, `${path} ${authorization}`);
        assert.match(answer.headers.get('www-authenticate') ?? '', 'Bearer');
        assert.not.match(await answer.text(), 'generation');
      }
      const headers = { authorization: `Bearer ${TOKEN}` };
      assert.is((await fetch(url + path, { headers })).status, 200);
    }
    assert.is((await fetch(`${url}/healthz`)).status, 200);
    assert.is((await fetch(`${url}/`)).status, 200);
  });
});

test('listens beyond this machine only with a token, and a good one', async () => {
  for (const host of ['0.0.0.0', '::', '192.0.2.1', 'example.com', '127.evil.example']) {
    try {
      await startWeb(options({ host }));
      assert.unreachable(host);
    } catch (error) {
      assert.instance(error, ConfigError);
      assert.is((error as ConfigError).code, 'web.token-required');
    }
  }
  try {
    await startWeb(options({ token: 'short' }));
    assert.unreachable();
  } catch (error) {
    assert.is((error as ConfigError).code, 'web.weak-token');
    assert.not.match((error as ConfigError).message, 'short"');
  }
  await serving({ host: '0.0.0.0', token: TOKEN }, async ({ url }) => {
    assert.is((await fetch(url.replace('0.0.0.0', '127.0.0.1') + '/healthz')).status, 200);
  });
});

test('answers no page whose name was made to resolve to this machine', async () => {
  await serving({}, async ({ url }) => {
    const { port } = new URL(url);
    assert.is(await get(`${url}/api/status`, { host: `evil.example:${port}` }), 403);
    assert.is(await get(`${url}/metrics`, { host: 'evil.example' }), 403);
    assert.is(await get(`${url}/api/status`, { host: `localhost:${port}` }), 200);
    assert.is(await get(`${url}/api/status`, { host: `[::1]:${port}` }), 200);
  });
});

test('says with every answer that nothing may be framed, sniffed, kept or loaded', async () => {
  await serving({ token: TOKEN }, async ({ url }) => {
    for (const path of ['/', '/healthz', '/api/status', '/nothing']) {
      const { headers } = await fetch(url + path);
      assert.is(headers.get('x-content-type-options'), 'nosniff', path);
      assert.is(headers.get('x-frame-options'), 'DENY', path);
      assert.is(headers.get('cache-control'), 'no-store', path);
      assert.match(headers.get('content-security-policy') ?? '', "default-src 'none'");
    }
  });
});

test('the page holds just the script and style that its policy allows, and nothing from elsewhere', async () => {
  await serving({}, async ({ url }) => {
    const answer = await fetch(`${url}/`);
    const policy = answer.headers.get('content-security-policy') ?? '';
    const page = await answer.text();
    for (const tag of ['script', 'style']) {
      const parts = [...page.matchAll(new RegExp(`<${tag}>([^]*?)</${tag}>`, 'g'))];
      assert.is(parts.length, 1);
      const digest = createHash('sha256')
        .update(parts[0]?.[1] ?? '')
        .digest('base64');
      assert.ok(policy.includes(`${tag}-src 'sha256-${digest}'`), tag);
    }
    assert.not.match(page, /(src|href)="(?!data:)/);
    assert.not.match(page, /\son\w+=|style="/);
  });
});

test('says which address is taken', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  try {
    await startWeb(options({ port }));
    assert.unreachable();
  } catch (error) {
    assert.instance(error, EnvironmentError);
    assert.is((error as EnvironmentError).code, 'web.port-in-use');
    assert.match((error as EnvironmentError).message, `127.0.0.1:${String(port)}`);
  } finally {
    other.close();
  }
});

test('hides what went wrong inside, and logs it', async () => {
  const logged: object[] = [];
  const log = { info: () => undefined, error: (fields: object) => logged.push(fields) };
  const status = () => {
    throw new Error('inner words');
  };
  await serving({ status, log }, async ({ url }) => {
    const answer = await fetch(`${url}/api/status`);
    assert.is(answer.status, 500);
    assert.not.match(await answer.text(), 'inner');
    assert.is(logged.length, 1);
    assert.is((await fetch(`${url}/healthz`)).status, 200);
  });
});

test.run();

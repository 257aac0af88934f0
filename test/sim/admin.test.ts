import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startSim, type Sim } from '../../src/sim/sim.js';

const test = suite('sim/admin');

// The admin endpoint answers open-ended JSON; the tests name what they look at.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

async function admin(
  url: string,
  call: string,
  body?: unknown,
): Promise<{ status: number; body: Json; text: string }> {
  const [method = '', path = ''] = call.split(' ');
  const response = await fetch(url + path, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    text,
    body: text.includes('\n') ? undefined : JSON.parse(text),
  };
}

async function withSim(
  run: (
    sim: Sim,
    call: (call: string, body?: unknown) => ReturnType<typeof admin>,
  ) => Promise<void>,
): Promise<void> {
  const sim = await startSim({ accounts: 2, regions: 2, resourcesPerScope: 3 });
  try {
    await run(sim, (call, body) => admin(sim.adminUrl, call, body));
  } finally {
    await sim.close();
  }
}

test('the organization is described, mutated and shown', () =>
  withSim(async (sim, call) => {
    const { body } = await call('GET /organization');
    assert.is(body.accounts.length, 2);
    assert.is(body.resources, sim.organization.count());
    const [held] = [...sim.organization.snapshot()];
    if (held === undefined) throw new Error('nothing held');
    const key = {
      kind: held.kind,
      accountId: held.accountId,
      region: held.region,
      identifier: held.identifier,
    };
    const mutated = await call('POST /mutate', [
      { type: 'delete', ...key },
      { type: 'addAccount', name: 'New' },
    ]);
    assert.is(mutated.status, 200);
    assert.match(mutated.body.results[1].accountId, /^\d{12}$/);
    assert.is(sim.organization.find(held), undefined);
    const lines = (await call('GET /snapshot')).text.trim().split('\n');
    assert.is(lines.length, sim.organization.count());
    assert.equal(Object.keys(JSON.parse(lines[0] ?? '') as object), [
      'kind',
      'accountId',
      'region',
      'identifier',
      'properties',
    ]);
    assert.is((await call('POST /mutate', { type: 'delete', ...key })).status, 400);
    assert.is((await call('POST /mutate', { type: 'explode' })).status, 400);
  }));

test('every mutation can be asked for', () =>
  withSim(async (sim, call) => {
    const [, member] = sim.organization.accounts;
    const accountId = member?.id ?? '';
    const region = sim.organization.regions[0] ?? '';
    const key = { kind: 'AWS::EC2::Instance', accountId, region, identifier: 'i-made' };
    const { status } = await call('POST /mutate', [
      {
        type: 'create',
        ...key,
        properties: {
          Tags: [
            { Key: 'a', Value: '1' },
            { Key: 'b', Value: '2' },
          ],
        },
      },
      { type: 'update', ...key, properties: { State: 'on' } },
      { type: 'reorderTags', ...key },
      { type: 'suspendAccount', accountId },
      { type: 'activateAccount', accountId },
      { type: 'disableRegion', accountId, region },
      { type: 'enableRegion', accountId, region },
    ]);
    assert.is(status, 200);
    assert.equal(sim.organization.find(key)?.properties, {
      Tags: [
        { Key: 'b', Value: '2' },
        { Key: 'a', Value: '1' },
      ],
      InstanceId: 'i-made',
      State: 'on',
    });
    await call('POST /mutate', { type: 'removeAccount', accountId });
    assert.is(sim.organization.accounts.length, 1);
  }));

test('faults, settings and counters are steered', () =>
  withSim(async (sim, call) => {
    const { body } = await call('POST /faults', {
      match: { service: 'sts' },
      effect: { type: 'throttle' },
    });
    assert.is((await call('GET /faults')).body.faults.length, 1);
    await call(`DELETE /faults/${String(body.id)}`);
    assert.is((await call('GET /faults')).body.faults.length, 0);
    await call('POST /faults', { match: {}, effect: { type: 'reset' } });
    await call('DELETE /faults');
    assert.equal(sim.faults.hits(), []);
    await call('POST /settings', {
      latencyMs: 1,
      pageSize: 7,
      quotas: { list: { rate: 1, burst: 1 } },
      port: { latencyMs: 2, limits: { other: { limit: 1, burst: 1 } } },
    });
    assert.equal(
      [sim.aws.settings.latencyMs, sim.aws.settings.pageSize, sim.port.latencyMs],
      [1, 7, 2],
    );
    assert.is((await call('POST /settings', { colour: 'red' })).status, 400);
    assert.is((await call('POST /settings', { port: { colour: 'red' } })).status, 400);
    sim.aws.counters.add('x');
    sim.port.counters.add('y');
    assert.equal((await call('GET /counters')).body, { aws: { x: 1 }, port: { y: 1 } });
    await call('DELETE /counters');
    assert.equal((await call('GET /counters')).body, { aws: {}, port: {} });
    assert.is((await call('POST /expire')).status, 200);
    assert.is((await call('GET /nothing')).status, 404);
  }));

test('the sim command prints an environment, and ends when told to', async () => {
  const script = `
    import { simCommand } from './src/cli/sim.ts';
    await simCommand().parseAsync(['--accounts', '2', '--regions', 'us-east-1', '--resources', '30', '--quota', '5/10'], { from: 'user' });
  `;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  try {
    const env: Record<string, string> = {};
    let adminUrl = '';
    for await (const line of createInterface({ input: child.stdout })) {
      adminUrl ||= /^# admin: (.*)$/.exec(line)?.[1] ?? '';
      const [, name, value] = /^export (\w+)=(.*)$/.exec(line) ?? [];
      if (name !== undefined && value !== undefined) env[name] = value;
      if (name === 'PORT_CLIENT_SECRET') break;
    }
    assert.equal(Object.keys(env), [
      'AWS_ENDPOINT_URL',
      'AWS_ACCESS_KEY_ID',
      'AWS_SECRET_ACCESS_KEY',
      'AWS_REGION',
      'PORT_BASE_URL',
      'PORT_CLIENT_ID',
      'PORT_CLIENT_SECRET',
    ]);
    const { body } = await admin(adminUrl, 'GET /organization');
    assert.equal([body.accounts.length, body.regions, body.resources], [2, ['us-east-1'], 30]);
  } finally {
    child.kill('SIGTERM');
  }
  assert.is(await ended, 0);
});

test.run();

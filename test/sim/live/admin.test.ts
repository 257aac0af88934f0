import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startSim } from '../../../src/sim/sim.js';
import { clientOf, decode, readAll, type Json } from './read-stream.js';

const test = suite('sim/live/admin');

async function admin(url: string, call: string, body?: unknown): Promise<[number, Json]> {
  const [method = '', path = ''] = call.split(' ');
  const response = await fetch(url + path, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return [response.status, (await response.json()) as Json];
}

test('everything about the stream can be steered over HTTP', async () => {
  const sim = await startSim({
    accounts: 2,
    regions: 1,
    resourcesPerScope: 3,
    live: { engine: 'memory', shards: 2 },
  });
  const client = clientOf(sim);
  const call = (what: string, body?: unknown) => admin(sim.adminUrl, what, body);
  try {
    const [, live] = await call('GET /live');
    assert.is(live.streamArn, sim.live.streamArn);
    assert.is(live.url, sim.env['AWS_ENDPOINT_URL_KINESIS']);
    assert.is(live.shards.length, 2);
    assert.is(live.settings.noise, 0);

    const [status, changed] = await call('POST /live', { forms: { bare: 1 }, noise: 1 });
    assert.is(status, 200);
    assert.is(changed.settings.noise, 1);
    assert.is((await call('POST /live', { noise: -1 }))[0], 400);

    assert.equal(await call('POST /live/changes', { count: 50, burst: 2 }), [200, {}]);
    const [, ended] = await call('POST /live/changes/await');
    assert.is(ended.made.total, 50);
    assert.is(ended.emitted.changes, 50);
    assert.is(ended.emitted.noise, ended.emitted.events);
    assert.is(ended.emitted.waiting, 0);
    assert.is((await call('POST /live/changes', {}))[0], 400);
    await call('POST /live/changes', { rate: 100 });
    const [, stopped] = await call('DELETE /live/changes');
    assert.ok(stopped.made.total >= 50);
    assert.equal((await call('GET /live/changes'))[1].made, stopped.made);

    assert.is((await call('POST /live/poison', { count: 3, ways: ['cutJson'] }))[0], 200);
    assert.is((await call('POST /live/poison', { count: 1, ways: ['none'] }))[0], 400);
    assert.is((await call('POST /live/noise', { count: 2 }))[0], 200);
    const [, flushed] = await call('POST /live/flush');
    assert.is(flushed.poison, 3);

    await call('POST /live/put', [{ text: '{"mine":1}' }, { base64: 'AAEC', partitionKey: 'k' }]);
    const records = await readAll(client, sim.live.streamArn);
    assert.ok(records.some((data) => String(data) === '{"mine":1}'));
    assert.ok(records.some((data) => data.equals(Buffer.from([0, 1, 2]))));
    assert.is(records.length, sim.live.emitted().records);

    const [, four] = await call('POST /live/reshard', { shards: 4 });
    assert.is(four.shards.length, 4);
    const [, split] = await call('POST /live/reshard', { split: four.shards[0] });
    assert.is(split.shards.length, 5);
    const [, merged] = await call('POST /live/reshard', { merge: split.shards.slice(0, 2) });
    assert.is(merged.shards.length, 4);
    assert.is((await call('POST /live/reshard', { split: 'shardId-none' }))[0], 400);
    assert.is((await call('POST /live/reshard', {}))[0], 400);

    assert.is((await call('POST /settings', { kinesis: { limits: true } }))[0], 200);
    assert.is(sim.live.kinesis.settings.limits, true);
    assert.is((await call('POST /settings', { kinesis: { nothing: 1 } }))[0], 400);
    assert.is((await call('POST /settings', { readLagMs: 5 }))[0], 200);
    assert.ok((await call('GET /counters'))[1].kinesis.GetRecords >= 2);
    await call('DELETE /counters');
    assert.equal((await call('GET /counters'))[1].kinesis, {});
    const fault = { match: { service: 'kinesis' }, effect: { type: 'throttle' } };
    assert.is((await call('POST /faults', fault))[0], 200);
    let name = '';
    await readAll(client, sim.live.streamArn).catch((error: Error) => (name = error.name));
    assert.is(name, 'LimitExceededException');
    assert.is((await call('GET /live/nothing'))[0], 404);
  } finally {
    client.destroy();
    await sim.close();
  }
});

test('a simulation without a stream has none to steer', async () => {
  const sim = await startSim({ accounts: 1, regions: 1, resourcesPerScope: 1 });
  try {
    assert.is((await admin(sim.adminUrl, 'GET /live'))[0], 404);
    assert.is((await admin(sim.adminUrl, 'POST /settings', { kinesis: {} }))[0], 400);
    assert.is(sim.live, undefined);
    assert.not.ok('AWS_ENDPOINT_URL_KINESIS' in sim.env);
  } finally {
    await sim.close();
  }
});

test('the command starts a stream, prints where it is, and leaves nothing running', async () => {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'src/cli/main.ts', 'sim', '--accounts', '1', '--regions', '1']
      .concat([
        '--per-scope',
        '2',
        '--live',
        '--engine',
        'memory',
        '--shards',
        '1',
        '--changes',
        '50',
      ])
      .concat(['--forms', 'logs=2,bare', '--noise', '1', '--poison', '0.1', '--delay', '0-5']),
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const env: Record<string, string> = {};
  let streamArn = '';
  let adminUrl = '';
  for await (const line of createInterface({ input: child.stdout })) {
    streamArn ||= /streamArn: (\S+)/.exec(line)?.[1] ?? '';
    adminUrl ||= /# admin: (\S+)/.exec(line)?.[1] ?? '';
    const [, name, value] = /^export (\w+)=(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) env[name] = value;
    if (name === 'AWS_ENDPOINT_URL_KINESIS') break;
  }
  const sim = { env, live: { url: env['AWS_ENDPOINT_URL_KINESIS'] } };
  const client = clientOf(sim as unknown as Parameters<typeof clientOf>[0]);
  try {
    const [, stopped] = await admin(adminUrl, 'DELETE /live/changes');
    const records = await readAll(client, streamArn);
    assert.is(records.length, stopped.emitted.records);
    assert.ok(records.some((data) => ['logs', 'bare'].includes(formOf(data))));
  } finally {
    client.destroy();
    child.kill('SIGTERM');
  }
  assert.is(await ended, 0);
  await assertGone(env['AWS_ENDPOINT_URL_KINESIS'] as string);
});

const formOf = (data: Buffer): string => {
  try {
    return decode(data).form;
  } catch {
    return 'poison';
  }
};

async function assertGone(url: string): Promise<void> {
  const answer = await fetch(url).then(
    () => 'answers',
    () => 'gone',
  );
  assert.is(answer, 'gone');
}

test.run();

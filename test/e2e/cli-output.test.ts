import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ROLE, inWorld, pipelineText, summaryOf, until } from './crash-world.js';
import type { World } from './crash-world.js';

const cli = suite('what commands say');

const SMALL = { accounts: 2, regions: 1, resourcesPerScope: 3 };

/** DESIGN.md, section 7. */
const SUMMARY = {
  generation: 'number',
  scopes: { total: 'number', ok: 'number', failed: 'number', skipped: 'number' },
  failures: 'array',
  resources: {
    listed: 'number',
    read: 'number',
    unchanged: 'number',
    filtered: 'number',
    mapped: 'number',
  },
  entities: {
    created: 'number',
    updated: 'number',
    unchanged: 'number',
    deleted: 'number',
    held: 'number',
    failed: 'number',
  },
  deadLetters: 'number',
  aws: { calls: 'number', throttled: 'number' },
  port: { requests: 'number', retries: 'number' },
  durationMs: 'number',
  peakRssBytes: 'number',
};

function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return 'array';
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]));
}

cli('--json: the summary, and nothing else on standard output', () =>
  inWorld(SMALL, async (world) => {
    const { sim } = world;
    const denied = sim.organization.accounts[1]!.id;
    sim.faults.add({
      match: { operation: 'ListResources', accountId: denied, kind: ROLE },
      effect: { type: 'accessDenied' },
    });
    const run = await world.once();
    assert.is(run.code, 3, run.stderr);
    assert.is(run.stdout.trimEnd().split('\n').length, 1, run.stdout);
    assert.equal(shapeOf(run.summary), SUMMARY);
    const { failures, scopes, entities, resources, aws, port } = run.summary;
    assert.equal(
      failures.map(({ kind, accountId, region }) => ({ kind, accountId, region })),
      [{ kind: ROLE, accountId: denied, region: 'global' }],
    );
    assert.equal(Object.keys(failures[0]!).sort(), [
      'accountId',
      'code',
      'kind',
      'message',
      'region',
    ]);
    assert.is(scopes.failed, 1);
    assert.is(scopes.total, scopes.ok + scopes.failed + scopes.skipped);
    assert.is(entities.created, sim.port.entities().length);
    assert.is(resources.mapped, resources.listed);
    assert.ok(aws.calls > 0 && port.requests > 0);
    for (const line of run.stderr.trimEnd().split('\n')) JSON.parse(line);

    // For people: words, no JSON.
    sim.faults.clear();
    const args = ['run', world.file, '--once', '--state', world.stateDir];
    const plain = await world.start(args).ended;
    assert.is(plain.code, 0, plain.stderr);
    assert.match(plain.stdout, /^Resync 2 ended/);
    assert.not.match(plain.stdout, '{');

    // A plan: the same line, and neither Port nor state is touched.
    const state = await stateOf(world);
    sim.port.counters.reset();
    const plan = await world.start(['plan', world.file, '--json', '--state', world.stateDir]).ended;
    assert.is(plan.code, 0, plan.stderr);
    assert.equal(shapeOf(summaryOf(plan)), SUMMARY);
    const calls = Object.keys(sim.port.counters.all());
    assert.equal(
      calls.filter((call) => /^(PATCH|PUT|DELETE) |bulk|POST \/integration/.test(call)),
      [],
    );
    assert.equal(await stateOf(world), state);
  }),
);

cli('--log-level silent: nothing but the summary', () =>
  inWorld(SMALL, async (world) => {
    world.sim.faults.add({
      match: { operation: 'ListResources', kind: ROLE },
      effect: { type: 'accessDenied' },
    });
    const run = await world.once('--log-level', 'silent');
    assert.is(run.code, 3);
    assert.is(run.stderr, '');
    assert.is(run.summary.failures.length, 2);
  }),
);

cli('no secret is said or kept, whatever goes wrong', () =>
  inWorld(SMALL, async (world) => {
    const { sim } = world;
    const secrets = new Set<string>([
      world.env['PORT_CLIENT_SECRET']!,
      world.env['AWS_SECRET_ACCESS_KEY']!,
    ]);
    collectSecrets(sim, secrets);
    // Expired tokens, refusals, breaks, nonsense and throttling, some of each.
    const port = { service: 'port', operation: 'POST */entities/bulk' };
    const list = { service: 'cloudcontrol', operation: 'ListResources' };
    sim.faults.add({ match: port, effect: { type: 'reset' }, times: 1 });
    sim.faults.add({ match: port, effect: { type: 'malformed' }, times: 1, after: 1 });
    sim.faults.add({
      match: port,
      effect: { type: 'throttle', retryAfterSeconds: 0 },
      times: 1,
      after: 2,
    });
    sim.faults.add({
      match: port,
      effect: { type: 'error', status: 401, code: 'unauthorized' },
      times: 1,
      after: 3,
    });
    sim.faults.add({
      match: { service: 'port', operation: 'upsert' },
      effect: { type: 'error', status: 422, code: 'invalid_request' },
      times: 1,
    });
    sim.faults.add({ match: list, effect: { type: 'throttle' }, times: 2 });
    sim.faults.add({ match: list, effect: { type: 'cut' }, times: 1, after: 2 });
    sim.faults.add({ match: { ...list, kind: ROLE }, effect: { type: 'accessDenied' } });
    sim.faults.add({
      match: { ...list, kind: ROLE },
      effect: { type: 'error', status: 400, code: 'ExpiredTokenException' },
      times: 1,
    });

    const traced = ['--log-level', 'trace'];
    const run = await world.once(...traced);
    assert.is(run.code, 3, run.stderr);
    const continuous = world.start([
      ...['run', world.file, '--json', '--state', world.stateDir, '--http', '127.0.0.1:0'],
      ...traced,
    ]);
    await until(() => continuous.said.stdout.includes('"generation"'), 'a resync');
    continuous.child.kill('SIGTERM');
    const ended = await continuous.ended;
    const wrong = await world.start(
      ['run', world.file, '--once', '--state', join(world.dir, 'other'), ...traced],
      { PORT_CLIENT_SECRET: 'hunter2-wrong' },
    ).ended;
    assert.is(wrong.code, 1);
    secrets.add('hunter2-wrong');

    const said = [run, ended, wrong].flatMap(({ stdout, stderr }) => [stdout, stderr]).join('\n');
    const kept = await stateOf(world);
    assert.ok(secrets.size > 5, 'tokens and session credentials were caught');
    for (const secret of secrets) {
      assert.not.ok(said.includes(secret), `said: ${secret}`);
      for (const [name, bytes] of kept)
        assert.not.ok(bytes.includes(secret), `in ${name}: ${secret}`);
    }
    assert.not.match(said, /Bearer |authorization/i);
  }),
);

/** Every token that Port issues, and every secret and session token that STS does. */
function collectSecrets(sim: World['sim'], secrets: Set<string>): void {
  const { tokens } = sim.port;
  const issue = tokens.issue.bind(tokens);
  tokens.issue = (body) => {
    const answer = issue(body);
    secrets.add((answer.body as { accessToken: string }).accessToken);
    return answer;
  };
  const { credentials } = sim.aws;
  for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(credentials))) {
    const method = (credentials as unknown as Record<string, unknown>)[name];
    if (name === 'constructor' || typeof method !== 'function') continue;
    (credentials as unknown as Record<string, unknown>)[name] = (...args: unknown[]): unknown => {
      const result: unknown = Reflect.apply(method, credentials, args);
      const { secretAccessKey, sessionToken } = (result ?? {}) as Record<string, unknown>;
      for (const secret of [secretAccessKey, sessionToken]) {
        if (typeof secret === 'string' && secret.length > 8) secrets.add(secret);
      }
      return result;
    };
  }
}

/** Every file of the state directory; sockets are none. */
async function stateOf(world: World): Promise<[string, Buffer][]> {
  const files: [string, Buffer][] = [];
  for (const entry of await readdir(world.stateDir, { withFileTypes: true })) {
    const transient = /lock/.test(entry.name);
    if (!entry.isFile() || transient) continue;
    files.push([entry.name, await readFile(join(world.stateDir, entry.name))]);
  }
  return files;
}

cli('a text of AWS that Port refuses is parked with the reason, without a secret of either', () =>
  inWorld(SMALL, async (world) => {
    const text = pipelineText(world.sim).replace(
      `stamp: '.Properties.Stamp // "none"' }`,
      `stamp: 'env.PORT_CLIENT_SECRET // $ENV.AWS_SECRET_ACCESS_KEY // "no environment"' }`,
    );
    await world.write('pipeline.yaml', text);
    const run = await world.once();
    assert.is(run.code, 0, run.stderr);
    const stamps = new Set(world.sim.port.entities().map(({ properties }) => properties['stamp']));
    assert.ok(stamps.has('no environment'));
    assert.equal(
      [...stamps].sort((a, b) => (String(a) < String(b) ? -1 : 1)),
      ['no environment', 'none'],
    );
  }),
);

cli('the simulation says its environment, and SIGTERM ends it', () =>
  inWorld(SMALL, async (world) => {
    const run = world.start(['sim', '--accounts', '1', '--regions', '1', '--per-scope', '1']);
    await until(() => run.said.stdout.includes('PORT_CLIENT_SECRET'), 'its environment');
    const env = Object.fromEntries(
      [...run.said.stdout.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name, value]) => [
        name,
        value,
      ]),
    ) as Record<string, string>;
    for (const name of Object.keys(world.sim.env)) assert.type(env[name], 'string', name);
    const role = /OrgReader in (\d{12})/.exec(run.said.stdout)?.[1];
    assert.is(role, world.sim.organization.managementAccountId);
    // Another process finds a whole AWS and Port there: the one thing missing is a blueprint.
    const args = ['plan', world.file, '--json', '--state', world.stateDir];
    const plan = await world.start(args, env).ended;
    assert.is(plan.code, 0, plan.stderr);
    assert.is(summaryOf(plan).entities.created, 4);
    run.child.kill('SIGTERM');
    const ended = await run.ended;
    assert.is(ended.code, 0, ended.stderr);
  }),
);

cli('the demo ends by itself with 0 and shows what changed', () =>
  inWorld(SMALL, async (world) => {
    const nothing = Object.fromEntries(Object.keys(world.sim.env).map((name) => [name, undefined]));
    const demo = world.start(
      ['demo', '--accounts', '2', '--regions', '1', '--per-scope', '8'],
      nothing,
    );
    const ended = await demo.ended;
    assert.is(ended.code, 0, ended.stderr);
    assert.match(ended.stdout, /Resync 1 ended/);
    assert.match(ended.stdout, /Resync 2 ended/);
    assert.match(ended.stdout, /3 created, 6 updated, 4 deleted/);
    assert.match(ended.stdout, /sluice run/);
    const left = (await readdir(world.dir)).filter((name) => name.startsWith('sluice-demo'));
    assert.equal(left, [], 'it leaves nothing behind');
  }),
);

cli.run();

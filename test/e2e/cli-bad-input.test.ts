import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { reportError } from '../../src/cli/report-error.js';
import { runCommand } from '../../src/cli/run.js';
import { RecordedIo } from '../cli/io.js';
import { openWorld, pipelineText } from './crash-world.js';
import type { Ended, World } from './crash-world.js';

const cli = suite('bad input');
let world: World;

cli.before(async () => {
  world = await openWorld({ accounts: 1, regions: 1, resourcesPerScope: 1 });
});
cli.after(() => world.close());

interface Case {
  readonly name: string;
  readonly code: 1 | 2;
  /** What standard error must hold, each. */
  readonly says: readonly (string | RegExp)[];
  /** A process of its own, as users have it; the others are spared its start. */
  readonly whole?: true;
  readonly args?: (file: string, state: string) => readonly string[];
  /** The pipeline file; default the world's. */
  readonly pipeline?: (good: string) => string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Before it starts. */
  readonly prepare?: (state: string, file: string) => Promise<void>;
}

const once = (file: string, state: string): readonly string[] => [
  'run',
  file,
  '--once',
  '--json',
  '--state',
  state,
];
const oneLine = (from: string, to: string) => (good: string) => {
  assert.ok(good.includes(from));
  return good.replace(from, to);
};

const CASES: readonly Case[] = [
  {
    name: 'unknown key',
    code: 2,
    pipeline: (good) => `${good}\nresorces: []\n`,
    says: [/bad\.yaml:\d+:1: /, 'resorces', 'resources'],
  },
  {
    name: 'wrong type',
    code: 2,
    pipeline: (good) => `deleteDependentEntities: 12\n${good}`,
    says: [/bad\.yaml:1:\d+: /, 'deleteDependentEntities', /true or false|boolean/],
  },
  {
    name: 'JQ that does not compile',
    code: 2,
    pipeline: oneLine('title: .Identifier', 'title: .Identifier | map(('),
    whole: true,
    says: [/bad\.yaml:14:18: /],
  },
  {
    name: 'a selector that does not compile',
    code: 2,
    pipeline: oneLine("selector: { query: 'true' }", "selector: { query: 'tru) e' }"),
    says: [/bad\.yaml:\d+:25: /],
  },
  {
    name: 'empty resources',
    code: 2,
    pipeline: (good) => `${good.slice(0, good.indexOf('resources:'))}resources: []\n`,
    says: [/bad\.yaml:\d+:\d+: /, 'resources'],
  },
  {
    name: 'a kind that does not exist',
    code: 2,
    pipeline: oneLine('AWS::EC2::Instance', 'AWS::EC2::Instanze'),
    says: [/bad\.yaml:\d+:11: /, 'AWS::EC2::Instanze', 'AWS::EC2::Instance'],
  },
  {
    name: 'no YAML at all',
    code: 2,
    pipeline: () => 'resources: [ {\n',
    says: [/bad\.yaml:\d+:\d+: /],
  },
  { name: 'an empty file', code: 2, pipeline: () => '', says: ['bad.yaml'] },
  {
    name: 'a file that is not there',
    code: 2,
    args: (_, state) => once('/nonexistent/pipeline.yaml', state),
    says: ['/nonexistent/pipeline.yaml'],
  },
  {
    name: 'a directory for a file',
    code: 2,
    args: (_, state) => once('/tmp', state),
    says: ['/tmp', /directory/],
  },
  {
    name: 'an unknown option',
    whole: true,
    code: 2,
    args: (file, state) => [...once(file, state), '--alow-deletes', '3'],
    says: ['--alow-deletes', '--allow-deletes'],
  },
  { name: 'an unknown command', whole: true, code: 2, args: () => ['rnu'], says: ['rnu', 'run'] },
  { name: 'no file', code: 2, args: () => ['run', '--once'], says: ['file'] },
  {
    name: '--only without a key',
    code: 2,
    args: (file, state) => [...once(file, state), '--only', 'us-east-1'],
    says: ['--only', 'kind=', 'us-east-1'],
  },
  {
    name: '--only with an unknown key',
    code: 2,
    args: (file, state) => [...once(file, state), '--only', 'kinds=AWS::*'],
    says: ['--only', 'kind='],
  },
  {
    name: '--only of a kind that the pipeline does not have',
    code: 2,
    args: (file, state) => [...once(file, state), '--only', 'kind=AWS::SQS::Queue'],
    says: ['--only', 'AWS::SQS::Queue'],
  },
  {
    name: '--allow-deletes of no number',
    code: 2,
    args: (file, state) => [...once(file, state), '--allow-deletes', '5%'],
    says: ['--allow-deletes', 'whole number'],
  },
  {
    name: '--log-level unknown',
    code: 2,
    args: (file, state) => [...once(file, state), '--log-level', 'loud'],
    says: ['--log-level', 'silent'],
  },
  {
    name: '--http without a port',
    code: 2,
    args: (file, state) => ['run', file, '--state', state, '--http', 'localhost'],
    says: ['--http', 'HOST:PORT'],
  },
  {
    name: 'no Port credentials',
    code: 1,
    env: { PORT_CLIENT_ID: undefined, PORT_CLIENT_SECRET: '' },
    says: ['PORT_CLIENT_ID', 'PORT_CLIENT_SECRET'],
  },
  {
    name: 'a base URL that is none',
    code: 1,
    env: { PORT_BASE_URL: 'api.getport.io' },
    says: ['PORT_BASE_URL'],
  },
  {
    name: 'wrong Port credentials',
    whole: true,
    code: 1,
    env: { PORT_CLIENT_SECRET: 'wrong-secret' },
    says: [/credentials/i, 'PORT_CLIENT_ID'],
  },
  {
    name: 'Port unreachable',
    code: 1,
    env: { PORT_BASE_URL: 'http://127.0.0.1:1' },
    says: ['127.0.0.1:1', 'PORT_BASE_URL'],
  },
  {
    name: 'AWS unreachable',
    whole: true,
    code: 1,
    env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
    says: [/AWS/, 'AWS_ENDPOINT_URL'],
  },
  {
    name: 'wrong AWS credentials',
    whole: true,
    code: 1,
    env: { AWS_ACCESS_KEY_ID: 'AKIAWRONG' },
    says: [/AWS refuses/, /credentials/],
  },
  {
    name: 'no AWS credentials',
    code: 1,
    env: { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined },
    says: ['AWS', 'AWS_ACCESS_KEY_ID'],
  },
  {
    name: 'a state directory that is something else',
    whole: true,
    code: 1,
    prepare: async (state) => {
      await mkdir(state);
      await writeFile(join(state, 'thesis.tex'), 'precious');
    },
    says: ['state directory', 'thesis.tex', '--state'],
  },
  {
    name: 'a state directory that is a file',
    code: 1,
    prepare: (state) => writeFile(state, 'precious'),
    says: ['state', '--state'],
  },
  {
    name: 'a state of a newer format',
    code: 1,
    prepare: async (state) => {
      await mkdir(state);
      await writeFile(join(state, 'sluice-state.json'), '{"format":99}');
    },
    says: ['99', 'version of Sluice'],
  },
  {
    name: 'a torn state file',
    code: 1,
    prepare: async (state) => {
      await mkdir(state);
      await writeFile(join(state, 'sluice-state.json'), '{"for');
    },
    says: ['sluice-state.json'],
  },
];

for (const one of CASES) {
  cli(`${one.name} is one clear error, and nothing is written`, async () => {
    const { ended, state } = await meet(one);
    assertRefused(ended, one);
    assert.equal(writesToPort(), [], 'Port was written to');
    assert.is(ended.stdout, '');
    if (one.prepare === undefined && one.code === 2) {
      const made = await readdir(state).catch(() => undefined);
      assert.is(made, undefined, 'a state directory was made');
    }
  });
}

let runs = 0;
async function meet(one: Case): Promise<{ ended: Ended; state: string }> {
  runs += 1;
  const state = join(world.dir, `state-${runs}`);
  const text = pipelineText(world.sim);
  const file = await world.write('bad.yaml', one.pipeline?.(text) ?? text);
  await one.prepare?.(state, file);
  world.sim.port.counters.reset();
  const args = (one.args ?? once)(file, state);
  const ended = one.whole ? world.start(args, one.env).ended : inThisProcess(args, one.env);
  return { ended: await ended, state };
}

/** Runs `sluice` as main.ts does, in this process. */
async function inThisProcess(args: readonly string[], env: Case['env'] = {}): Promise<Ended> {
  const io = new RecordedIo();
  const output = { writeErr: (text: string) => io.err(text.trimEnd()) };
  const program = new Command('sluice');
  for (const command of [program, runCommand(io)]) {
    command.exitOverride().configureOutput(output);
    if (command !== program) program.addCommand(command);
  }
  const own = { ...process.env };
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, filled({ ...world.env, ...env }), {
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  });
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) io.exit(error.exitCode === 0 ? 0 : 2);
    else reportError(error, io);
  } finally {
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, own);
  }
  const [stdout, stderr] = [io.stdout.join('\n'), io.stderr.join('\n')];
  return { code: io.code, signal: null, stdout, stderr };
}

function filled(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function assertRefused(ended: Ended, { code, says }: Pick<Case, 'code' | 'says'>): void {
  assert.is(ended.code, code, ended.stderr);
  assert.not.match(ended.stderr, /\n\s+at /, 'a stack');
  assert.not.match(ended.stderr, /internal error/);
  assert.not.match(ended.stderr, /\[object |undefined/);
  for (const text of says) assert.match(ended.stderr, text);
  const lines = ended.stderr.trimEnd().split('\n');
  assert.ok(lines.length <= 4, `one clear error, not:\n${ended.stderr}`);
}

function writesToPort(): string[] {
  return Object.keys(world.sim.port.counters.all()).filter(
    (name) =>
      /^(POST|PUT|PATCH|DELETE) /.test(name) &&
      name !== 'POST /auth/access_token' &&
      !name.endsWith('-entities') &&
      !name.endsWith('/search'),
  );
}

cli('a data file that was cut is one clear error, and is left as it is', async () => {
  const state = join(world.dir, 'torn');
  const args = once(world.file, state);
  const good = await world.start(args).ended;
  assert.is(good.code, 0, good.stderr);
  const data = (await readdir(state)).filter(
    (name) => /mdb|lmdb|data/.test(name) && !/lock/.test(name),
  );
  assert.ok(data.length > 0);
  for (const name of data) await writeFile(join(state, name), 'torn');
  world.sim.port.counters.reset();
  const ended = await inThisProcess(args);
  assertRefused(ended, { code: 1, says: [state, 'Move the state directory away'] });
  assert.equal(writesToPort(), []);
});

cli('the state of another integration is refused, and neither integration is touched', async () => {
  const state = join(world.dir, 'other');
  const good = await world.start(once(world.file, state)).ended;
  assert.is(good.code, 0, good.stderr);
  const text = pipelineText(world.sim, { integration: 'elsewhere' });
  const file = await world.write('elsewhere.yaml', text);
  world.sim.port.counters.reset();
  const ended = await inThisProcess(once(file, state));
  assertRefused(ended, { code: 2, says: ['crash', 'elsewhere', '--state'] });
  assert.equal(writesToPort(), []);
});

cli('an http port that is taken is one clear error before anything is written', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    world.sim.port.counters.reset();
    const state = join(world.dir, 'http');
    const run = world.start(['run', world.file, '--state', state, '--http', `127.0.0.1:${port}`]);
    const ended = await run.ended;
    assertRefused(ended, { code: 1, says: [String(port), '--http'] });
    assert.is(world.sim.port.counters.get('entities.created'), 0);
  } finally {
    server.close();
  }
});

cli('a state directory that may not be written is one clear error', async () => {
  if (process.getuid?.() === 0) return; // Root may write everything.
  const parent = join(world.dir, 'readonly');
  await mkdir(parent);
  await chmod(parent, 0o500);
  const ended = await world.start(once(world.file, join(parent, 'state'))).ended;
  assertRefused(ended, { code: 1, says: ['state', '--state'] });
});

cli('every problem of a file is told at once', async () => {
  const text = pipelineText(world.sim)
    .replace('title: .Identifier', 'title: .Identifier | map((')
    .replace("selector: { query: 'true' }", "selector: { query: 'tru) e' }");
  const file = await world.write('bad.yaml', text);
  const ended = await inThisProcess(once(file, join(world.dir, 'never')));
  assert.is(ended.code, 2);
  assert.is(ended.stderr.match(/bad\.yaml:\d+:\d+: /g)?.length, 2, ended.stderr);
});

cli.run();

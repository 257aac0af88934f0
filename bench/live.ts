import { fork, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { LiveChanges, LiveCommand, LiveWorldStarted } from './live-world.js';
import { PIPELINE, readPipeline } from './organization.js';
import { check, describeMachine, figure } from './result.js';
import type { BenchResult, Check, Figure } from './result.js';
import { CLI } from './simulation.js';

export interface LiveBenchOptions {
  /** Mutations a second, each for so long. */
  readonly rates: readonly number[];
  readonly seconds: number;
  readonly accounts: number;
  readonly regions: number;
  readonly resources: number;
  readonly tell: (line: string) => void;
}

/** The coalescing window, which is no part of a latency. */
const WINDOW_MS = 1_000;
const SHARDS = 4;
/** Events of one resource in a row, for the cost of bursts. */
const BURST = 10;
const BURST_RATE = 200;
const P99_AIM_MS = 1_000;
const READS_AIM = 0.2;
const START_MS = 120_000;

/** How soon a change stands in Port, at several rates; what it costs; and what bursts cost in reads. */
export async function benchLive(options: LiveBenchOptions): Promise<BenchResult> {
  const startedAt = new Date().toISOString();
  const world = await LiveWorld.start(options);
  const figures: Figure[] = [];
  const checks: Check[] = [];
  try {
    for (const rate of options.rates) {
      options.tell(`${rate} mutations a second`);
      const cpuBefore = world.engineCpuMs();
      const changes = await world.change(rate, options.seconds, 1);
      const cpuMs = world.engineCpuMs() - cpuBefore;
      figures.push(...latencyFigures(`${rate} mutations/s`, changes, cpuMs));
      checks.push(arrivedCheck(`${rate} mutations/s`, changes));
    }
    options.tell(`bursts of ${BURST} mutations of one resource`);
    const changes = await world.change(BURST_RATE, options.seconds, BURST);
    const name = `bursts of ${BURST}, ${BURST_RATE} mutations/s`;
    figures.push(
      figure(
        { case: name, name: 'reads a mutation', unit: 'reads', better: 'lower' },
        [changes.reads / changes.mutations],
        { atMost: READS_AIM },
      ),
    );
    checks.push(arrivedCheck(name, changes));
    const { exitCode, tookMs } = await world.stopEngine();
    checks.push(check('SIGTERM ends with 0', exitCode === 0, `exit code ${exitCode}`));
    checks.push(check('within 60 seconds', tookMs < 60_000, `${tookMs} ms`));
  } finally {
    await world.close();
  }
  return {
    bench: 'live',
    startedAt,
    work: {
      accounts: options.accounts,
      regions: options.regions,
      resources: options.resources,
      shards: SHARDS,
      'seconds a rate': options.seconds,
      'coalescing window, ms': WINDOW_MS,
    },
    machine: describeMachine(undefined),
    figures,
    checks,
    notes: [
      'Latency is counted from the mutation of AWS to Port’s acknowledgement, without the coalescing window.',
      'The stream is held by the simulation itself, which takes part of the cores.',
    ],
  };
}

function latencyFigures(name: string, changes: LiveChanges, cpuMs: number): Figure[] {
  const beyond = changes.latenciesMs.map((ms) => Math.max(0, ms - WINDOW_MS)).sort((a, b) => a - b);
  const at = (share: number): number =>
    beyond[Math.min(beyond.length - 1, Math.floor(beyond.length * share))] ?? Number.NaN;
  const ms = { case: name, unit: 'ms', better: 'lower' } as const;
  return [
    figure({ ...ms, name: 'latency beyond the window, p50' }, [at(0.5)]),
    figure({ ...ms, name: 'latency beyond the window, p99' }, [at(0.99)], { atMost: P99_AIM_MS }),
    figure({ case: name, name: 'sustained', unit: '/s', better: 'higher' }, [
      changes.mutations / (changes.elapsedMs / 1_000),
    ]),
    figure({ case: name, name: 'engine CPU a mutation', unit: 'ms', better: 'lower' }, [
      cpuMs / changes.mutations,
    ]),
    figure({ case: name, name: 'reads a mutation', unit: 'reads', better: 'lower' }, [
      changes.reads / changes.mutations,
    ]),
  ];
}

function arrivedCheck(name: string, { missing, arrived }: LiveChanges): Check {
  return check(
    `${name}: every change arrives`,
    missing === 0,
    `${missing} of ${missing + arrived}`,
  );
}

/** A simulation with a stream, and an engine that follows it, each a process of its own. */
class LiveWorld {
  readonly #world: ChildProcess;
  readonly #dir: string;
  #engine: ChildProcess | undefined;

  private constructor(world: ChildProcess, dir: string) {
    this.#world = world;
    this.#dir = dir;
  }

  static async start(options: LiveBenchOptions): Promise<LiveWorld> {
    const file = fileURLToPath(new URL('live-world.ts', import.meta.url));
    const child = fork(file, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    process.once('exit', () => child.kill('SIGKILL'));
    const world = new LiveWorld(child, await mkdtemp(join(tmpdir(), 'sluice-bench-live-')));
    const { accounts, regions, resources } = options;
    const { kinds } = await readPipeline();
    const started = (await world.#ask({
      type: 'start',
      accounts,
      regions,
      resources,
      kinds,
      shards: SHARDS,
    })) as LiveWorldStarted;
    options.tell(`${started.resources} resources in ${accounts} accounts and ${regions} regions`);
    await world.#startEngine(started);
    return world;
  }

  change(rate: number, seconds: number, burst: number): Promise<LiveChanges> {
    return this.#ask({ type: 'change', rate, seconds, burst }) as Promise<LiveChanges>;
  }

  /** User and system time of the engine so far; Linux only. */
  engineCpuMs(): number {
    const stat = readFileSync(`/proc/${this.#engine!.pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  async stopEngine(): Promise<{ readonly exitCode: number | null; readonly tookMs: number }> {
    const engine = this.#engine!;
    const startedAt = performance.now();
    const ended = once(engine, 'exit');
    engine.kill('SIGTERM');
    const [exitCode] = (await ended) as [number | null];
    return { exitCode, tookMs: performance.now() - startedAt };
  }

  async close(): Promise<void> {
    if (this.#engine?.exitCode === null) this.#engine.kill('SIGKILL');
    const ended = once(this.#world, 'exit');
    this.#world.send({ type: 'stop' } satisfies LiveCommand);
    await ended;
    await rm(this.#dir, { recursive: true, force: true });
  }

  async #startEngine({ env, streamArn, managementAccountId }: LiveWorldStarted): Promise<void> {
    const file = join(this.#dir, 'pipeline.yaml');
    const live = `live: { kinesis: { streamArn: '${streamArn}', coalesceFor: ${WINDOW_MS}ms } }\n`;
    await writeFile(file, live + (await readFile(PIPELINE, 'utf8')));
    const args = ['run', file, '--json', '--no-http', '--state', join(this.#dir, 'state')];
    const engine = spawn(process.execPath, [CLI, ...args, '--log-level', 'warn'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        PATH: process.env['PATH'],
        ...env,
        OCEAN__INTEGRATION__CONFIG__ORGANIZATION_ROLE_ARN: `arn:aws:iam::${managementAccountId}:role/OrgReader`,
        OCEAN__INTEGRATION__CONFIG__ACCOUNT_READ_ROLE_NAME: 'SluiceReadOnly',
      },
    });
    process.once('exit', () => engine.kill('SIGKILL'));
    this.#engine = engine;
    // The summary of the first resync: from here on only changes are left to do.
    const resynced = once(engine.stdout, 'data');
    const late = sleep(START_MS, undefined, { ref: false }).then(() => {
      throw new Error('the first resync did not end in time');
    });
    await Promise.race([resynced, late]);
  }

  async #ask(command: LiveCommand): Promise<unknown> {
    const answered = once(this.#world, 'message');
    this.#world.send(command);
    const [answer] = (await answered) as [unknown];
    return answer;
  }
}

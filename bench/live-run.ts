import { fork, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { LiveChanges, LiveCommand, LiveWorldStarted, Seen } from './live-world.js';
import { PIPELINE, readPipeline } from './organization.js';
import { CLI } from './simulation.js';

export interface LiveRunOptions {
  readonly accounts: number;
  readonly regions: number;
  readonly resources: number;
  readonly shards: number;
  /** The coalescing window. */
  readonly windowMs: number;
  readonly tell: (line: string) => void;
}

/** How long a first resync may take; a million resources take some minutes. */
const RESYNC_MS = 3_600_000;

/** A simulation with a stream, and an engine that follows it, each a process of its own. */
export class LiveRun {
  readonly #world: ChildProcess;
  readonly #dir: string;
  #started!: LiveWorldStarted;
  #engine!: ChildProcess;

  private constructor(world: ChildProcess, dir: string) {
    this.#world = world;
    this.#dir = dir;
  }

  /** Starts both; the engine begins its first resync. */
  static async start(options: LiveRunOptions): Promise<LiveRun> {
    const { accounts, regions, resources, shards, windowMs, tell } = options;
    const file = fileURLToPath(new URL('live-world.ts', import.meta.url));
    const child = fork(file, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: [...process.execArgv, '--max-old-space-size=12288'],
    });
    process.once('exit', () => child.kill('SIGKILL'));
    const run = new LiveRun(child, await mkdtemp(join(tmpdir(), 'sluice-bench-live-')));
    const { kinds } = await readPipeline();
    const world = { accounts, regions, resources, shards, kinds };
    run.#started = (await run.#ask({ type: 'start', ...world })) as LiveWorldStarted;
    tell(`${run.#started.resources} resources in ${accounts} accounts and ${regions} regions`);
    const live = `live: { kinesis: { streamArn: '${run.#started.streamArn}', coalesceFor: ${windowMs}ms } }\n`;
    await writeFile(run.#pipeline, live + (await readFile(PIPELINE, 'utf8')));
    run.startEngine();
    return run;
  }

  get #pipeline(): string {
    return join(this.#dir, 'pipeline.yaml');
  }

  /** Starts the engine on the state that it left. Gives the time, in ms since 1970. */
  startEngine(): number {
    const { env, managementAccountId } = this.#started;
    const args = ['--json', '--no-http', '--state', join(this.#dir, 'state')];
    const startedAt = Date.now();
    const engine = spawn(
      process.execPath,
      [CLI, 'run', this.#pipeline, ...args, '--log-level', 'error'],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: {
          PATH: process.env['PATH'],
          ...env,
          OCEAN__INTEGRATION__CONFIG__ORGANIZATION_ROLE_ARN: `arn:aws:iam::${managementAccountId}:role/OrgReader`,
          OCEAN__INTEGRATION__CONFIG__ACCOUNT_READ_ROLE_NAME: 'SluiceReadOnly',
        },
      },
    );
    process.once('exit', () => engine.kill('SIGKILL'));
    this.#engine = engine;
    return startedAt;
  }

  /** Waits for the summary of the engine's first resync: from then on only changes are left to do. */
  async resynced(): Promise<void> {
    const late = sleep(RESYNC_MS, undefined, { ref: false }).then(() => {
      throw new Error('the first resync did not end in time');
    });
    const ended = once(this.#engine, 'exit').then(([code]) => {
      throw new Error(`the engine ended with ${String(code)}`);
    });
    ended.catch(() => undefined);
    await Promise.race([once(this.#engine.stdout!, 'data'), late, ended]);
  }

  change(rate: number, seconds: number, burst: number): Promise<LiveChanges> {
    return this.#ask({ type: 'change', rate, seconds, burst }) as Promise<LiveChanges>;
  }

  /** From now on the world looks for the next listing, and for one change that is made now. */
  async watch(): Promise<void> {
    await this.#ask({ type: 'watch' });
  }

  /** Waits for what is looked for. */
  seen(): Promise<Seen> {
    return this.#ask({ type: 'seen' }) as Promise<Seen>;
  }

  /** User and system time of the engine so far; Linux only. */
  engineCpuMs(): number {
    const stat = readFileSync(`/proc/${this.#engine.pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  async stopEngine(
    signal: NodeJS.Signals = 'SIGTERM',
  ): Promise<{ readonly exitCode: number | null; readonly tookMs: number }> {
    const engine = this.#engine;
    const startedAt = performance.now();
    const ended = once(engine, 'exit');
    engine.kill(signal);
    const [exitCode] = (await ended) as [number | null];
    return { exitCode, tookMs: performance.now() - startedAt };
  }

  async close(): Promise<void> {
    const { exitCode, signalCode } = this.#engine;
    if (exitCode === null && signalCode === null) await this.stopEngine('SIGKILL');
    const ended = once(this.#world, 'exit');
    this.#world.send({ type: 'stop' } satisfies LiveCommand);
    await ended;
    await rm(this.#dir, { recursive: true, force: true });
  }

  async #ask(command: LiveCommand): Promise<unknown> {
    const answered = once(this.#world, 'message');
    this.#world.send(command);
    const [answer] = (await answered) as [unknown];
    return answer;
  }
}

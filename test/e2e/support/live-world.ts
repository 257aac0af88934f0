import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveOptions } from '../../../src/sim/live/live-options.js';
import type { LiveSim, SimOptions } from '../../../src/sim/sim.js';
import type { Fixture } from './fixtures.js';
import { LiveRun } from './live-run.js';
import { drift } from './oracle.js';
import type { PipelineOptions } from './pipeline-text.js';
import { runCli, startCli } from './run-cli.js';
import { World } from './world.js';

/** A dead letter, as `sluice replay --json` shows it. */
export interface Letter {
  readonly id: string;
  readonly code: string;
  readonly attempts: number;
  readonly key?: { readonly kind: string; readonly identifier: string };
  readonly record?: { readonly shardId: string; readonly sequenceNumber: string };
}

export interface LivePipelineOptions extends PipelineOptions {
  /** Default: the simulation's stream. */
  readonly streamArn?: string;
  readonly coalesceFor?: string;
  readonly settleFor?: string;
  /** Default 1h: what arrives comes from the stream, not from a second resync. */
  readonly resyncEvery?: string;
}

/** A world whose AWS tells a stream what happens in it, and the processes that follow it. */
export class LiveWorld {
  readonly #children = new Set<ChildProcess>();

  private constructor(
    readonly world: World,
    readonly sim: LiveSim,
    readonly fixtures: readonly Fixture[],
  ) {}

  static async start(
    fixtures: readonly Fixture[],
    options: SimOptions & { readonly live?: LiveOptions } = {},
  ): Promise<LiveWorld> {
    const kinds = [...new Set(fixtures.map(({ kind }) => kind))].filter(
      (kind) => kind !== 'AWS::Organizations::Account',
    );
    const world = await World.start({ kinds, live: {}, ...options });
    const { live } = world.sim;
    if (live === undefined) throw new Error('the simulation has no stream');
    const self = new LiveWorld(world, { ...world.sim, live }, fixtures);
    await self.pipeline();
    return self;
  }

  /** Ends whatever still runs. */
  async close(): Promise<void> {
    await this.killAll();
    await this.world.close();
  }

  /** Kills whatever still runs: a test that failed leaves no process behind. */
  async killAll(): Promise<void> {
    const ends = [...this.#children].map((child) => once(child, 'close'));
    for (const child of this.#children) child.kill('SIGKILL');
    await Promise.all(ends);
  }

  /** Writes the pipeline file. */
  async pipeline(options: LivePipelineOptions = {}): Promise<void> {
    const {
      streamArn = this.sim.live.streamArn,
      coalesceFor = '300ms',
      settleFor = '3s',
      resyncEvery = '1h',
      ...rest
    } = options;
    const { managementAccountId, partition } = this.sim.organization;
    const aws = [
      `organization: { roleArn: "arn:${partition}:iam::${managementAccountId}:role/OrgReader", memberRoleName: SluiceReadOnly }`,
      // The simulation has no limits of its own, and the tests no time.
      'quotas: { listPerSecond: 50, readPerSecond: 50 }',
    ].join('\n');
    const top = [
      'live:',
      `  kinesis: { streamArn: "${streamArn}", coalesceFor: ${coalesceFor}, settleFor: ${settleFor} }`,
      `resync: { every: ${resyncEvery} }`,
    ].join('\n');
    await this.world.pipeline(this.fixtures, { aws, top, ...rest });
  }

  /** Starts `sluice run`. */
  run(env: Readonly<Record<string, string>> = {}): LiveRun {
    const args = [
      ...['run', this.world.pipelineFile, '--json', '--http', '127.0.0.1:0'],
      ...['--state', this.world.path('state'), '--log-level', 'info'],
    ];
    const started = startCli(args, { ...this.sim.env, ...env });
    this.#children.add(started.child);
    started.child.once('close', () => this.#children.delete(started.child));
    return new LiveRun(started);
  }

  /** Differences between Port and the mapping of AWS as it is now. */
  drift(): string[] {
    return drift(this.world, this.fixtures);
  }

  /** Waits until everything is in the stream, and then as {@link settled}. */
  async rest(run: LiveRun, withinMs?: number): Promise<void> {
    await this.sim.live.flush();
    await this.settled(run, withinMs);
  }

  /**
   * Waits until what was read has settled, nothing waits for another look, and Port equals the oracle;
   * fails with what differs.
   */
  async settled(run: LiveRun, withinMs = 45_000): Promise<void> {
    const end = performance.now() + withinMs;
    for (;;) {
      const { live: status, retries } = await run.status();
      const busy = status === undefined || status.gap > 0 || retries.total > 0;
      const isLate = performance.now() > end;
      const differs = busy && !isLate ? [] : this.drift();
      if (!busy && differs.length === 0) return;
      if (isLate) {
        const state = JSON.stringify({ gap: status?.gap, retries, differs: differs.slice(0, 10) });
        throw new Error(`never came to rest: ${state}\n${run.said.stderr.slice(-2_000)}`);
      }
      await sleep(200);
    }
  }

  /** What is parked, beside a running process or without one. */
  async letters(): Promise<readonly Letter[]> {
    const { letters } = await this.#replay<{ letters: readonly Letter[] }>([]);
    return letters;
  }

  /** Tries all letters again; returns how many. */
  async replayAll(): Promise<number> {
    const { replayed } = await this.#replay<{ replayed: number }>(['--all']);
    return replayed;
  }

  async #replay<T>(args: readonly string[]): Promise<T> {
    const state = this.world.path('state');
    const { stdout, stderr, code } = await runCli(['replay', ...args, '--json', '--state', state]);
    if (code !== 0) throw new Error(`replay ended with ${String(code)}: ${stderr}`);
    return JSON.parse(stdout) as T;
  }
}

/** Runs a test in a world of its own and closes it, come what may. */
export async function inLiveWorld(
  fixtures: readonly Fixture[],
  options: SimOptions & { readonly live?: LiveOptions },
  test: (world: LiveWorld) => Promise<void>,
): Promise<void> {
  const world = await LiveWorld.start(fixtures, options);
  try {
    await test(world);
  } finally {
    await world.close();
  }
}

/** Resolves once `test` holds; looked at again and again. */
export async function until(
  test: () => boolean | Promise<boolean>,
  what: string,
  withinMs = 30_000,
): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await test())) {
    if (performance.now() > end) throw new Error(`never came: ${what}`);
    await sleep(20);
  }
}

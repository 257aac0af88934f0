import type { LiveChanges } from './live-world.js';
import { LiveRun } from './live-run.js';
import { check, describeMachine, figure } from './result.js';
import type { BenchResult, Check, Figure } from './result.js';

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

/** How soon a change stands in Port, at several rates; what it costs; and what bursts cost in reads. */
export async function benchLive(options: LiveBenchOptions): Promise<BenchResult> {
  const startedAt = new Date().toISOString();
  const world = await LiveRun.start({ ...options, shards: SHARDS, windowMs: WINDOW_MS });
  await world.resynced();
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

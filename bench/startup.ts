import { LiveRun } from './live-run.js';
import type { Seen } from './live-world.js';
import { check, describeMachine, figure } from './result.js';
import type { Aim, BenchResult } from './result.js';

export interface StartupOptions {
  readonly resources: number;
  readonly accounts: number;
  readonly regions: number;
  readonly repeats: number;
  readonly tell: (line: string) => void;
}

const WINDOW_MS = 1_000;
const SHARDS = 4;
const AIM: Aim = { atMost: 2 };

/** One restart: seconds from the start of the process. */
interface Restart {
  readonly toListing: number;
  readonly toEvent: number;
}

/**
 * From the start of the process to the first listing, and to the first change of the stream that stands
 * in Port: with no state, after an orderly stop and after a kill, both with an index of all resources. A
 * restart begins a resync at once, which the change has to make its way beside.
 */
export async function benchStartup(options: StartupOptions): Promise<BenchResult> {
  const startedAt = new Date().toISOString();
  const { resources, accounts, regions, repeats, tell } = options;
  const run = await LiveRun.start({ ...options, shards: SHARDS, windowMs: WINDOW_MS });
  const stopped: Restart[] = [];
  const killed: Restart[] = [];
  try {
    await run.resynced();
    for (let at = 0; at < repeats; at += 1) {
      for (const [signal, restarts] of [
        ['SIGTERM', stopped],
        ['SIGKILL', killed],
      ] as const) {
        tell(`a restart after ${signal}, ${at + 1} of ${repeats}`);
        await run.stopEngine(signal);
        await run.watch();
        restarts.push(sinceStart(run.startEngine(), await run.seen()));
        await run.resynced();
      }
    }
  } finally {
    await run.close();
  }
  const all = [...stopped, ...killed];
  return {
    bench: 'startup',
    startedAt,
    work: {
      resources,
      accounts,
      regions,
      shards: SHARDS,
      'coalescing window, ms': WINDOW_MS,
      repeats,
    },
    machine: describeMachine(undefined),
    figures: [...figuresOf('after SIGTERM', stopped), ...figuresOf('after SIGKILL', killed)],
    checks: [check('every change arrives', all.length === 2 * repeats)],
    notes: [
      `A change waits for the coalescing window of ${WINDOW_MS} ms, counted from when the stream took it, and a quarter of a second at least.`,
    ],
  };
}

function sinceStart(startedAt: number, { listedAt, arrivedAt }: Seen): Restart {
  return { toListing: (listedAt - startedAt) / 1_000, toEvent: (arrivedAt - startedAt) / 1_000 };
}

function figuresOf(name: string, restarts: readonly Restart[]) {
  const about = { case: name, unit: 's', better: 'lower' } as const;
  return [
    figure(
      { ...about, name: 'restart to the first listing' },
      restarts.map(({ toListing }) => toListing),
    ),
    figure(
      { ...about, name: 'restart to the first live event in Port' },
      restarts.map(({ toEvent }) => toEvent),
      AIM,
    ),
  ];
}

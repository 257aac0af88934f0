import { setTimeout as sleep } from 'node:timers/promises';
import { openLive } from '../pipeline/live/open-live.js';
import type { Engine } from '../pipeline/open-engine.js';
import type { ResyncOptions } from '../pipeline/resync.js';
import { runOnSchedule } from '../pipeline/schedule.js';
import type { LiveSim } from '../sim/sim.js';
import type { CommandIo } from './command-io.js';
import type { ServedWeb } from './web.js';

export interface ShowLiveOptions {
  readonly engine: Engine;
  readonly web: ServedWeb;
  readonly sim: LiveSim;
  readonly resync: ResyncOptions;
  readonly stop: AbortController;
  readonly io: CommandIo;
  /** Go on, with a change now and then, until stopped. */
  readonly keep: boolean;
}

const KIND = 'AWS::EC2::Instance';
/** Changes that are shown. */
const SHOWN = 4;
/** Between two changes where it goes on, in ms. */
const PAUSE_MS = 3_000;
/** A change that takes longer than this has not arrived, in ms. */
const PATIENCE_MS = 30_000;
const SIZES = ['m7i.large', 'c7g.2xlarge', 'r7i.xlarge', 't4g.small'];

/** Follows the simulation's stream, and shows changes of AWS arrive in Port. */
export async function showLive(options: ShowLiveOptions): Promise<void> {
  const { engine, web, sim, resync, stop, io, keep } = options;
  const isOver = (): boolean => stop.signal.aborted;
  const config = {
    streamArn: sim.live.streamArn,
    startFrom: 'latest',
    coalesceForMs: 1_000,
    settleForMs: 5_000,
  } as const;
  const live = await openLive(
    engine,
    { ...engine.parts.pipeline, live: config },
    undefined,
    stop.signal,
  );
  if (live === undefined || isOver()) return;
  web.show(live);
  io.out('\nNow the stream of CloudTrail records is followed, beside a third resync:');
  let resynced: () => void = () => undefined;
  const first = new Promise<void>((resolve) => (resynced = resolve));
  const running = runOnSchedule(engine, {
    everyMs: engine.parts.pipeline.resync.everyMs,
    resync: () => ({ ...resync, beside: true, discovered: () => live.discovered() }),
    finished: () => resynced(),
    live: ({ ledger }) => live.flights(ledger),
    stop: stop.signal,
  });
  await Promise.race([first, running]);
  for (let shown = 0; shown < SHOWN && !isOver(); shown += 1) {
    await showChange(options, shown);
  }
  const { records, events, reads } = live.counters;
  io.out(
    `  ${records} records were read, of which ${events.get('routed') ?? 0} told of these changes; ${reads.present + reads.absent} reads.`,
  );
  if (keep && !isOver()) {
    io.out(
      `\nA change every ${PAUSE_MS / 1_000} seconds, until Ctrl-C. The dashboard shows them: ${web.url}`,
    );
    for (let shown = SHOWN; !isOver(); shown += 1) {
      await sleep(PAUSE_MS, undefined, { signal: stop.signal }).catch(() => undefined);
      if (!isOver()) await showChange(options, shown);
    }
  }
  stop.abort(new Error('the demo is over'));
  await running;
  await live.close();
}

/** Changes one instance (every fourth time it is terminated) and says when Port shows it. */
async function showChange({ sim, stop, io }: ShowLiveOptions, shown: number): Promise<void> {
  const instances = [...sim.organization.snapshot()].filter(({ kind }) => kind === KIND);
  const chosen = instances[(shown * 7) % Math.max(1, instances.length)];
  if (chosen === undefined) return;
  const { kind, accountId, region, identifier } = chosen;
  const key = { kind, accountId, region, identifier };
  const ends = shown % 4 === 3;
  const size = SIZES[shown % SIZES.length]!;
  const began = Date.now();
  if (ends) sim.organization.delete(key);
  else sim.organization.update(key, { InstanceType: size });
  const isThere = (): boolean => {
    const entity = [...sim.port.entities('ec2Instance')].find(
      (one) => one.identifier === identifier,
    );
    if (ends) return entity === undefined;
    return JSON.stringify(entity ?? null).includes(`"${size}"`);
  };
  while (!isThere() && !stop.signal.aborted && Date.now() - began < PATIENCE_MS) await sleep(20);
  const what = ends ? 'is terminated' : `becomes ${size}`;
  const seconds = ((Date.now() - began) / 1_000).toFixed(1);
  const result = isThere() ? `in Port after ${seconds} s` : 'not in Port yet';
  io.out(`  ${identifier} in ${accountId} ${region} ${what}: ${result}`);
}

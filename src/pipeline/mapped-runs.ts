import { setMaxListeners } from 'node:events';
import { hashPipeline } from '../config/hash-pipeline.js';
import type { Pipeline } from '../config/pipeline.js';
import type { Summary } from '../model/summary.js';
import { readGeneration } from '../state/meta.js';
import type { Live } from './live/live.js';
import type { Engine } from './open-engine.js';
import type { PortWatch } from './port-watch.js';
import type { ResyncOptions } from './resync.js';
import type { OriginContext } from './run.js';
import { ResyncBell, runOnSchedule } from './schedule.js';

export interface MappedRunsOptions {
  readonly watch: PortWatch;
  /** The mapping that Port keeps, to begin with; undefined: the file's, which the engine has already. */
  readonly mapping: Pipeline | undefined;
  /** The live path of the file's mapping, where there is one. */
  readonly live: Live | undefined;
  /** Opens the live path of another mapping. */
  readonly openLive: (pipeline: Pipeline, stop: AbortSignal) => Promise<Live | undefined>;
  /** Begin with a rest where the last resync ended whole with the same mapping. */
  readonly restFirst: boolean;
  readonly resync: (first: boolean) => ResyncOptions;
  readonly finished: (summary: Summary) => void;
  readonly stop: AbortSignal;
}

/** Runs resyncs on schedule and live changes beside them until stopped, each time with the mapping that counts. */
export async function runMapped(engine: Engine, options: MappedRunsOptions): Promise<void> {
  let { live, mapping, restFirst } = options;
  const bell = new ResyncBell();
  do {
    // Ends what runs with a mapping, and with it whatever deletes wait for the end of its resync.
    const change = new AbortController();
    const until = AbortSignal.any([options.stop, change.signal]);
    // Everything that waits for AWS listens to it.
    setMaxListeners(0, until);
    if (mapping !== undefined) {
      await engine.remap(mapping, until);
      live = await options.openLive(mapping, until);
    }
    mapping = await runOne(engine, { ...options, live, restFirst, stop: until }, bell, change);
    restFirst = false;
  } while (mapping !== undefined && !options.stop.aborted);
}

/** Runs with one mapping; resolves with the next, or undefined once stopped. */
async function runOne(
  engine: Engine,
  { watch, live, restFirst, resync, finished, stop }: MappedRunsOptions,
  bell: ResyncBell,
  change: AbortController,
): Promise<Pipeline | undefined> {
  const { pipeline, state } = engine.parts;
  let next: Pipeline | undefined;
  const watched = watch.run(pipeline.port.pollEveryMs, stop, {
    wanted: () => bell.ring(),
    mapped: (mapping) => {
      next = mapping;
      change.abort(new Error('the mapping was changed in Port'));
    },
  });
  // Told below, once what is in flight has settled.
  watched.catch(() => change.abort());
  const last = readGeneration(state.store);
  const isDone = last?.finished === true && last.pipeline === hashPipeline(pipeline);
  try {
    await runOnSchedule(engine, {
      everyMs: pipeline.resync.everyMs,
      bell,
      restFirst: restFirst && isDone,
      resync: (first) => ({
        ...resync(first),
        ...(live && { beside: true, discovered: () => live.discovered() }),
      }),
      finished,
      ...(live && { live: ({ ledger }: OriginContext) => live.flights(ledger) }),
      stop,
    });
  } finally {
    change.abort();
  }
  await watched;
  await live?.close();
  return next;
}

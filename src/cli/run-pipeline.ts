import type { Logger } from 'pino';
import type { Summary } from '../model/summary.js';
import { createBlueprints, readBlueprints } from '../pipeline/create-blueprints.js';
import { letterDesk } from '../pipeline/letter-desk.js';
import { openLive } from '../pipeline/live/open-live.js';
import { Progress } from '../pipeline/progress.js';
import type { ResyncOptions } from '../pipeline/resync.js';
import { exitCodeOf, runResync } from '../pipeline/run.js';
import type { OriginContext } from '../pipeline/run.js';
import { runOnSchedule } from '../pipeline/schedule.js';
import type { Session } from '../pipeline/session.js';
import type { CommandIo } from './command-io.js';
import type { CommonFlags, OnlyFlag } from './common-options.js';
import type { HttpFlags } from './http-address.js';
import { showProgress } from './show-progress.js';
import { showSummary } from './show-summary.js';
import type { ServedWeb } from './web.js';

export interface RunFlags extends CommonFlags, HttpFlags {
  readonly once?: boolean;
  readonly resume?: boolean;
  readonly only?: OnlyFlag;
  readonly allowDeletes?: number;
  readonly blueprints?: string;
}

export interface RunContext {
  readonly flags: RunFlags;
  readonly io: CommandIo;
  readonly log: Logger;
  readonly stop: AbortSignal;
  readonly terminal: boolean;
}

/** Runs the pipeline of a session as the flags of `sluice run` say, and tells how it went. */
export async function runPipeline(session: Session, context: RunContext): Promise<void> {
  const { flags, io, log, stop, terminal } = context;
  const { engine, pipeline, pipelineHash } = session;
  const progress = new Progress();
  const view = { progress, counters: () => engine.parts.counters };
  const web = flags.once === true ? undefined : await openWeb(flags, engine, progress, log);
  const { startControl } = await import('../web/start-control.js');
  const endControl = await startControl({
    stateDir: flags.state,
    desk: letterDesk(engine.parts.state),
    tap: engine.parts.tap,
    log,
  });
  const endProgress = showProgress(view, log, terminal);
  const resync = (resume: boolean): ResyncOptions => ({
    discover: () => engine.discover(flags.only),
    pipelineHash,
    partial: flags.only !== undefined,
    resume,
    progress,
    ...(flags.allowDeletes !== undefined && { allowDeletes: flags.allowDeletes }),
  });
  const show = (summary: Summary): void => {
    web?.update();
    showSummary(summary, engine.parts.counters.heldBecause, {
      json: flags.json ?? false,
      planned: false,
      io,
    });
  };
  try {
    // Before anything is written to Port: a stream that can't be read is told of first.
    const live =
      flags.once === true ? undefined : await openLive(engine, pipeline, flags.only, stop);
    web?.show(live);
    await engine.claim();
    if (flags.blueprints !== undefined) {
      const created = await createBlueprints(engine, await readBlueprints(flags.blueprints));
      log.info({ created }, `created ${created} blueprints`);
    }
    if (flags.once === true) {
      const summary = await runResync(engine, resync(flags.resume ?? false));
      endProgress();
      show(summary);
      io.exit(stop.aborted ? 3 : exitCodeOf(summary));
      return;
    }
    await runOnSchedule(engine, {
      everyMs: pipeline.resync.everyMs,
      resync: (first) => ({
        ...resync(first),
        ...(live && { beside: true, discovered: () => live.discovered() }),
      }),
      finished: show,
      ...(live && { live: ({ ledger }: OriginContext) => live.flights(ledger) }),
      stop,
    });
    await live?.close();
    io.exit(0);
  } finally {
    endProgress();
    await endControl();
    await web?.close();
  }
}

/** The pages' modules are loaded only where they are served. */
async function openWeb(
  { http }: RunFlags,
  engine: Session['engine'],
  progress: Progress,
  log: Logger,
): Promise<ServedWeb | undefined> {
  if (http === false) return undefined;
  const { serveWeb } = await import('./web.js');
  return serveWeb(http, engine, progress, log);
}

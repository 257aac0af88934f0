import type { Logger } from 'pino';
import { oceanRun } from '../config/env.js';
import { hashPipeline } from '../config/hash-pipeline.js';
import type { Pipeline } from '../config/pipeline.js';
import type { Summary } from '../model/summary.js';
import { checkOnly } from '../pipeline/check-only.js';
import { createBlueprints, readBlueprints } from '../pipeline/create-blueprints.js';
import { firstMapping } from '../pipeline/first-mapping.js';
import { letterDesk } from '../pipeline/letter-desk.js';
import { runMapped } from '../pipeline/mapped-runs.js';
import { PortPage } from '../pipeline/port-page.js';
import { PortWatch } from '../pipeline/port-watch.js';
import type { MappingStatus } from '../pipeline/port-watch.js';
import type { Live } from '../pipeline/live/live.js';
import { Progress } from '../pipeline/progress.js';
import type { ResyncOptions } from '../pipeline/resync.js';
import { exitCodeOf, runResync } from '../pipeline/run.js';
import type { Session } from '../pipeline/session.js';
import { verifyWhenDue } from '../pipeline/verify.js';
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
  const { engine } = session;
  const { state } = engine.parts;
  const ocean = oceanRun(process.env);
  if (ocean.otherListener !== undefined)
    log.warn(`Ocean's event listener ${ocean.otherListener} is not known here: Port is polled`);
  const once = flags.once === true || ocean.once;
  const inPort = session.pipeline.port.mappingFrom === 'port';
  const progress = new Progress();
  const watch = new PortWatch({ engine, ...(inPort && { apply: session.applyMapping }) });
  const view = { progress, counters: () => engine.parts.counters };
  const web = once ? undefined : await openWeb(flags, engine, progress, log, () => watch.status);
  let endControl = (): Promise<void> => Promise.resolve();
  const control = async (): Promise<void> => {
    const { startControl } = await import('../web/start-control.js');
    const { tap } = engine.parts;
    endControl = await startControl({ stateDir: flags.state, desk: letterDesk(state), tap, log });
  };
  const endProgress = showProgress(view, log, terminal);
  const { everyMs } = session.pipeline.resync;
  const whole = flags.only === undefined;
  const page = new PortPage(engine, {
    ...(!once && { everyMs }),
    examples: ocean.sendExamples,
  });
  const resync = (resume: boolean): ResyncOptions => {
    if (whole) page.started();
    return {
      discover: () => engine.discover(flags.only),
      pipelineHash: hashPipeline(engine.parts.pipeline),
      partial: !whole,
      resume,
      progress,
      ...(whole && { verify: () => verifyWhenDue(engine) }),
      ...(flags.allowDeletes !== undefined && { allowDeletes: flags.allowDeletes }),
    };
  };
  const show = (summary: Summary): void => {
    web?.update();
    page.ended(summary, engine.parts.stop.aborted);
    showSummary(summary, engine.parts.counters.heldBecause, {
      json: flags.json ?? false,
      planned: false,
      io,
    });
  };
  /** The stream's modules are loaded only where one is read. */
  const openLive = async (pipeline: Pipeline, until: AbortSignal): Promise<Live | undefined> => {
    let opened: Live | undefined;
    if (pipeline.live !== undefined) {
      const { openLive: open } = await import('../pipeline/live/open-live.js');
      opened = await open(engine, pipeline, flags.only, until);
    }
    web?.show(opened);
    return opened;
  };
  const claim = async (): Promise<void> => {
    await engine.claim();
    if (flags.blueprints === undefined) return;
    const created = await createBlueprints(engine, await readBlueprints(flags.blueprints));
    log.info({ created }, `created ${created} blueprints`);
  };
  try {
    // Before anything is written to Port: a stream that can't be read is told of first.
    const live = once || inPort ? undefined : await openLive(engine.parts.pipeline, stop);
    // Claiming is mostly waiting: the socket's modules are loaded meanwhile.
    for (const begun of await Promise.allSettled([claim(), control()]))
      if (begun.status === 'rejected') throw begun.reason;
    await watch.begin();
    let mapping: Pipeline | undefined;
    if (inPort) {
      const options = { initialize: ocean.initializePortResources, dryRun: false };
      mapping = await watch.first(await firstMapping(engine, options));
      checkOnly(mapping, flags.only);
    }
    if (once) {
      if (mapping !== undefined) await engine.remap(mapping, stop);
      const summary = await runResync(engine, resync(flags.resume ?? false));
      endProgress();
      show(summary);
      io.exit(stop.aborted ? 3 : exitCodeOf(summary));
      return;
    }
    await runMapped(engine, {
      watch,
      mapping,
      live,
      openLive,
      restFirst: !ocean.resyncOnStart,
      resync,
      finished: show,
      stop,
    });
    io.exit(0);
  } finally {
    endProgress();
    await page.settled();
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
  mapping: () => MappingStatus | undefined,
): Promise<ServedWeb | undefined> {
  if (http === false) return undefined;
  const { serveWeb } = await import('./web.js');
  return serveWeb(http, engine, progress, log, mapping);
}

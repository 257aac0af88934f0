import { Command, Option } from 'commander';
import type { Logger } from 'pino';
import type { Summary } from '../model/summary.js';
import { createBlueprints, readBlueprints } from '../pipeline/create-blueprints.js';
import { Progress } from '../pipeline/progress.js';
import type { ResyncOptions } from '../pipeline/resync.js';
import { letterDesk } from '../pipeline/letter-desk.js';
import { openLive } from '../pipeline/live/open-live.js';
import { exitCodeOf, runResync } from '../pipeline/run.js';
import type { OriginContext } from '../pipeline/run.js';
import { runOnSchedule } from '../pipeline/schedule.js';
import { withSession } from '../pipeline/session.js';
import type { Session } from '../pipeline/session.js';
import { processIo } from './command-io.js';
import type { CommandIo } from './command-io.js';
import { count, only, withCommonOptions } from './common-options.js';
import type { CommonFlags, OnlyFlag } from './common-options.js';
import { DEFAULT_ADDRESS, httpAddress } from './http-address.js';
import type { HttpFlags } from './http-address.js';
import { openLog } from './open-log.js';
import { showProgress } from './show-progress.js';
import { showSummary } from './show-summary.js';
import { stopOnSignals } from './stop-signals.js';
import { readVersion } from './version.js';
import type { ServedWeb } from './web.js';

interface RunFlags extends CommonFlags, HttpFlags {
  readonly once?: boolean;
  readonly resume?: boolean;
  readonly only?: OnlyFlag;
  readonly allowDeletes?: number;
  readonly blueprints?: string;
}

/** `sluice run FILE`: resyncs on schedule until stopped; `--once`: one resync. */
export function runCommand(io: CommandIo = processIo): Command {
  const command = new Command('run')
    .description('mirror AWS into Port: a resync now and on schedule, until stopped')
    .argument('<file>', 'pipeline file')
    .option('--once', 'one resync, then exit: 0 whole, 3 incomplete')
    .option(
      '--resume',
      'with --once: go on with a resync that was cut short instead of beginning anew',
    )
    .option(
      '--only <part>',
      'only kind=…,account=…,region=… (globs); deletes only inside that part',
      only,
    )
    .option(
      '--allow-deletes <n>',
      'let up to n deletes through that the threshold would hold',
      count(0),
    )
    .option('--blueprints <file>', 'first create the blueprints of this JSON file that Port lacks')
    .addOption(
      new Option('--http <host:port>', 'where health, metrics and dashboard are served')
        .argParser(httpAddress)
        .default(DEFAULT_ADDRESS, '127.0.0.1:8414'),
    )
    .option('--no-http', 'serve nothing');
  return withCommonOptions(command).action(async (file: string, flags: RunFlags) => {
    const { log, terminal } = openLog(flags.logLevel);
    const { stop, release } = stopOnSignals((line) => log.warn(line));
    const session = {
      file,
      stateDir: flags.state,
      env: process.env,
      log,
      version: readVersion(),
      dryRun: false,
      only: flags.only,
      stop,
    };
    try {
      await withSession(session, (opened) =>
        run(opened, { flags, io, log, stop: stop.signal, terminal }),
      );
    } finally {
      release();
    }
  });
}

interface RunContext {
  readonly flags: RunFlags;
  readonly io: CommandIo;
  readonly log: Logger;
  readonly stop: AbortSignal;
  readonly terminal: boolean;
}

async function run(session: Session, context: RunContext): Promise<void> {
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

import { Command } from 'commander';
import { oceanRun } from '../config/env.js';
import { hashPipeline } from '../config/hash-pipeline.js';
import { checkOnly } from '../pipeline/check-only.js';
import { firstMapping } from '../pipeline/first-mapping.js';
import { Progress } from '../pipeline/progress.js';
import { exitCodeOf, runResync } from '../pipeline/run.js';
import { withSession } from '../pipeline/session.js';
import { processIo } from './command-io.js';
import type { CommandIo } from './command-io.js';
import { count, only, withCommonOptions } from './common-options.js';
import type { CommonFlags, OnlyFlag } from './common-options.js';
import { openLog } from './open-log.js';
import { showProgress } from './show-progress.js';
import { showSummary } from './show-summary.js';
import { stopOnSignals } from './stop-signals.js';
import { readVersion } from './version.js';

interface PlanFlags extends CommonFlags {
  readonly only?: OnlyFlag;
  readonly allowDeletes?: number;
}

/** `sluice plan FILE`: what a resync would write and delete. Writes neither to Port nor to the state. */
export function planCommand(io: CommandIo = processIo): Command {
  const command = new Command('plan')
    .description('show what a resync would write and delete; writes nothing')
    .argument('<file>', 'pipeline file')
    .option('--only <part>', 'only kind=…,account=…,region=… (globs)', only)
    .option('--allow-deletes <n>', 'as with run', count(0));
  return withCommonOptions(command).action(async (file: string, flags: PlanFlags) => {
    const { log, terminal } = openLog(flags.logLevel);
    const { stop, release } = stopOnSignals((line) => log.warn(line));
    const options = {
      file,
      stateDir: flags.state,
      env: process.env,
      log,
      version: readVersion(),
      dryRun: true,
      only: flags.only,
      stop,
    };
    try {
      await withSession(options, async ({ engine, pipeline, applyMapping }) => {
        const progress = new Progress();
        const endProgress = showProgress(
          { progress, counters: () => engine.parts.counters },
          log,
          terminal,
        );
        try {
          await engine.claim();
          if (pipeline.port.mappingFrom === 'port') {
            const initialize = oceanRun(process.env).initializePortResources;
            const { mapping } = await firstMapping(engine, { initialize, dryRun: true });
            const mapped = await applyMapping(mapping);
            checkOnly(mapped, flags.only);
            await engine.remap(mapped, stop.signal);
          }
          const summary = await runResync(engine, {
            discover: () => engine.discover(flags.only),
            pipelineHash: hashPipeline(engine.parts.pipeline),
            partial: flags.only !== undefined,
            resume: false,
            progress,
            ...(flags.allowDeletes !== undefined && { allowDeletes: flags.allowDeletes }),
          });
          endProgress();
          showSummary(summary, engine.parts.counters.heldBecause, {
            json: flags.json ?? false,
            planned: true,
            io,
          });
          io.exit(stop.signal.aborted ? 3 : exitCodeOf(summary));
        } finally {
          endProgress();
        }
      });
    } finally {
      release();
    }
  });
}

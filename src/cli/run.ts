import { Command, Option } from 'commander';
import { openJq } from '../pipeline/open-jq.js';
import { processIo } from './command-io.js';
import type { CommandIo } from './command-io.js';
import { count, only, withCommonOptions } from './common-options.js';
import { DEFAULT_ADDRESS, httpAddress } from './http-address.js';
import { openLog } from './open-log.js';
import type { RunFlags } from './run-pipeline.js';
import { stopOnSignals } from './stop-signals.js';
import { readVersion } from './version.js';

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
    // Its threads start while the modules of everything else are loaded, which takes longest of all.
    const jq = openJq();
    jq.catch(() => undefined);
    const session = {
      file,
      stateDir: flags.state,
      env: process.env,
      log,
      version: readVersion(),
      dryRun: false,
      only: flags.only,
      stop,
      jq,
    };
    try {
      const [{ withSession }, { runPipeline }] = await Promise.all([
        import('../pipeline/session.js'),
        import('./run-pipeline.js'),
      ]);
      await withSession(session, (opened) =>
        runPipeline(opened, { flags, io, log, stop: stop.signal, terminal }),
      );
    } finally {
      release();
    }
  });
}

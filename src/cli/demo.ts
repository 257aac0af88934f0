import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { createBlueprints, readBlueprints } from '../pipeline/create-blueprints.js';
import { Progress } from '../pipeline/progress.js';
import type { ResyncOptions } from '../pipeline/resync.js';
import { runResync } from '../pipeline/run.js';
import { hashPipeline } from '../config/hash-pipeline.js';
import { withSession } from '../pipeline/session.js';
import { startSim } from '../sim/sim.js';
import type { LiveSim } from '../sim/sim.js';
import { processIo } from './command-io.js';
import type { CommandIo } from './command-io.js';
import { count } from './common-options.js';
import { changeSome } from './demo-changes.js';
import { showLive } from './demo-live.js';
import { openLog } from './open-log.js';
import { showProgress } from './show-progress.js';
import { showSummary } from './show-summary.js';
import { stopOnSignals } from './stop-signals.js';
import { readVersion } from './version.js';
import { serveWeb } from './web.js';

interface DemoFlags {
  readonly accounts: number;
  readonly regions: number;
  readonly perScope: number;
  readonly keep?: boolean;
}

const PIPELINE = fileURLToPath(new URL('../../pipelines/demo.yaml', import.meta.url));
const BLUEPRINTS = fileURLToPath(new URL('../../pipelines/demo.blueprints.json', import.meta.url));
/** Milliseconds before each answer of the simulated AWS: enough that progress can be watched. */
const LATENCY_MS = 25;
/** A stream as they are: most records are noise, some come twice, in several forms. */
const STREAM = {
  shards: 2,
  noise: 4,
  duplicates: 0.1,
  forms: { eventBridge: 3, bare: 1, records: 1 },
} as const;

/**
 * `sluice demo`: the whole thing without anything else: a simulated organization and Port, a first
 * resync, some changes, a second resync that writes just those, and changes that arrive live.
 */
export function demoCommand(io: CommandIo = processIo): Command {
  return new Command('demo')
    .description('simulated AWS and Port: a first resync, a second one, and changes as they happen')
    .option('--accounts <n>', 'accounts of the simulated organization', count(1), 6)
    .option('--regions <n>', 'regions of each', count(1), 3)
    .option('--per-scope <n>', 'resources per kind, account and region', count(1), 20)
    .option('--keep', 'go on until Ctrl-C, to look around (the default on a terminal)')
    .option('--no-keep', 'end by itself (the default elsewhere)')
    .action(async (flags: DemoFlags) => {
      const { stop, release } = stopOnSignals((line) => io.err(line));
      const sim = await startSim({
        accounts: flags.accounts,
        regions: flags.regions,
        resourcesPerScope: flags.perScope,
        latencyMs: LATENCY_MS,
        live: STREAM,
      });
      const stateDir = await mkdtemp(join(tmpdir(), 'sluice-demo-'));
      try {
        Object.assign(process.env, sim.env);
        await show({ sim, stateDir, stop, io, keep: flags.keep ?? process.stdout.isTTY === true });
      } finally {
        release();
        await sim.close();
        await rm(stateDir, { recursive: true, force: true });
      }
    });
}

interface DemoContext {
  readonly sim: LiveSim;
  readonly stateDir: string;
  readonly stop: AbortController;
  readonly io: CommandIo;
  readonly keep: boolean;
}

async function show({ sim, stateDir, stop, io, keep }: DemoContext): Promise<void> {
  const { log, terminal } = openLog('warn');
  const { accounts, regions } = sim.organization;
  io.out(
    `A simulated organization: ${accounts.length} accounts, ${regions.length} regions, ${sim.organization.count()} resources.`,
  );
  io.out(`  AWS        ${sim.awsUrl}`);
  io.out(`  Port       ${sim.portUrl}   its entities: ${sim.adminUrl}/entities`);
  const options = {
    file: PIPELINE,
    stateDir,
    env: { ...process.env, ...sim.env },
    log,
    version: readVersion(),
    dryRun: false,
    stop,
  };
  await withSession(options, async ({ engine, pipeline }) => {
    const progress = new Progress();
    const web = await serveWeb({ host: '127.0.0.1', port: 0 }, engine, progress, log);
    io.out(`  Dashboard  ${web.url}`);
    const blueprints = await createBlueprints(engine, await readBlueprints(BLUEPRINTS));
    io.out(`Created ${blueprints} blueprints in Port.`);
    const resync: ResyncOptions = {
      discover: () => engine.discover(),
      pipelineHash: hashPipeline(pipeline),
      partial: false,
      resume: false,
      progress,
    };
    const walk = async (): Promise<void> => {
      const view = { progress, counters: () => engine.parts.counters };
      const end = showProgress(view, log, terminal);
      const summary = await runResync(engine, resync).finally(end);
      const held = engine.parts.counters.heldBecause;
      showSummary(summary, held, { json: false, planned: false, io });
    };
    try {
      io.out('\nThe first resync walks every account, region and kind:');
      await walk();
      io.out('\nSome changes in AWS:');
      for (const line of changeSome(sim.organization)) io.out(`  ${line}`);
      io.out('\nThe second resync writes just those:');
      await walk();
      await showLive({ engine, web, sim, resync, stop, io, keep });
      showOne(sim, io);
    } finally {
      await web.close();
    }
  });
  io.out('\nTo go on:');
  io.out('  npm run demo -- --keep         the same, and it goes on until Ctrl-C');
  io.out(
    '  sluice sim --live              a simulation of your own; it prints the environment to export',
  );
  io.out('  sluice plan pipelines/demo.yaml, then sluice run pipelines/demo.yaml --once');
  io.out('  docs/live.md                   how changes of a real organization reach Sluice');
  io.out('  README.md                      all of it against your AWS organization and Port');
}

/** One entity as Port holds it now, so that a reader sees what the numbers stand for. */
function showOne(sim: LiveSim, io: CommandIo): void {
  const entity = [...sim.port.entities('ec2Instance')][0];
  if (entity) io.out(`\nOne of the entities in Port:\n${JSON.stringify(entity, null, 2)}`);
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import type { Summary } from '../model/summary.js';
import { createBlueprints, readBlueprints } from '../pipeline/create-blueprints.js';
import { Progress } from '../pipeline/progress.js';
import { runResync } from '../pipeline/run.js';
import { withSession } from '../pipeline/session.js';
import { startSim } from '../sim/sim.js';
import type { Sim } from '../sim/sim.js';
import { processIo } from './command-io.js';
import type { CommandIo } from './command-io.js';
import { count } from './common-options.js';
import { changeSome } from './demo-changes.js';
import { openLog } from './open-log.js';
import { showProgress } from './show-progress.js';
import { showSummary } from './show-summary.js';
import { stopOnSignals } from './stop-signals.js';
import { readVersion } from './version.js';

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

/**
 * `sluice demo`: the whole thing without anything else: a simulated organization and Port, a first
 * resync, some changes, and a second resync that writes just those.
 */
export function demoCommand(io: CommandIo = processIo): Command {
  return new Command('demo')
    .description('simulated AWS and Port, a first resync, some changes, a second resync')
    .option('--accounts <n>', 'accounts of the simulated organization', count(1), 6)
    .option('--regions <n>', 'regions of each', count(1), 3)
    .option('--per-scope <n>', 'resources per kind, account and region', count(1), 20)
    .option('--keep', 'leave the simulation running afterwards, to look around')
    .action(async (flags: DemoFlags) => {
      const { stop, release } = stopOnSignals((line) => io.err(line));
      const sim = await startSim({
        accounts: flags.accounts,
        regions: flags.regions,
        resourcesPerScope: flags.perScope,
        latencyMs: LATENCY_MS,
      });
      const stateDir = await mkdtemp(join(tmpdir(), 'sluice-demo-'));
      try {
        Object.assign(process.env, sim.env);
        await show(sim, stateDir, stop, io);
        if (flags.keep && !stop.signal.aborted) await keepRunning(sim, stop.signal, io);
      } finally {
        release();
        await sim.close();
        await rm(stateDir, { recursive: true, force: true });
      }
    });
}

async function show(
  sim: Sim,
  stateDir: string,
  stop: AbortController,
  io: CommandIo,
): Promise<void> {
  const { log, terminal } = openLog('warn');
  const { accounts, regions } = sim.organization;
  io.out(
    `A simulated organization: ${accounts.length} accounts, ${regions.length} regions, ${sim.organization.count()} resources.`,
  );
  io.out(`  AWS   ${sim.awsUrl}`);
  io.out(`  Port  ${sim.portUrl}`);
  const options = {
    file: PIPELINE,
    stateDir,
    env: { ...process.env, ...sim.env },
    log,
    version: readVersion(),
    dryRun: false,
    stop,
  };
  await withSession(options, async ({ engine, pipelineHash }) => {
    io.out(
      `Creating ${await createBlueprints(engine, await readBlueprints(BLUEPRINTS))} blueprints in Port.`,
    );
    const progress = new Progress();
    const resync = async (): Promise<Summary> => {
      const end = showProgress({ progress, counters: () => engine.parts.counters }, log, terminal);
      try {
        return await runResync(engine, {
          discover: () => engine.discover(),
          pipelineHash,
          partial: false,
          resume: false,
          progress,
        });
      } finally {
        end();
      }
    };
    const tell = (summary: Summary): void => {
      showSummary(summary, engine.parts.counters.heldBecause, { json: false, planned: false, io });
    };

    io.out('\nThe first resync walks every account, region and kind:');
    tell(await resync());
    io.out('\nSome changes in AWS:');
    for (const line of changeSome(sim.organization)) io.out(`  ${line}`);
    io.out('\nThe second resync writes just those:');
    tell(await resync());
    showOne(sim, io);
  });
  io.out('\nTo go on:');
  io.out(
    `  sluice demo --keep             the same, and the simulation stays (Port's entities: ${sim.adminUrl}/entities)`,
  );
  io.out(
    '  sluice sim                     a simulation of your own; it prints the environment to export',
  );
  io.out('  sluice plan pipelines/demo.yaml, then sluice run pipelines/demo.yaml --once');
  io.out('  README.md                      the same against your AWS organization and Port');
}

/** One entity as Port holds it now, so that a reader sees what the numbers stand for. */
function showOne(sim: Sim, io: CommandIo): void {
  const entity = [...sim.port.entities('ec2Instance')][0];
  if (entity) io.out(`\nOne of the entities in Port:\n${JSON.stringify(entity, null, 2)}`);
}

async function keepRunning(sim: Sim, stop: AbortSignal, io: CommandIo): Promise<void> {
  io.out('\nThe simulation goes on until Ctrl-C. In another terminal:');
  for (const [name, value] of Object.entries(sim.env)) io.out(`  export ${name}=${value}`);
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => undefined, 60_000);
    stop.addEventListener('abort', () => {
      clearInterval(timer);
      resolve();
    });
  });
}

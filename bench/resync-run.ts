import type { Summary } from '../src/model/summary.js';
import { measureProcess } from './measure-process.js';
import type { Usage } from './measure-process.js';
import { PIPELINE } from './organization.js';
import { CLI } from './simulation.js';
import type { Calls, Simulation } from './simulation.js';

/** One run of the engine, in a process of its own, and what it did. */
export interface ResyncRun {
  readonly usage: Usage;
  readonly summary: Summary;
  readonly calls: Calls;
}

/** Runs one resync with the built command. Throws where it does not end whole. */
export async function runResync(
  simulation: Simulation,
  stateDir: string,
  pipeline = PIPELINE,
): Promise<ResyncRun> {
  await simulation.takeCalls();
  const args = [CLI, 'run', pipeline, '--once', '--json', '--no-http', '--state', stateDir];
  const usage = await measureProcess(process.execPath, [...args, '--log-level', 'error'], {
    env: simulation.env,
  });
  if (usage.exitCode !== 0) {
    throw new Error(
      `the resync ended with ${usage.exitCode}: ${usage.stderr.slice(-2_000)}${usage.stdout.slice(-500)}`,
    );
  }
  const summary = JSON.parse(usage.stdout.trim().split('\n').at(-1)!) as Summary;
  return { usage, summary, calls: await simulation.takeCalls() };
}

/** Bulk upserts among the calls of Port. */
export function bulkUpserts({ port }: Calls): number {
  return sum(
    port,
    (name) => name.startsWith('POST /blueprints/') && name.endsWith('/entities/bulk'),
  );
}

/** Calls of AWS of any kind. */
export function awsCalls({ aws }: Calls): number {
  return sum(aws, (name) => !name.startsWith('error.'));
}

function sum(counts: Readonly<Record<string, number>>, include: (name: string) => boolean): number {
  return Object.entries(counts).reduce(
    (all, [name, count]) => (include(name) ? all + count : all),
    0,
  );
}

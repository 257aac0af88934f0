import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runBare } from './bare.js';
import type { Bare } from './bare.js';
import { runJq } from './jq.js';
import type { Jq } from './jq.js';
import type { Usage } from './measure-process.js';
import { readPipeline, resourceLines, writeLines } from './organization.js';
import type { OrganizationSize } from './organization.js';
import { runResync } from './resync-run.js';
import type { ResyncRun } from './resync-run.js';
import { Simulation } from './simulation.js';

/** The benchmarks that a cycle has the figures of. */
export type Phase = 'resync-first' | 'resync-unchanged' | 'resync-churn';
export const PHASES: readonly Phase[] = ['resync-first', 'resync-unchanged', 'resync-churn'];

/** One in so many resources changes between two resyncs. */
const CHURN = 100;

/** One cycle of resyncs over one organization, and jq over the same resources in between. */
export interface Cycle {
  /** A run over an organization that has the same accounts and regions, and no resources. */
  readonly empty: ResyncRun;
  readonly runs: Readonly<Partial<Record<Phase, ResyncRun>>>;
  readonly jq?: Usage;
  /** The least program over the same resources. */
  readonly bare: Bare;
  /** Resources that were changed before the churn. */
  readonly changed: number;
}

export interface CycleOptions {
  readonly size: OrganizationSize;
  readonly phases: readonly Phase[];
  readonly repeats: number;
  readonly jq: Jq | undefined;
  readonly tell: (line: string) => void;
}

/** Runs cycles, each with a new simulation and a new state directory. */
export async function runCycles(options: CycleOptions): Promise<readonly Cycle[]> {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  try {
    const { kinds, program } = await readPipeline();
    const files = { lines: join(dir, 'lines.ndjson'), program: join(dir, 'program.jq') };
    if (options.jq) {
      await writeLines(options.size, kinds, files.lines);
      await writeFile(files.program, program.text);
    }
    const cycles: Cycle[] = [];
    for (let at = 0; at < options.repeats; at += 1) {
      options.tell(`${options.size.resources} resources, ${at + 1} of ${options.repeats}`);
      const empty = await runEmpty(options, kinds, join(dir, `empty-${at}`));
      const stateDir = join(dir, `state-${at}`);
      cycles.push({ empty, ...(await runOne(options, kinds, stateDir, files)) });
      await rm(stateDir, { recursive: true });
    }
    return cycles;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function runEmpty(
  { size }: CycleOptions,
  kinds: readonly string[],
  stateDir: string,
): Promise<ResyncRun> {
  const simulation = await Simulation.start({ ...size, resources: 0 }, kinds);
  try {
    return await runResync(simulation, stateDir);
  } finally {
    await simulation.close();
  }
}

async function runOne(
  { size, phases, jq }: CycleOptions,
  kinds: readonly string[],
  stateDir: string,
  files: { readonly lines: string; readonly program: string },
): Promise<Omit<Cycle, 'empty'>> {
  const simulation = await Simulation.start(size, kinds);
  try {
    const first = await runResync(simulation, stateDir);
    const usage = jq && (await runJq(jq, files.program, files.lines));
    const unchanged = phases.includes('resync-unchanged')
      ? await runResync(simulation, stateDir)
      : undefined;
    const changed = phases.includes('resync-churn') ? await churn(simulation, size, kinds) : 0;
    const churned = changed > 0 ? await runResync(simulation, stateDir) : undefined;
    // Last, since it writes to the same Port.
    const bare = await runBare(simulation, size, kinds);
    return {
      runs: {
        'resync-first': first,
        ...(unchanged && { 'resync-unchanged': unchanged }),
        ...(churned && { 'resync-churn': churned }),
      },
      ...(usage && { jq: usage }),
      bare,
      changed,
    };
  } finally {
    await simulation.close();
  }
}

/** Gives every hundredth resource another name tag, which the mapping shows. Gives how many. */
async function churn(
  simulation: Simulation,
  size: OrganizationSize,
  kinds: readonly string[],
): Promise<number> {
  const mutations: unknown[] = [];
  let at = 0;
  for (const { key } of resourceLines(size, kinds)) {
    if (at++ % CHURN !== 0) continue;
    mutations.push({
      type: 'update',
      ...key,
      properties: { Tags: [{ Key: 'Name', Value: 'changed' }] },
    });
  }
  await simulation.mutate(mutations);
  return mutations.length;
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Summary } from '../../../src/model/summary.js';
import { startSim, type Sim, type SimOptions } from '../../../src/sim/sim.js';
import { blueprints, type Fixture } from './fixtures.js';
import { pipelineText, type PipelineOptions } from './pipeline-text.js';
import { runCli, type CliResult } from './run-cli.js';

/** How one run of `sluice` ended, and what it did to Port. */
export interface RunResult extends CliResult {
  readonly summary: Summary;
  /** Requests that wrote or deleted entities. */
  readonly entityWrites: number;
}

export interface RunOptions {
  /** Further arguments, such as `--only`. */
  readonly args?: readonly string[];
  /** State directory within the world. Default `state`. */
  readonly state?: string;
  /** `run --once` (default) or `plan`. */
  readonly command?: 'run' | 'plan';
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/** A simulated AWS and Port, a directory for state, and a pipeline file that tests rewrite as they go. */
export class World {
  private constructor(
    readonly sim: Sim,
    readonly dir: string,
  ) {}

  /** Starts the simulation and creates the blueprints of all fixtures in its Port. */
  static async start(options: SimOptions = {}): Promise<World> {
    const sim = await startSim({ bigEvery: 0, bodySize: 0, ...options });
    for (const blueprint of blueprints) sim.port.blueprints.create(blueprint);
    return new World(sim, await mkdtemp(join(tmpdir(), 'e2e-')));
  }

  async close(): Promise<void> {
    await this.sim.close();
    await rm(this.dir, { recursive: true, force: true });
  }

  get pipelineFile(): string {
    return join(this.dir, 'pipeline.yaml');
  }

  path(name: string): string {
    return join(this.dir, name);
  }

  /** Writes the pipeline file: these fixtures, over the whole organization unless `options` say otherwise. */
  async pipeline(fixtures: readonly Fixture[], options: PipelineOptions = {}): Promise<void> {
    const { managementAccountId, partition } = this.sim.organization;
    const organizationRole = `arn:${partition}:iam::${managementAccountId}:role/OrgReader`;
    await writeFile(this.pipelineFile, pipelineText(fixtures, { organizationRole, ...options }));
  }

  /** Runs the pipeline once. Throws where no summary comes out: such a run is broken, not incomplete. */
  async run(options: RunOptions = {}): Promise<RunResult> {
    const { command = 'run', args = [], env = {}, timeoutMs } = options;
    const before = this.entityWrites();
    const result = await runCli(
      [
        command,
        this.pipelineFile,
        ...(command === 'run' ? ['--once'] : []),
        '--json',
        '--state',
        this.path(options.state ?? 'state'),
        '--log-level',
        'warn',
        ...args,
      ],
      { ...this.sim.env, ...env },
      timeoutMs === undefined ? {} : { timeoutMs },
    );
    const { summary } = result;
    if (summary === undefined) {
      const { code, signal, stdout, stderr } = result;
      throw new Error(
        `${command} ended with ${code ?? signal} and no summary:\n${stdout}${stderr}`,
      );
    }
    return { ...result, summary, entityWrites: this.entityWrites() - before };
  }

  /** Requests so far that wrote or deleted entities. */
  entityWrites(): number {
    return Object.entries(this.sim.port.counters.all())
      .filter(([name]) =>
        /^(POST|PUT|PATCH|DELETE) \/blueprints\/[^/]+\/(bulk\/)?entities/.test(name),
      )
      .reduce((sum, [, count]) => sum + count, 0);
  }
}

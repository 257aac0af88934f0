/**
 * A simulated AWS and Port in this process, and `sluice` as a child process that is run against them
 * and may be killed at a chosen request.
 */
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Summary } from '../../src/model/summary.js';
import { startSim } from '../../src/sim/sim.js';
import type { Call, FaultEffect } from '../../src/sim/faults.js';
import type { Sim, SimOptions } from '../../src/sim/sim.js';
import { startCli } from './support/run-cli.js';
import type { CliResult } from './support/run-cli.js';

export const INSTANCE = 'AWS::EC2::Instance';
export const FUNCTION = 'AWS::Lambda::Function';
export const ROLE = 'AWS::IAM::Role';
export const BUCKET = 'AWS::S3::Bucket';
const KINDS = [INSTANCE, FUNCTION, ROLE, BUCKET] as const;

/** How a child ended, and what it said. */
export type Ended = Omit<CliResult, 'summary'>;

export interface Run {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What it has said so far. */
  readonly said: { stdout: string; stderr: string };
  kill(): void;
}

export interface World {
  readonly sim: Sim;
  /** A directory of the test's own. */
  readonly dir: string;
  readonly stateDir: string;
  /** The pipeline of all kinds. */
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
  /** Starts `sluice` with exactly these arguments. */
  start(args: readonly string[], env?: Readonly<Record<string, string | undefined>>): Run;
  /** `run FILE --once --json` with the world's state, to its end. */
  once(...more: readonly string[]): Promise<Ended & { readonly summary: Summary }>;
  write(name: string, text: string): Promise<string>;
  close(): Promise<void>;
}

export async function openWorld(options: SimOptions = {}): Promise<World> {
  const sim = await startSim({
    accounts: 3,
    regions: 2,
    resourcesPerScope: 8,
    kinds: KINDS,
    bigEvery: 0,
    ...options,
  });
  const dir = await mkdtemp(join(tmpdir(), 'sluice-e2e-'));
  const stateDir = join(dir, 'state');
  const children = new Set<ChildProcess>();
  sim.port.blueprints.create(BLUEPRINT);
  const write = async (name: string, text: string): Promise<string> => {
    const path = join(dir, name);
    await writeFile(path, text);
    return path;
  };
  const file = await write('pipeline.yaml', pipelineText(sim));
  const env = {
    ...sim.env,
    PATH: process.env['PATH'] ?? '',
    HOME: dir,
    TMPDIR: dir,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const start: World['start'] = (args, more = {}) => {
    const merged = Object.fromEntries(
      Object.entries({ ...env, ...more }).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value] as const],
      ),
    );
    const { child, ended } = startCli(args, merged);
    children.add(child);
    const said = { stdout: '', stderr: '' };
    child.stdout?.on('data', (text: string) => (said.stdout += text));
    child.stderr?.on('data', (text: string) => (said.stderr += text));
    child.once('close', () => children.delete(child));
    return { child, ended, said, kill: () => void child.kill('SIGKILL') };
  };
  return {
    sim,
    dir,
    stateDir,
    file,
    env,
    start,
    write,
    once: async (...more) => {
      const args = ['run', file, '--once', '--json', '--state', stateDir, ...more];
      const ended = await start(args).ended;
      return { ...ended, summary: summaryOf(ended) };
    },
    close: async () => {
      const ends = [...children].map(
        (child) => new Promise((resolve) => child.once('close', resolve)),
      );
      for (const child of children) child.kill('SIGKILL');
      await Promise.all(ends);
      await sim.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Runs a test in a world of its own and closes it, come what may. */
export async function inWorld(
  options: SimOptions,
  test: (world: World) => Promise<void>,
): Promise<void> {
  const world = await openWorld(options);
  try {
    await test(world);
  } finally {
    await world.close();
  }
}

/** The last line of standard output, parsed; fails with everything that was said where it is none. */
export function summaryOf({ stdout, stderr, code }: Ended): Summary {
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  try {
    return JSON.parse(last) as Summary;
  } catch {
    throw new Error(`no summary; exit code ${String(code)}\n${stdout}\n${stderr}`);
  }
}

/** Resolves once `test` holds; looked at again and again. */
export async function until(test: () => boolean, what: string, withinMs = 60_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!test()) {
    if (performance.now() > end) throw new Error(`never came: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Decides over every request as it arrives: what befalls it besides the faults that are switched on. */
export function onRequest(
  sim: Sim,
  decide: (call: Call) => FaultEffect | readonly FaultEffect[] | undefined,
): () => void {
  const take = sim.faults.take.bind(sim.faults);
  sim.faults.take = (call) => [...take(call), ...[decide(call) ?? []].flat()];
  return () => {
    sim.faults.take = take;
  };
}

/** Effects that keep a request until something has come (or half a minute has passed). */
export function heldUntil(come: () => boolean): readonly FaultEffect[] {
  const look = 20;
  const effect: FaultEffect = {
    type: 'latency',
    get ms() {
      return come() ? 0 : look;
    },
  };
  return Array.from({ length: 30_000 / look }, () => effect);
}

/** Whether a call is a request to Port of this operation (`METHOD /path`). */
export function isPortCall(call: Call, operation: RegExp): boolean {
  return call.service === 'port' && operation.test(call.operation ?? '');
}

/** Does something right before the simulation counts the n-th request (from 1) of a name. */
export function atRequest(
  counters: Sim['aws']['counters'],
  name: string | RegExp,
  nth: number,
  act: () => void,
): () => void {
  const add = counters.add.bind(counters);
  let seen = 0;
  counters.add = (counted, by) => {
    add(counted, by);
    if (typeof name === 'string' ? counted !== name : !name.test(counted)) return;
    seen += 1;
    if (seen === nth) act();
  };
  return () => {
    counters.add = add;
  };
}

/** What Port must hold: an entity a resource, and nothing else. */
export function expectedEntities(sim: Sim): string[] {
  const rows: string[] = [];
  for (const { kind, accountId, region, identifier, properties } of sim.organization.snapshot()) {
    const stamp = (properties['Stamp'] as string | undefined) ?? 'none';
    rows.push(row(kind, `${accountId}:${region}:${identifier}`, stamp));
  }
  return rows.sort();
}

/** What Port holds, in the same form. */
export function actualEntities(sim: Sim): string[] {
  return sim.port
    .entities()
    .map(({ properties, identifier }) =>
      row(String(properties['kind']), identifier, String(properties['stamp'])),
    )
    .sort();
}

function row(kind: string, identifier: string, stamp: string): string {
  return `${kind} ${identifier} ${stamp}`;
}

/** A small generator of pseudo-random numbers: equal seeds, equal runs. */
export function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

export function pipelineText(
  sim: Sim,
  {
    kinds = KINDS,
    extra = '',
    integration = 'crash',
  }: {
    readonly kinds?: readonly string[];
    readonly extra?: string;
    readonly integration?: string;
  } = {},
): string {
  const resources = kinds.map(
    (kind) => `  - kind: ${kind}
    selector: { query: 'true' }
    port:
      entity:
        mappings:
          identifier: '[.__AccountId, .__Region, .Identifier] | join(":")'
          title: .Identifier
          blueprint: '"resource"'
          properties: { kind: .__Kind, stamp: '.Properties.Stamp // "none"' }
`,
  );
  return `aws:
  organization:
    roleArn: arn:aws:iam::${sim.organization.managementAccountId}:role/OrgReader
    memberRoleName: SluiceReadOnly
port: { integration: ${integration} }
${extra}
resources:
${resources.join('')}`;
}

const BLUEPRINT = {
  identifier: 'resource',
  title: 'Resource',
  schema: { properties: { kind: { type: 'string' }, stamp: { type: 'string' } }, required: [] },
  relations: {},
};

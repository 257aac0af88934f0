import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { PIPELINE } from './organization.js';
import type { PlotPanel } from './plot.js';
import { check, describeMachine, figure } from './result.js';
import type { Aim, BenchResult, Check, Figure } from './result.js';
import { runResync } from './resync-run.js';
import { Simulation } from './simulation.js';

export interface ScaleOptions {
  /** What every case has of the dimensions that it does not vary. */
  readonly base: Size;
  /** Values of each dimension; the others stay as they are in `base`. */
  readonly steps: Readonly<Record<Dimension, readonly number[]>>;
  readonly repeats: number;
  readonly tell: (line: string) => void;
}

export type Dimension = 'resources' | 'accounts' | 'kinds' | 'mappings';
export type Size = Readonly<Record<Dimension, number>>;

export const DIMENSIONS: readonly Dimension[] = ['resources', 'accounts', 'kinds', 'mappings'];
const REGIONS = 4;

/** Kinds that are listed a region at a time and never read; as many as a case asks for, from the first. */
export const SCALE_KINDS: readonly string[] = [
  'AWS::EC2::Instance',
  'AWS::EC2::Volume',
  'AWS::EC2::SecurityGroup',
  'AWS::SNS::Topic',
  'AWS::Lambda::Function',
  'AWS::ECS::Cluster',
  'AWS::DynamoDB::Table',
  'AWS::RDS::DBInstance',
  'AWS::Logs::LogGroup',
  'AWS::ApiGateway::RestApi',
];

/** What a step may cost over what proportion (or, of accounts and kinds, no growth at all) would cost. */
const AIMS: Readonly<Record<Dimension, Aim>> = {
  resources: { atMost: 1.1 },
  accounts: { atMost: 1.3 },
  kinds: { atMost: 1.3 },
  mappings: { atMost: 1.1 },
};

interface Case {
  readonly dimension: Dimension;
  readonly size: Size;
  readonly turns: readonly Turn[];
}

/** CPU of the engine without start-up, in ms. */
interface Turn {
  readonly firstMs: number;
  readonly unchangedMs: number;
  readonly checks: readonly Check[];
}

/** How a first and an unchanged resync grow with each dimension alone; with what a plot of it shows. */
export async function benchScale(
  options: ScaleOptions,
): Promise<{ readonly result: BenchResult; readonly panels: readonly PlotPanel[] }> {
  const startedAt = new Date().toISOString();
  const { base, steps, repeats, tell } = options;
  const dir = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const measured = new Map<string, readonly Turn[]>();
  const cases: Case[] = [];
  try {
    for (const dimension of DIMENSIONS) {
      for (const step of steps[dimension]) {
        const size = { ...base, [dimension]: step };
        // The base is a step of every dimension, and is measured once.
        const name = JSON.stringify(size);
        const turns = measured.get(name) ?? (await takeTurns(size, repeats, dir, tell));
        measured.set(name, turns);
        cases.push({ dimension, size, turns });
      }
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  const result: BenchResult = {
    bench: 'scale',
    startedAt,
    work: { ...base, regions: REGIONS, bodies: 'small', 'page size': 100, repeats },
    machine: describeMachine(undefined),
    figures: cases.flatMap((one) => figuresOf(one, cases)),
    checks: [...measured.values()].flatMap((turns) => turns.flatMap(({ checks }) => checks)),
    notes: ['CPU without start-up. Each dimension is varied alone; the others are as told above.'],
  };
  return { result, panels: DIMENSIONS.map((dimension) => panelOf(dimension, cases)) };
}

async function takeTurns(
  size: Size,
  repeats: number,
  dir: string,
  tell: (line: string) => void,
): Promise<readonly Turn[]> {
  const turns: Turn[] = [];
  for (let at = 0; at < repeats; at += 1) {
    tell(`scale, ${JSON.stringify(size)}, ${at + 1} of ${repeats}`);
    turns.push(await takeTurn(size, dir));
  }
  return turns;
}

async function takeTurn(size: Size, dir: string): Promise<Turn> {
  const kinds = SCALE_KINDS.slice(0, size.kinds);
  const pipeline = join(dir, 'scale.yaml');
  await writeFile(pipeline, await pipelineOf(kinds, size.mappings));
  const run = async (resources: number, times: number) => {
    const shape = {
      accounts: size.accounts,
      regions: REGIONS,
      bodySize: 'small',
      resources,
    } as const;
    const simulation = await Simulation.start(shape, kinds);
    const state = await mkdtemp(join(dir, 'state-'));
    try {
      const runs = [];
      for (let at = 0; at < times; at += 1) runs.push(await runResync(simulation, state, pipeline));
      return runs;
    } finally {
      await simulation.close();
      await rm(state, { recursive: true });
    }
  };
  const [empty] = await run(0, 1);
  const [first, unchanged] = await run(size.resources, 2);
  const entities = size.resources * size.mappings;
  const startMs = empty!.usage.cpuMs;
  return {
    firstMs: first!.usage.cpuMs - startMs,
    unchangedMs: unchanged!.usage.cpuMs - startMs,
    checks: [
      check(
        `${JSON.stringify(size)}: ${entities} entities are created`,
        first!.summary.entities.created === entities,
        JSON.stringify(first!.summary),
      ),
      check(
        `${JSON.stringify(size)}: then all are unchanged`,
        unchanged!.summary.entities.unchanged === entities,
        JSON.stringify(unchanged!.summary),
      ),
    ],
  };
}

interface Resource {
  kind: string;
  port: { entity: { mappings: object } };
}

/** The benchmark's mapping for each kind, so many times: each gives an entity of its own. */
async function pipelineOf(kinds: readonly string[], mappings: number): Promise<string> {
  const { resources, ...rest } = parse(await readFile(PIPELINE, 'utf8')) as {
    resources: readonly [Resource, ...Resource[]];
  };
  const [{ port, ...resource }] = resources;
  const times = Array.from({ length: mappings }, (_, at) => ({
    ...port.entity.mappings,
    ...(at > 0 && { identifier: `.Identifier + "/${at}"` }),
  }));
  return stringify({
    ...rest,
    resources: kinds.map((kind) => ({ ...resource, kind, port: { entity: { mappings: times } } })),
  });
}

function figuresOf(one: Case, cases: readonly Case[]): Figure[] {
  const { dimension, size, turns } = one;
  const name = `${size[dimension].toLocaleString('en-US')} ${dimension}`;
  const about = { case: name, unit: 'µs', better: 'lower' } as const;
  const each = (ms: (turn: Turn) => number) =>
    turns.map((turn) => (1000 * ms(turn)) / size.resources);
  const figures = [
    figure(
      { ...about, name: 'first resync: CPU a resource' },
      each(({ firstMs }) => firstMs),
    ),
    figure(
      { ...about, name: 'unchanged resync: CPU a resource' },
      each((turn) => turn.unchangedMs),
    ),
  ];
  const same = cases.filter((other) => other.dimension === dimension);
  if (one !== same.at(-1)) return figures;
  const [least] = same;
  const growth = (ms: (turn: Turn) => number) => {
    const before = median(least!.turns.map(ms)) / proportion(least!);
    return turns.map((turn) => ms(turn) / proportion(one) / before);
  };
  const over = `${name} over ${least!.size[dimension].toLocaleString('en-US')}`;
  const what =
    dimension === 'resources' ? 'a resource' : dimension === 'mappings' ? 'an entity' : 'in all';
  return [
    ...figures,
    figure(
      { case: over, name: `first resync: growth of CPU ${what}`, unit: '×', better: 'lower' },
      growth(({ firstMs }) => firstMs),
      AIMS[dimension],
    ),
    figure(
      { case: over, name: `unchanged resync: growth of CPU ${what}`, unit: '×', better: 'lower' },
      growth(({ unchangedMs }) => unchangedMs),
      dimension === 'mappings' ? undefined : AIMS[dimension],
    ),
  ];
}

/** What the cost should be proportional to: resources and what they map to, not accounts and kinds. */
function proportion({ dimension, size }: Case): number {
  return dimension === 'resources' || dimension === 'mappings' ? size[dimension] : 1;
}

function panelOf(dimension: Dimension, cases: readonly Case[]): PlotPanel {
  const same = cases.filter((one) => one.dimension === dimension);
  const line = (name: string, ms: (turn: Turn) => number) => ({
    name,
    points: same.map(({ size, turns }) => ({
      x: size[dimension],
      y: median(turns.map(ms)) / 1_000,
    })),
  });
  return {
    title: `By ${dimension}`,
    xLabel: dimension === 'mappings' ? 'mappings of each kind' : dimension,
    yLabel: 'CPU, seconds',
    lines: [
      line('first resync', ({ firstMs }) => firstMs),
      line('unchanged resync', ({ unchangedMs }) => unchangedMs),
    ],
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

import { setTimeout as sleep } from 'node:timers/promises';
import { createEntitySink } from '../src/port/create-entity-sink.js';
import type { EntitySink } from '../src/port/entity-sink.js';
import { PortClient } from '../src/port/port-client.js';
import { DEFAULT_LIMITS } from '../src/sim/port/rate-limit.js';
import { check, describeMachine, figure } from './result.js';
import type { BenchResult, Check, Figure } from './result.js';
import { Simulation } from './simulation.js';

export interface SinkOptions {
  /** Entities of each case. */
  readonly entities: number;
  /** Of Port's answers, in ms. */
  readonly latenciesMs: readonly number[];
  /** How long Port is down, in ms. */
  readonly outageMs: number;
  readonly repeats: number;
  readonly tell: (line: string) => void;
}

/** Changes that wait for Port at once: what the credits of an engine let through. */
const IN_FLIGHT = 5_000;

interface Turn {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly requests: number;
  readonly answered: number;
  readonly refused: number;
}

interface Outage {
  /** From Port's return to the first entity that it takes, and to the last of those that waited. */
  readonly firstMs: number;
  readonly allMs: number;
  readonly lost: number;
}

/** The sink alone, against a simulated Port with latency and Port's own limits, in a process of its own. */
export async function benchSink(options: SinkOptions): Promise<BenchResult> {
  const startedAt = new Date().toISOString();
  const { entities, latenciesMs, outageMs, repeats, tell } = options;
  const turns = new Map<number, Turn[]>();
  const outages: Outage[] = [];
  for (let at = 0; at < repeats; at += 1) {
    for (const latencyMs of latenciesMs) {
      tell(`sink, ${latencyMs} ms, ${at + 1} of ${repeats}`);
      const turn = await withPort(latencyMs, (_, sink) => writeAll(sink, entities));
      turns.set(latencyMs, [...(turns.get(latencyMs) ?? []), turn]);
    }
    tell(`sink, an outage, ${at + 1} of ${repeats}`);
    outages.push(await withPort(20, (simulation, sink) => outage(simulation, sink, outageMs)));
  }
  return {
    bench: 'sink',
    startedAt,
    work: { entities, 'in flight': IN_FLIGHT, 'outage (ms)': outageMs, repeats },
    machine: describeMachine(undefined),
    figures: [
      ...[...turns].flatMap(([latencyMs, each]) => figuresOf(latencyMs, entities, each)),
      ...outageFigures(outages),
    ],
    checks: checksOf(entities, turns, outages),
    notes: [],
  };
}

/** A fresh Port and a sink before it. */
async function withPort<T>(
  latencyMs: number,
  use: (simulation: Simulation, sink: EntitySink) => Promise<T>,
): Promise<T> {
  const size = { resources: 0, accounts: 1, regions: 1, bodySize: 'small' } as const;
  const simulation = await Simulation.start(size, ['AWS::SQS::Queue']);
  await simulation.set({ port: { latencyMs, limits: { entities: DEFAULT_LIMITS.entities } } });
  const { PORT_BASE_URL, PORT_CLIENT_ID, PORT_CLIENT_SECRET } = simulation.env;
  const client = new PortClient({
    baseUrl: PORT_BASE_URL!,
    clientId: PORT_CLIENT_ID!,
    clientSecret: PORT_CLIENT_SECRET!,
    integration: 'bench',
    version: '0',
  });
  const sink = createEntitySink({
    client,
    createMissingRelatedEntities: true,
    enableMergeEntity: true,
    deleteDependentEntities: true,
  });
  try {
    return await use(simulation, sink);
  } finally {
    await sink.close();
    await client.close();
    await simulation.close();
  }
}

async function writeAll(sink: EntitySink, entities: number): Promise<Turn> {
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const counts = { answered: 0, refused: 0 };
  await new Promise<void>((resolve) => {
    let next = 0;
    const fill = (): void => {
      while (next < entities && next - counts.answered - counts.refused < IN_FLIGHT) {
        submit(sink, next++, (taken) => {
          counts[taken ? 'answered' : 'refused'] += 1;
          if (counts.answered + counts.refused === entities) resolve();
          else fill();
        });
      }
    };
    fill();
  });
  const { user, system } = process.cpuUsage(cpu);
  return {
    wallMs: performance.now() - startedAt,
    cpuMs: (user + system) / 1000,
    requests: sink.stats.requests,
    ...counts,
  };
}

/** Port goes down while as much waits as may, and comes back. */
async function outage(simulation: Simulation, sink: EntitySink, outageMs: number): Promise<Outage> {
  await simulation.fault({
    match: { service: 'port' },
    effect: { type: 'error', status: 503, code: 'unavailable' },
  });
  const times: number[] = [];
  const done = new Promise<void>((resolve) => {
    for (let at = 0; at < IN_FLIGHT; at += 1) {
      submit(sink, at, (taken) => {
        if (taken) times.push(performance.now());
        if (times.length === IN_FLIGHT) resolve();
      });
    }
  });
  await sleep(outageMs);
  const backAt = performance.now();
  await simulation.clearFaults();
  await Promise.race([done, sleep(120_000)]);
  return {
    firstMs: (times[0] ?? Number.NaN) - backAt,
    allMs: (times.at(-1) ?? Number.NaN) - backAt,
    lost: IN_FLIGHT - times.length,
  };
}

function submit(sink: EntitySink, at: number, done: (taken: boolean) => void): void {
  const identifier = `entity-${at}`;
  const json = JSON.stringify({
    identifier,
    title: `An entity of the usual size, number ${at}`,
    properties: {
      kind: 'AWS::SQS::Queue',
      region: 'eu-west-1',
      tags: [{ Key: 'team', Value: 'payments' }],
      arn: `arn:aws:sqs:eu-west-1:111111111111:queue-${at}`,
    },
  });
  sink.submit({ op: 'upsert', blueprint: 'cloudResource', identifier, json }, ({ status }) =>
    done(status === 'created' || status === 'updated'),
  );
}

function figuresOf(latencyMs: number, entities: number, turns: readonly Turn[]): Figure[] {
  const about = (name: string, unit: string, better: Figure['better']) =>
    ({ case: `answers after ${latencyMs} ms`, name, unit, better }) as const;
  return [
    figure(
      about('entities a second', '/s', 'higher'),
      turns.map(({ wallMs }) => (1000 * entities) / wallMs),
    ),
    figure(
      about('CPU an entity', 'µs', 'lower'),
      turns.map(({ cpuMs }) => (1000 * cpuMs) / entities),
    ),
    figure(
      about('requests an entity', 'requests', 'lower'),
      turns.map(({ requests }) => requests / entities),
      { atMost: 1 / 18 },
    ),
  ];
}

function outageFigures(outages: readonly Outage[]): Figure[] {
  const about = (name: string) =>
    ({
      case: `back from an outage, ${IN_FLIGHT} entities waiting`,
      name,
      unit: 'ms',
      better: 'lower',
    }) as const;
  return [
    figure(
      about('until Port takes the first'),
      outages.map(({ firstMs }) => firstMs),
    ),
    figure(
      about('until Port has taken all'),
      outages.map(({ allMs }) => allMs),
    ),
  ];
}

function checksOf(
  entities: number,
  turns: ReadonlyMap<number, readonly Turn[]>,
  outages: readonly Outage[],
): Check[] {
  return [
    ...[...turns].flatMap(([latencyMs, each]) =>
      each.map(({ answered }) =>
        check(`${latencyMs} ms: Port takes every entity`, answered === entities, `${answered}`),
      ),
    ),
    ...outages.map(({ lost }) => check('an outage loses nothing', lost === 0, `${lost} lost`)),
  ];
}

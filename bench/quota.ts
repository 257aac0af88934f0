import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOrganization } from '../src/sim/organization/organization.js';
import { leastSeconds } from './least-time.js';
import type { Bucket } from './least-time.js';
import { PIPELINE, readPipeline } from './organization.js';
import { check, describeMachine, figure } from './result.js';
import type { Aim, BenchResult, Check, Figure } from './result.js';
import { runResync } from './resync-run.js';
import { Simulation } from './simulation.js';

export interface QuotaOptions {
  readonly accounts: number;
  readonly regions: number;
  readonly resources: number;
  /** Calls per second that AWS takes in each account and region; the one that throttles hard takes half. */
  readonly rate: number;
  readonly repeats: number;
  readonly tell: (line: string) => void;
}

/** Calls that AWS takes at once, and of the account that throttles hard. */
const BURST = 2;
const HARD_BURST = 1;
/** Small, so that a small organization has listings of many pages. */
const PAGE = 2;

interface Case {
  readonly name: string;
  /** Whether the pipeline is told AWS's rate; else it has to learn it. */
  readonly told: boolean;
  readonly hard: boolean;
  /** Whether a resync came before, whose state goes on. */
  readonly warm?: boolean;
  readonly wall: Aim | undefined;
  readonly throttled: Aim | undefined;
}

const CASES: readonly Case[] = [
  {
    name: 'rates configured',
    told: true,
    hard: false,
    wall: { atMost: 1.05 },
    throttled: { atMost: 0.01 },
  },
  {
    name: 'rates configured, one account throttles hard',
    told: true,
    hard: true,
    wall: undefined,
    throttled: undefined,
  },
  {
    name: 'rates learned from nothing, one account throttles hard',
    told: false,
    hard: true,
    wall: undefined,
    throttled: undefined,
  },
  {
    name: 'rates learned before, one account throttles hard',
    told: false,
    hard: true,
    warm: true,
    wall: { atMost: 1.25 },
    throttled: { atMost: 0.03 },
  },
];

interface Turn {
  readonly seconds: number;
  readonly least: number;
  readonly throttled: number;
  readonly whole: boolean;
}

/** A first resync of many accounts under AWS's quotas, against the least time that the quotas allow. */
export async function benchQuota(options: QuotaOptions): Promise<BenchResult> {
  const startedAt = new Date().toISOString();
  const { accounts, regions, resources, rate, repeats, tell } = options;
  const turns = new Map<Case, Turn[]>();
  const dir = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  try {
    for (let at = 0; at < repeats; at += 1) {
      for (const one of CASES) {
        tell(`quota, ${one.name}, ${at + 1} of ${repeats}`);
        const turn = await takeTurn(options, one, dir);
        turns.set(one, [...(turns.get(one) ?? []), turn]);
      }
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  return {
    bench: 'quota',
    startedAt,
    work: { accounts, regions, resources, 'page size': PAGE, 'calls a second': rate, repeats },
    machine: describeMachine(undefined),
    figures: [...turns].flatMap(([one, each]) => figuresOf(one, each)),
    checks: [...turns].flatMap(([one, each]) => checksOf(one, each)),
    notes: [
      'learned before: by one resync of another process, whose state directory goes on; then every resource is unchanged, and the listings are the same',
    ],
  };
}

async function takeTurn(
  { accounts, regions, resources, rate }: QuotaOptions,
  { told, hard, warm }: Case,
  dir: string,
): Promise<Turn> {
  const { kinds } = await readPipeline();
  const size = { accounts, regions, resources, bodySize: 'small' } as const;
  const organization = createOrganization({ ...size, total: resources, kinds });
  // The last account is an ordinary member.
  const slow = organization.accounts.at(-1)!.id;
  const simulation = await Simulation.start(size, kinds);
  try {
    const usual = { rate, burst: BURST };
    const little = { rate: rate / 2, burst: HARD_BURST };
    const limits = hard ? { accounts: { [slow]: { list: little } } } : {};
    await simulation.set({ pageSize: PAGE, quotas: { list: usual, ...limits } });
    const state = await mkdtemp(join(dir, 'state-'));
    const pipeline = await pipelineWith(told ? rate : undefined, dir);
    if (warm === true) await runResync(simulation, state, pipeline);
    const { summary } = await runResync(simulation, state, pipeline);
    const buckets = bucketsOf(organization, kinds, (id) => (hard && id === slow ? little : usual));
    return {
      seconds: summary.durationMs / 1000,
      least: leastSeconds(buckets),
      throttled: summary.aws.throttled / summary.aws.calls,
      whole: summary.resources.listed === resources && summary.scopes.ok === summary.scopes.total,
    };
  } finally {
    await simulation.close();
  }
}

/** The benchmark's pipeline, with AWS's rate where it is to be told. */
async function pipelineWith(rate: number | undefined, dir: string): Promise<string> {
  if (rate === undefined) return PIPELINE;
  const file = join(dir, 'quotas.yaml');
  const text = await readFile(PIPELINE, 'utf8');
  await writeFile(file, `aws: { quotas: { listPerSecond: ${rate} } }\n${text}`);
  return file;
}

/** The listings' calls in each account and region: a page each, one where there is nothing. */
function bucketsOf(
  organization: ReturnType<typeof createOrganization>,
  kinds: readonly string[],
  rateOf: (accountId: string) => Pick<Bucket, 'rate' | 'burst'>,
): readonly Bucket[] {
  return organization.accounts.flatMap(({ id, regions }) =>
    [...regions].map((region) => {
      const calls = kinds.map((kind) =>
        Math.max(1, Math.ceil((organization.store(kind, id, region)?.positions ?? 0) / PAGE)),
      );
      return { calls: calls.reduce((sum, count) => sum + count, 0), ...rateOf(id) };
    }),
  );
}

function figuresOf({ name, wall, throttled }: Case, turns: readonly Turn[]): Figure[] {
  const about = (what: string, unit: string, better: Figure['better']) =>
    ({ case: name, name: what, unit, better }) as const;
  return [
    figure(
      about('least possible time', 's', 'neither'),
      turns.map(({ least }) => least),
    ),
    figure(
      about('time of the resync', 's', 'lower'),
      turns.map(({ seconds }) => seconds),
    ),
    figure(
      about('time over the least possible', '×', 'lower'),
      turns.map(({ seconds, least }) => seconds / least),
      wall,
    ),
    figure(
      about('share of throttled calls', '', 'lower'),
      turns.map((turn) => turn.throttled),
      throttled,
    ),
  ];
}

function checksOf({ name }: Case, turns: readonly Turn[]): Check[] {
  return turns.map(({ whole }) => check(`${name}: everything is listed`, whole));
}

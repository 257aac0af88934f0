import { NO_JQ } from './jq.js';
import type { Jq } from './jq.js';
import type { OrganizationSize } from './organization.js';
import { check, describeMachine, figure } from './result.js';
import type { Aim, BenchResult, Check, Figure } from './result.js';
import { runCycles } from './resync-cycle.js';
import type { Cycle, Phase } from './resync-cycle.js';
import { awsCalls, bulkUpserts } from './resync-run.js';
import type { ResyncRun } from './resync-run.js';
import { spreadOf } from './statistics.js';

export interface ResyncOptions {
  readonly phases: readonly Phase[];
  /** Numbers of resources, each a case. */
  readonly resources: readonly number[];
  readonly shape: Omit<OrganizationSize, 'resources'>;
  readonly repeats: number;
  readonly jq: Jq | undefined;
  readonly tell: (line: string) => void;
}

const CPU_AIMS: Readonly<Partial<Record<Phase, number>>> = {
  'resync-first': 1.6,
  'resync-unchanged': 0.35,
};
/** Below this many resources start-up and warm-up are most of the cost, and the aims say nothing. */
const AIMS_FROM = 20_000;
const MEMORY_AIM: Aim = { atMost: 350 };
const GROWTH_AIM: Aim = { atMost: 1.1 };
const REQUESTS_AIM: Aim = { atMost: 1 / 18 };

/** Runs the resync benchmarks together: each resync of a cycle builds on the one before. */
export async function benchResyncs(options: ResyncOptions): Promise<readonly BenchResult[]> {
  const startedAt = new Date().toISOString();
  const cases: { readonly resources: number; readonly cycles: readonly Cycle[] }[] = [];
  for (const resources of options.resources) {
    const size = { ...options.shape, resources };
    cases.push({ resources, cycles: await runCycles({ ...options, size }) });
  }
  const { shape, repeats, jq } = options;
  return options.phases.map((phase) => ({
    bench: phase,
    startedAt,
    work: {
      resources: options.resources.join(' and '),
      accounts: shape.accounts,
      regions: shape.regions,
      kinds: 5,
      bodies: shape.bodySize,
      'page size': 100,
      repeats,
    },
    machine: describeMachine(jq?.version),
    figures: [
      ...cases.flatMap(({ resources, cycles }) => figuresOf(phase, resources, cycles)),
      ...growthOf(phase, cases),
    ],
    checks: cases.flatMap(({ resources, cycles }) =>
      cycles.flatMap((cycle) => checksOf(phase, resources, cycle)),
    ),
    notes: jq === undefined ? [NO_JQ] : [],
  }));
}

function figuresOf(phase: Phase, resources: number, cycles: readonly Cycle[]): Figure[] {
  const name = `${resources.toLocaleString('en-US')} resources`;
  const about = (what: string, unit: string, better: Figure['better'] = 'lower') =>
    ({ case: name, name: what, unit, better }) as const;
  const each = (value: (run: ResyncRun, cycle: Cycle) => number): number[] =>
    cycles.map((cycle) => value(cycle.runs[phase]!, cycle));
  const net = (run: ResyncRun, cycle: Cycle): number => run.usage.cpuMs - cycle.empty.usage.cpuMs;
  const aimed = (aim: Aim | undefined): Aim | undefined =>
    resources < AIMS_FROM ? undefined : aim;
  const cpuAim = CPU_AIMS[phase];
  const figures = [
    figure(
      about('CPU a resource, start-up included', 'µs'),
      each((run) => micros(run.usage.cpuMs, resources)),
    ),
    figure(
      about('CPU a resource, without start-up', 'µs'),
      each((run, cycle) => micros(net(run, cycle), resources)),
    ),
    figure(
      about('start-up: CPU of a run over no resources', 'ms'),
      cycles.map(({ empty }) => empty.usage.cpuMs),
    ),
    figure(
      about('system time of that CPU', '%', 'neither'),
      each(({ usage }) => (100 * usage.systemMs) / usage.cpuMs),
    ),
    figure(
      about('resources a second', '/s', 'neither'),
      each(({ usage }) => (1000 * resources) / usage.wallMs),
    ),
    figure(
      about('AWS calls', 'calls', 'neither'),
      each(({ calls }) => awsCalls(calls)),
    ),
    figure(
      about('Port requests', 'requests', 'neither'),
      each(({ summary }) => summary.port.requests),
    ),
  ];
  if (cycles.every(({ jq }) => jq !== undefined)) {
    figures.push(
      figure(
        about('jq -c: CPU a resource', 'µs', 'neither'),
        each((_, { jq }) => micros(jq!.cpuMs, resources)),
      ),
      figure(
        about('CPU over jq -c, start-up included', '×'),
        each((run, { jq }) => run.usage.cpuMs / jq!.cpuMs),
        aimed(cpuAim === undefined ? undefined : { atMost: cpuAim }),
      ),
      figure(
        about('CPU over jq -c, without start-up', '×'),
        each((run, cycle) => net(run, cycle) / cycle.jq!.cpuMs),
      ),
    );
  }
  const bare = ({ bare: { listMs, writeMs } }: Cycle): number =>
    phase === 'resync-first' ? writeMs : listMs;
  figures.push(
    figure(
      about('the least program: CPU a resource', 'µs', 'neither'),
      cycles.map((cycle) => micros(bare(cycle), resources)),
    ),
    figure(
      about('CPU over the least program, both without start-up', '×'),
      each((run, cycle) => net(run, cycle) / bare(cycle)),
    ),
  );
  if (phase !== 'resync-unchanged') {
    const changed = (cycle: Cycle): number =>
      phase === 'resync-first' ? resources : cycle.changed;
    figures.push(
      figure(
        about('bulk requests of Port per changed entity', 'requests'),
        each(({ calls }, cycle) => bulkUpserts(calls) / changed(cycle)),
        aimed(REQUESTS_AIM),
      ),
    );
  }
  if (cycles.every(({ runs }) => runs[phase]!.usage.peakAnonBytes !== undefined)) {
    figures.push(
      figure(
        about('peak RssAnon', 'MB'),
        each(({ usage }) => usage.peakAnonBytes! / 1e6),
        aimed(MEMORY_AIM),
      ),
      figure(
        about('peak RssFile', 'MB', 'neither'),
        each(({ usage }) => usage.peakFileBytes! / 1e6),
      ),
    );
  }
  return figures;
}

/** How memory grows from the least to the most resources. */
function growthOf(
  phase: Phase,
  cases: readonly { readonly resources: number; readonly cycles: readonly Cycle[] }[],
): Figure[] {
  const sorted = [...cases].sort((a, b) => a.resources - b.resources);
  const [least, most] = [sorted[0], sorted.at(-1)];
  if (least === undefined || most === undefined || least === most) return [];
  const peaks = (cycles: readonly Cycle[]): (number | undefined)[] =>
    cycles.map(({ runs }) => runs[phase]!.usage.peakAnonBytes);
  const before = peaks(least.cycles).filter((peak) => peak !== undefined);
  const after = peaks(most.cycles).filter((peak) => peak !== undefined);
  if (before.length === 0 || after.length === 0) return [];
  const name = `${most.resources.toLocaleString('en-US')} over ${least.resources.toLocaleString('en-US')} resources`;
  const { median } = spreadOf(before);
  return [
    figure(
      { case: name, name: 'growth of peak RssAnon', unit: '×', better: 'lower' },
      after.map((peak) => peak / median),
      GROWTH_AIM,
    ),
  ];
}

function checksOf(phase: Phase, resources: number, cycle: Cycle): Check[] {
  const { summary, calls } = cycle.runs[phase]!;
  const { entities } = summary;
  const seen = JSON.stringify(summary);
  const expected = {
    'resync-first': { created: resources, updated: 0, unchanged: 0 },
    'resync-unchanged': { created: 0, updated: 0, unchanged: resources },
    'resync-churn': {
      created: 0,
      updated: cycle.changed,
      unchanged: resources - cycle.changed,
    },
  }[phase];
  const counted = Object.entries(expected).map(([name, count]) =>
    check(
      `${phase} of ${resources}: ${count} entities are ${name}`,
      entities[name as keyof typeof expected] === count,
      seen,
    ),
  );
  return [
    ...counted,
    check(
      `${phase} of ${resources}: all resources were listed`,
      summary.resources.listed === resources,
      seen,
    ),
    check(
      `${phase} of ${resources}: nothing is deleted, held or failed`,
      entities.deleted + entities.held + entities.failed === 0,
      seen,
    ),
    check(
      `${phase} of ${resources}: no entity is sent to Port that is as it was`,
      phase !== 'resync-unchanged' || bulkUpserts(calls) === 0,
      JSON.stringify(calls),
    ),
  ];
}

function micros(ms: number, resources: number): number {
  return (1000 * ms) / resources;
}

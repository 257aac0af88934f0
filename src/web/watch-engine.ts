import type { Live } from '../pipeline/live/live.js';
import type { Engine } from '../pipeline/open-engine.js';
import type { MappingStatus } from '../pipeline/port-watch.js';
import type { Progress } from '../pipeline/progress.js';
import type { Tap } from '../pipeline/tap.js';
import type { Readings } from '../telemetry/readings.js';
import { RateMeter } from './rate-meter.js';
import type { AccountStatus, StatusSnapshot } from './status.js';

/** A summary can list thousands of failures; people read the last ones. */
const MOST_FAILURES = 100;

export interface EngineWatch {
  /** For the metrics. */
  readonly read: () => Readings;
  /** For the status page. */
  readonly status: () => StatusSnapshot;
}

/** Reads what an engine is doing, whenever it is asked. */
export function watchEngine(
  engine: Engine,
  progress: Progress,
  version: string,
  live: () => Live | undefined = () => undefined,
  mapping: () => MappingStatus | undefined = () => undefined,
): EngineWatch {
  const rates = ratesOf(engine);
  const { parts, port } = engine;
  const latest = latestChanges(parts.tap);
  return {
    read: () => ({
      tally: parts.counters,
      port: port.stats,
      credits: parts.flow.credits.inFlight,
      retries: parts.state.retries.countByReason(),
      deadLetters: parts.state.deadLetters.count(),
      generation: progress.generation,
      running: progress.running,
      ...liveReadings(live()),
      ...(progress.finishedAt !== undefined && {
        last: {
          durationMs: progress.finishedAt - progress.startedAt,
          finishedAt: progress.finishedAt,
        },
      }),
    }),
    status: () => {
      const at = Date.now();
      const deadLetters = parts.state.deadLetters.count();
      const totals = parts.counters.summary(progress.generation, deadLetters, port.stats);
      return {
        version,
        integration: parts.pipeline.port.integration,
        phase: phaseOf(engine, progress),
        generation: progress.generation,
        at,
        ...(progress.startedAt > 0 && { startedAt: progress.startedAt }),
        ...(progress.finishedAt !== undefined && { finishedAt: progress.finishedAt }),
        accounts: Array.from(progress.accounts.values(), accountStatus),
        totals: { ...totals, failures: totals.failures.slice(-MOST_FAILURES) },
        rates: rates(at),
        credits: parts.flow.credits.inFlight,
        retries: retriesOf(engine),
        deadLetters,
        heldBecause: [...parts.counters.heldBecause],
        ...mappingStatus(mapping()),
        ...liveStatus(live(), latest()),
      };
    },
  };
}

function mappingStatus(mapping: MappingStatus | undefined): Pick<StatusSnapshot, 'mapping'> {
  return mapping === undefined ? {} : { mapping };
}

function liveReadings(live: Live | undefined): Pick<Readings, 'live'> {
  if (live === undefined) return {};
  const { shards, oldestMs, retentionMs } = live.status();
  const { counters } = live;
  return {
    live: {
      records: counters.records,
      bytes: counters.bytes,
      poison: counters.poison,
      events: counters.events,
      reads: new Map(Object.entries(counters.reads)),
      outcomes: counters.outcomes,
      unrouted: counters.unrouted,
      streamErrors: counters.streamErrors,
      scopesListed: counters.scopesListed,
      shards,
      oldestMs,
      retentionMs,
    },
  };
}

/** Names of unrouted events that are shown; metrics have them all. */
const MOST_UNROUTED = 10;

/** Changes that are shown. */
const MOST_CHANGES = 20;

type Latest = NonNullable<StatusSnapshot['live']>['latest'];

/** Remembers the last changes that the live path carried out. */
function latestChanges(tap: Tap): () => Latest {
  const changes: Latest[number][] = [];
  tap.listen(({ cause, outcome, at, kind, accountId, region, identifier }) => {
    if (cause !== 'live' || outcome === 'unchanged' || outcome === 'outdated') return;
    changes.unshift({ at, kind, accountId, region, identifier, outcome });
    changes.length = Math.min(changes.length, MOST_CHANGES);
  });
  return () => [...changes];
}

function liveStatus(live: Live | undefined, latest: Latest): Pick<StatusSnapshot, 'live'> {
  if (live === undefined) return {};
  const { streamArn, shards, lagMs, oldestMs, retentionMs } = live.status();
  const { records, events, reads, poison, unrouted } = live.counters;
  return {
    live: {
      streamArn,
      shards: shards.length,
      lagMs,
      oldestMs,
      retentionMs,
      gap: shards.reduce((sum, { gap }) => sum + gap, 0),
      records,
      poison,
      events: Object.fromEntries(events),
      reads: { ...reads },
      latest,
      unrouted: Object.fromEntries(
        [...unrouted].sort(([, a], [, b]) => b - a).slice(0, MOST_UNROUTED),
      ),
    },
  };
}

function phaseOf({ parts }: Engine, progress: Progress): StatusSnapshot['phase'] {
  if (parts.stop.aborted) return 'stopping';
  if (progress.running) return 'resync';
  return progress.generation === 0 ? 'starting' : 'idle';
}

function accountStatus({
  name,
  ...account
}: Omit<AccountStatus, 'name'> & { name?: string | undefined }): AccountStatus {
  return name === undefined ? account : { ...account, name };
}

function retriesOf({ parts }: Engine): StatusSnapshot['retries'] {
  const byReason = parts.state.retries.countByReason();
  const nextDueAt = parts.state.retries.nextDueAt();
  return {
    total: [...byReason.values()].reduce((sum, entries) => sum + entries, 0),
    byReason: Object.fromEntries(byReason),
    ...(nextDueAt !== undefined && { nextDueAt }),
  };
}

function ratesOf({ parts, port }: Engine): (at: number) => StatusSnapshot['rates'] {
  const meters = {
    resources: new RateMeter(),
    calls: new RateMeter(),
    throttled: new RateMeter(),
    requests: new RateMeter(),
  };
  return (at) => ({
    resourcesPerSecond: meters.resources.rate(parts.counters.resources.listed, at),
    awsCallsPerSecond: meters.calls.rate(parts.counters.aws.calls, at),
    awsThrottledPerSecond: meters.throttled.rate(parts.counters.aws.throttled, at),
    portRequestsPerSecond: meters.requests.rate(port.stats.requests, at),
  });
}

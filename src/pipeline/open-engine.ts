import type { Logger } from 'pino';
import type { Observable } from 'rxjs';
import { openAws } from '../aws/aws.js';
import type { Aws } from '../aws/aws.js';
import type { Environment } from '../config/env.js';
import type { Pipeline } from '../config/pipeline.js';
import { ConfigError } from '../errors/config-error.js';
import { EnvironmentError } from '../errors/environment-error.js';
import { busyLoop } from '../flow/busy-loop.js';
import { CreditPool } from '../flow/credit-pool.js';
import { FenceMemory } from '../flow/fence-memory.js';
import { FetchSlots } from '../flow/fetch-slots.js';
import { Lanes } from '../flow/lanes.js';
import { OutstandingTicks } from '../flow/outstanding-ticks.js';
import { Permits } from '../flow/permits.js';
import type { JqEngine } from '../jq/jq-engine.js';
import { createEntitySink } from '../port/create-entity-sink.js';
import type { EntitySink } from '../port/entity-sink.js';
import { ensureIntegration, readIntegration } from '../port/integration.js';
import { acquireLease } from '../port/lease.js';
import type { Lease } from '../port/lease.js';
import { PortClient } from '../port/port-client.js';
import { AccountDirectory } from '../sources/account-directory.js';
import { discover } from '../sources/discovery.js';
import type { DiscoveryEvent } from '../sources/discovery-event.js';
import type { Only } from '../sources/only.js';
import { resourceSources } from '../sources/resource-sources.js';
import { regionAllowed } from '../sources/region-policy.js';
import { DeadLetters } from '../state/dead-letters.js';
import { IndexTable } from '../state/index-table.js';
import { installationId } from '../state/meta.js';
import { readLearnedRates, writeLearnedRates } from '../state/learned-rates.js';
import { RetryTable } from '../state/retry-table.js';
import { RicherKinds } from '../state/richer-kinds.js';
import { EndedScopes } from '../state/scopes.js';
import { StaleTable } from '../state/stale.js';
import type { StateStore } from '../state/state-store.js';
import { Ticks } from '../state/ticks.js';
import { UnclaimedTable } from '../state/unclaimed.js';
import { adopt } from './adopt.js';
import { Counters } from './counters.js';
import { Dependents } from './dependents.js';
import { drySubmit } from './dry-run.js';
import { KindExamples } from './kind-examples.js';
import { FaultReport } from './fault-report.js';
import type { FlowParts, Parts, StateParts } from './parts.js';
import { Programs } from './programs.js';
import { Tap } from './tap.js';
import { RelatedClaims } from './related-claims.js';

/** How often learned quotas are noted, for a process that is killed. */
const RATES_EVERY_MS = 300_000;

export interface EngineOptions {
  readonly pipeline: Pipeline;
  readonly environment: Environment;
  /** Open already: the engine closes it. */
  readonly store: StateStore;
  readonly jq: JqEngine;
  readonly log: Logger;
  /** Sluice's own version: part of the datasource. */
  readonly version: string;
  /** Write nothing to Port (`plan`). */
  readonly dryRun: boolean;
  /** Aborted: stop fetching; what is in flight still settles. */
  readonly stop: AbortController;
}

/** Parts that are wired, connected, and checked to work. */
export interface Engine {
  readonly parts: Parts;
  /** A few resources of each kind that passed, for Port's pages. */
  readonly examples: KindExamples;
  readonly aws: Aws;
  readonly port: PortClient;
  /** Accounts and their regions, as discovery found them. */
  readonly directory: AccountDirectory;
  /**
   * Registers the integration, makes this process its one writer and adopts what Port already holds of
   * it. Nothing is written to Port before; call it once, before the first resync. Throws an
   * EnvironmentError where another process writes the integration.
   */
  claim(): Promise<void>;
  /**
   * Takes another mapping on, between two runs of the flow: nothing of the one before may be in flight.
   * Accounts, regions, quotas and the stream stay those of the file.
   */
  remap(pipeline: Pipeline, stop: AbortSignal): Promise<void>;
  /** Discovers accounts, regions and scopes anew, of the whole pipeline or of a part. */
  discover(only?: Only): Observable<DiscoveryEvent>;
  /** Requests and retries since the last call. */
  portStats(): { requests: number; retries: number };
  close(): Promise<void>;
}

/**
 * Connects to AWS and Port and wires the parts. Throws an EnvironmentError where credentials are
 * refused or an endpoint cannot be reached. Writes nothing to Port.
 */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { pipeline, environment, store, log, stop } = options;
  const closers: (() => Promise<void> | void)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const port = new PortClient({
      ...environment.port,
      integration: pipeline.port.integration,
      version: options.version,
      log,
    });
    closers.push(() => port.close());
    // The first call of all: tells wrong credentials and an unreachable Port before anything is done.
    await readIntegration(port);

    useAwsCredentials(environment);
    const parts: { current?: Parts } = {};
    const aws = await openAws({
      meter: {
        call: () => {
          if (parts.current) parts.current.counters.aws.calls += 1;
        },
        throttled: () => {
          if (parts.current) parts.current.counters.aws.throttled += 1;
        },
      },
      quotas: { ...pipeline.aws.quotas, known: readLearnedRates(store, Date.now()) },
      ...(pipeline.aws.organization !== undefined && { organization: pipeline.aws.organization }),
    });
    closers.push(() => aws.close());
    closers.push(keepRates(aws, store));

    const state = await openState(store, pipeline);
    const flow = openFlow(state.ticks);
    const onFlight = (changes: number): void => flow.credits.away(changes);
    const examples = new KindExamples();
    const directory = new AccountDirectory(aws, {
      aws: pipeline.aws,
      get kinds() {
        return (parts.current?.pipeline ?? pipeline).kinds;
      },
    });
    /** What follows from a mapping: made anew whenever another one counts. */
    const partsFor = (mapped: Pipeline) => {
      const sink = createEntitySink({ ...mapped, client: port, log, onFlight });
      const dependents = new Dependents(port, mapped, log);
      const sources = resourceSources(aws, directory, mapped, (message) => {
        log.warn(message);
      });
      const changes = {
        pipeline: mapped,
        dependents,
        submit: options.dryRun ? drySubmit(state) : submitTo(sink, dependents),
        programs: new Programs(mapped, regionAllowed, options.jq.version),
        source: examples.watch(sources),
      };
      return { sink, changes };
    };
    let { sink, changes } = partsFor(pipeline);
    closers.push(() => sink.close());
    const wired: Parts = (parts.current = {
      ...changes,
      state,
      flow,
      jq: options.jq,
      faults: new FaultReport(log),
      tap: new Tap(),
      log,
      stop: stop.signal,
      counters: new Counters(),
      generation: 0,
    });
    let seen = { requests: 0, retries: 0 };
    return {
      parts: wired,
      examples,
      aws,
      port,
      directory,
      async claim() {
        if (!options.dryRun) {
          await ensureIntegration(port);
          const lease = await takeLease(port, store, stop, log, pipeline);
          closers.push(() => lease.release());
        }
        await adopt(port, state, log);
        state.relatedClaims.reset();
      },
      async remap(mapped, signal) {
        await sink.close();
        ({ sink, changes } = partsFor(mapped));
        // In place: pages, metrics and the socket of the state directory look at these parts.
        Object.assign(wired, changes, { stop: signal });
      },
      discover: (only) =>
        discover({
          aws,
          pipeline: wired.pipeline,
          directory,
          warn: (message) => {
            log.warn(message);
          },
          ...(only && { only }),
        }),
      portStats() {
        const { requests, retries } = port.stats;
        const since = { requests: requests - seen.requests, retries: retries - seen.retries };
        seen = { requests, retries };
        return since;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Ocean's names for fixed credentials become the SDK's own: its whole chain, child calls included, looks there. */
function useAwsCredentials({ awsCredentials }: Environment): void {
  if (awsCredentials === undefined) return;
  process.env['AWS_ACCESS_KEY_ID'] = awsCredentials.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = awsCredentials.secretAccessKey;
}

async function openState(store: StateStore, pipeline: Pipeline): Promise<StateParts> {
  const { integration } = pipeline.port;
  const owner = store.get<string>('meta', 'integration');
  if (owner !== undefined && owner !== integration) {
    throw new ConfigError(
      `the state directory belongs to integration ${owner}, not ${integration}`,
      {
        code: 'state.other-integration',
        hint: 'Give each integration a state directory of its own (--state DIR).',
      },
    );
  }
  await store.commit([{ op: 'put', table: 'meta', key: 'integration', value: integration }]);
  const unclaimed = new UnclaimedTable(store);
  return {
    store,
    index: new IndexTable(store),
    retries: new RetryTable(store),
    deadLetters: new DeadLetters(store),
    richer: new RicherKinds(store),
    ended: new EndedScopes(store),
    stale: new StaleTable(store),
    unclaimed,
    relatedClaims: new RelatedClaims(unclaimed),
    ticks: await Ticks.open(store),
  };
}

/** Notes now and then, and at the end, what was learned of AWS's quotas. */
function keepRates({ quotas }: Aws, store: StateStore): () => Promise<void> {
  // A state that can't be written ends the run elsewhere.
  const note = (): Promise<void> =>
    store.commit([writeLearnedRates(quotas.learned(), Date.now())]).catch(() => undefined);
  const timer = setInterval(() => void note(), RATES_EVERY_MS).unref();
  return async () => {
    clearInterval(timer);
    await note();
  };
}

function openFlow(ticks: Ticks): FlowParts {
  const credits = new CreditPool({ busy: busyLoop() });
  const outstanding = new OutstandingTicks();
  return {
    credits,
    outstanding,
    permits: new Permits({
      credits,
      slots: new FetchSlots(),
      outstanding,
      nextTick: () => ticks.next(),
    }),
    fence: new FenceMemory(() => outstanding.low),
    resourceLanes: new Lanes(),
    entityLanes: new Lanes(),
  };
}

/**
 * The lease stands beside the mapping, and Port can't write one without the other: where people edit the
 * mapping, it is renewed seldom, so that a renewal hardly ever meets an edit.
 */
const EDITED_IN_PORT = { renewMs: 60_000, ttlMs: 180_000 };

/** Makes this process the integration's one writer. */
async function takeLease(
  client: PortClient,
  store: StateStore,
  stop: AbortController,
  log: Logger,
  pipeline: Pipeline,
): Promise<Lease> {
  return acquireLease({
    client,
    ...(pipeline.port.mappingFrom === 'port' && EDITED_IN_PORT),
    holder: await installationId(store),
    signal: stop.signal,
    settleMs: 250,
    onLost: (by) => {
      log.error(
        { host: by.host, pid: by.pid },
        'another Sluice has taken over this integration: stopping',
      );
      stop.abort(
        new EnvironmentError(
          `another Sluice has taken over this integration (host ${by.host}, process ${by.pid})`,
          {
            code: 'port.lease-lost',
            hint: 'Let one process write an integration; stop this one or the other.',
          },
        ),
      );
    },
  });
}

function submitTo(sink: EntitySink, dependents: Dependents): Parts['submit'] {
  return ({ change }, done) => {
    const spare = change.op === 'delete' && dependents.mayHave(change.blueprint);
    sink.submit(spare ? { ...change, sparing: true } : change, done);
  };
}

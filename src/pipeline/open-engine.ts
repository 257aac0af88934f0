import type { Logger } from 'pino';
import type { Observable } from 'rxjs';
import { openAws } from '../aws/aws.js';
import type { Aws } from '../aws/aws.js';
import type { Environment } from '../config/env.js';
import type { Pipeline } from '../config/pipeline.js';
import type { JqEngine } from '../jq/jq-engine.js';
import { createEntitySink } from '../port/create-entity-sink.js';
import type { EntitySink } from '../port/entity-sink.js';
import { ensureIntegration, readIntegration } from '../port/integration.js';
import { PortClient } from '../port/port-client.js';
import { AccountDirectory } from '../sources/account-directory.js';
import { discover } from '../sources/discovery.js';
import type { DiscoveryEvent } from '../sources/discovery-event.js';
import type { Only } from '../sources/only.js';
import { resourceSources } from '../sources/resource-sources.js';
import { regionAllowed } from '../sources/region-policy.js';
import { readLearnedRates, writeLearnedRates } from '../state/learned-rates.js';
import type { StateStore } from '../state/state-store.js';
import { adopt } from './adopt.js';
import { Counters } from './counters.js';
import { Dependents } from './dependents.js';
import { drySubmit } from './dry-run.js';
import { KindExamples } from './kind-examples.js';
import { FaultReport } from './fault-report.js';
import { openFlow } from './open-flow.js';
import { openState } from './open-state.js';
import type { Parts } from './parts.js';
import { Programs } from './programs.js';
import { takeLease } from './take-lease.js';
import { Tap } from './tap.js';

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

function submitTo(sink: EntitySink, dependents: Dependents): Parts['submit'] {
  return ({ change }, done) => {
    const spare = change.op === 'delete' && dependents.mayHave(change.blueprint);
    sink.submit(spare ? { ...change, sparing: true } : change, done);
  };
}

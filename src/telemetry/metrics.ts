import { Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client';
import { addLiveMetrics } from './live-metrics.js';
import type { Readings, Tally } from './readings.js';

export interface MetricsOptions {
  /** Asked each time that metrics are. */
  readonly read: () => Readings;
  /** Also the process's own: CPU, memory, event loop. Default true. */
  readonly ofProcess?: boolean;
}

/**
 * Sluice's metrics in Prometheus' form, in a registry of their own. Nothing is counted here: what the
 * engine counts anyway is read when somebody asks, so metrics cost the dataflow nothing.
 */
export class Metrics {
  readonly registry = new Registry();
  readonly #read: () => Readings;
  readonly #counters: readonly Followed[];
  readonly #portRequests: Counter;
  readonly #portRetries: Counter;
  #latest: Readings | undefined;
  #tally: Tally | undefined;
  #counted: readonly number[] = [];
  #port = { requests: 0, retries: 0 };

  constructor(options: MetricsOptions) {
    this.#read = options.read;
    const registers = [this.registry];
    const counter = (name: string, help: string, labelNames: string[] = []) =>
      new Counter({ name: `sluice_${name}_total`, help, labelNames, registers });
    const scopes = counter('scopes', 'Scopes that ended, by how', ['status']);
    const resources = counter('resources', 'Resources, by what became of them', ['result']);
    const entities = counter('entities', 'Entities in Port, by what became of them', ['result']);
    const calls = counter('aws_calls', 'Calls to AWS');
    const throttled = counter('aws_throttled', 'Calls that AWS throttled');
    this.#portRequests = counter('port_requests', 'Requests to Port');
    this.#portRetries = counter('port_retries', 'Requests to Port that were repeated');
    this.#counters = [
      ...SCOPES.map((status) => follow(scopes, { status }, (tally) => tally.scopes[status])),
      ...RESOURCES.map((result) =>
        follow(resources, { result }, (tally) => tally.resources[result]),
      ),
      ...ENTITIES.map((result) => follow(entities, { result }, (tally) => tally.entities[result])),
      follow(calls, {}, (tally) => tally.aws.calls),
      follow(throttled, {}, (tally) => tally.aws.throttled),
    ];
    addGauges(this.registry, () => this.#latest ?? options.read());
    addLiveMetrics(this.registry, () => (this.#latest ?? options.read()).live);
    if (options.ofProcess ?? true) collectDefaultMetrics({ register: this.registry });
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** The metrics as text. */
  async text(): Promise<string> {
    this.update();
    return this.registry.metrics();
  }

  /** Counts what came since the last time. Call it at the end of a resync where nobody may ask before the next ends. */
  update(): void {
    this.#latest = this.#read();
    const { tally, port } = this.#latest;
    if (tally !== this.#tally) {
      // The end of the resync before, which nobody has read yet.
      if (this.#tally !== undefined) this.#count(this.#tally);
      this.#tally = tally;
      this.#counted = [];
    }
    this.#count(tally);
    this.#portRequests.inc(Math.max(0, port.requests - this.#port.requests));
    this.#portRetries.inc(Math.max(0, port.retries - this.#port.retries));
    this.#port = { requests: port.requests, retries: port.retries };
  }

  #count(tally: Tally): void {
    this.#counted = this.#counters.map(({ counter, labels, of }, i) => {
      const before = this.#counted[i] ?? 0;
      const now = Math.max(before, of(tally));
      counter.inc(labels, now - before);
      return now;
    });
  }
}

const SCOPES = ['ok', 'failed', 'skipped'] as const;
const RESOURCES = ['listed', 'read', 'unchanged', 'filtered', 'mapped'] as const;
// Held entities are no events but a number at the end of a resync: a gauge.
const ENTITIES = ['created', 'updated', 'unchanged', 'deleted', 'failed'] as const;

/** A counter that follows one number of the tally. */
interface Followed {
  readonly counter: Counter;
  readonly labels: Record<string, string>;
  readonly of: (tally: Tally) => number;
}

function follow(
  counter: Counter,
  labels: Record<string, string>,
  of: (tally: Tally) => number,
): Followed {
  return { counter, labels, of };
}

function addGauges(registry: Registry, read: () => Readings): void {
  const gauge = (name: string, help: string, of: (readings: Readings) => number | undefined) =>
    new Gauge({
      name: `sluice_${name}`,
      help,
      registers: [registry],
      collect() {
        const value = of(read());
        // Without a value yet, no sample: 0 would be read as one.
        if (value === undefined) this.remove();
        else this.set(value);
      },
    });
  gauge('credits_observations', 'Observations in flight', (r) => r.credits.observations);
  gauge('credits_bytes', 'Bytes of observations in flight', (r) => r.credits.bytes);
  gauge('dead_letters', 'Dead letters that wait for replay', (r) => r.deadLetters);
  gauge('entities_held', 'Deletes that the threshold holds', (r) => r.tally.entities.held);
  gauge('resync_generation', 'Generation of the running or last resync', (r) => r.generation);
  gauge('resync_running', '1 while a resync runs', (r) => (r.running ? 1 : 0));
  gauge('resync_duration_seconds', 'Length of the last resync that ended', (r) =>
    r.last === undefined ? undefined : r.last.durationMs / 1_000,
  );
  gauge('resync_finished_timestamp_seconds', 'When the last resync ended', (r) =>
    r.last === undefined ? undefined : r.last.finishedAt / 1_000,
  );
  new Gauge({
    name: 'sluice_retry_table_entries',
    help: 'What waits to be tried again, by reason',
    labelNames: ['reason'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [reason, entries] of read().retries) this.set({ reason }, entries);
    },
  });
}

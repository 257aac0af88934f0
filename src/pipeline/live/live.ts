import { Observable, Subject, filter, merge, mergeMap, takeUntil, tap } from 'rxjs';
import type { Pipeline } from '../../config/pipeline.js';
import type { Flight } from '../../flow/flight.js';
import { mergeSignals } from '../../flow/signal.js';
import type { ShardStart } from '../../model/stream-record.js';
import { coalesce } from '../../operators/coalesce.js';
import { readBack } from '../../operators/read-back.js';
import type { AccountDirectory } from '../../sources/account-directory.js';
import { createDecoder } from '../../sources/cloudtrail/decode.js';
import { createRouter } from '../../sources/cloudtrail/router.js';
import { kinesisRecords } from '../../sources/kinesis/kinesis-records.js';
import type { OpenStream } from '../../sources/kinesis/open-stream.js';
import { partOf } from '../../sources/only.js';
import type { Only } from '../../sources/only.js';
import { Checkpoints } from '../../state/checkpoints.js';
import type { Ledger } from '../ledger.js';
import type { Parts } from '../parts.js';
import { DirtyScopes } from './dirty-scopes.js';
import { LiveCounters } from './live-counters.js';
import { postpone, readChange } from './read-change.js';
import { Receiver } from './receive.js';
import { Shards } from './shards.js';
import type { ShardStatus } from './shards.js';
import { noteStart } from './start-position.js';
import { streamEvents } from './stream-events.js';
import { awaitedChanges, replayedRecords } from './waiting.js';

export interface LiveOptions {
  readonly parts: Parts;
  readonly directory: AccountDirectory;
  readonly config: NonNullable<Pipeline['live']>;
  readonly stream: OpenStream;
  readonly only?: Only | undefined;
}

/** What the live path is doing. */
export interface LiveStatus {
  readonly streamArn: string;
  readonly retentionMs: number;
  readonly shards: readonly ShardStatus[];
  /** The worst of all shards, in ms. */
  readonly lagMs: number;
  /** Age of the oldest record of all that has not settled, in ms. */
  readonly oldestMs: number;
}

/** How long a scope that an event made dirty waits for more of the same. */
const DEBOUNCE_MS = 10_000;
/** How often lag is weighed against the stream's retention, in ms. */
const WATCH_MS = 10_000;

/** Changes as the stream tells of them, from Kinesis to flights, and back to checkpoints. */
export class Live {
  readonly counters = new LiveCounters();
  readonly #options: LiveOptions;
  readonly #start: ShardStart;
  readonly #shards: Shards;
  readonly #failure = new Subject<never>();
  readonly #known: Promise<void>;
  #tellKnown: () => void = () => undefined;
  #discovered = false;
  #watch: NodeJS.Timeout | undefined;
  #atRisk = false;

  private constructor(options: LiveOptions, start: ShardStart) {
    const { parts, config } = options;
    const { store } = parts.state;
    this.#options = options;
    this.#start = start;
    const { stop } = parts;
    this.#known = new Promise((resolve) => {
      this.#tellKnown = resolve;
      stop.addEventListener('abort', () => resolve(), { once: true });
    });
    const { streamArn } = config;
    this.#shards = new Shards({ store, checkpoints: new Checkpoints(store), streamArn });
  }

  /** Notes durably where the stream is begun; to be awaited before the first listing begins. */
  static async open(options: LiveOptions): Promise<Live> {
    return new Live(options, await noteStart(options.parts.state.store, options.config));
  }

  /** The first discovery is through: whoever is not known by now does not belong to the pipeline. */
  discovered(): void {
    this.#discovered = true;
    this.#tellKnown();
  }

  /**
   * ```
   * kinesis ─ decode ─ route ─┐
   *                           ├─ coalesce ─ read ─► flights
   * retry table ──────────────┘
   * dirty scopes ─ listing ───────────────────────► flights
   * ```
   * Completes when the run is stopped and what was being read has ended.
   */
  flights(ledger: Ledger): Observable<readonly Flight[]> {
    const { parts, config, stream } = this.#options;
    const fail = (error: unknown): void => this.#failure.error(error);
    const dirty = new DirtyScopes(parts, ledger, this.counters);
    const receiver = this.#receiver(dirty);
    const context = { parts, ledger, counters: this.counters, dirty, fail };
    this.#shards.start(fail);
    this.#watch = setInterval(() => this.#weighLag(), WATCH_MS).unref();

    const signals$ = kinesisRecords({
      api: stream.api,
      start: this.#start,
      checkpoint: (shardId) => this.#shards.checkpoint(shardId),
      ready: (shardId) => this.#shards.ready(shardId, parts.stop),
      finished: (shardId) => this.#shards.finished(shardId),
      ...(config.consumer !== undefined && { fanOut: config.consumer }),
      events: streamEvents(parts.log, this.counters, (shardIds) => {
        this.#shards.keepOnly(shardIds).catch(fail);
      }),
    }).pipe(
      takeUntil(aborted(parts.stop)),
      tap((batch) => this.#shards.heard(batch)),
      filter(({ records }) => records.length > 0),
      mergeMap((batch) => receiver.receive(batch)),
    );
    const read$ = merge(
      signals$,
      awaitedChanges(parts),
      replayedRecords(parts, receiver, fail),
    ).pipe(
      coalesce({
        key: ({ id }) => id,
        merge: mergeSignals,
        windowMs: config.coalesceForMs,
        // What it would wait for came to the stream long ago.
        late: ({ arrivedAt }) =>
          arrivedAt !== undefined && Date.now() - arrivedAt >= config.coalesceForMs,
      }),
      readBack({
        partition: ({ value: { key } }) => `${key.accountId} ${key.region}`,
        read: (due, signal) => readChange(due, signal, context),
        overdue: (due) => {
          postpone(due, context).catch(fail);
        },
      }),
      tap({ complete: () => this.#failure.complete() }),
    );
    return merge(read$, dirty.flights(), this.#failure);
  }

  status(): LiveStatus {
    const { config, stream } = this.#options;
    const shards = this.#shards.status();
    return {
      streamArn: config.streamArn,
      retentionMs: stream.facts.retentionMs,
      shards,
      lagMs: Math.max(0, ...shards.map(({ lagMs }) => lagMs)),
      oldestMs: Math.max(0, ...shards.map(({ oldestMs }) => oldestMs)),
    };
  }

  /** Writes the last checkpoints: exactly what has settled. */
  async close(): Promise<void> {
    clearInterval(this.#watch);
    await this.#shards.stop();
  }

  #receiver(dirty: DirtyScopes): Receiver {
    const { parts, directory, config, only } = this.#options;
    const router = createRouter(parts.pipeline.kinds.map(({ kind }) => kind));
    return new Receiver({
      parts,
      directory,
      dirty,
      router,
      decoder: createDecoder({ wants: (source, name) => router.wants(source, name) }),
      streamArn: config.streamArn,
      settleForMs: config.settleForMs,
      debounceMs: DEBOUNCE_MS,
      counters: this.counters,
      shards: this.#shards,
      part: partOf(only),
      knows: (accountId) => {
        if (this.#discovered || directory.has(accountId)) return directory.has(accountId);
        return this.#known.then(() => directory.has(accountId));
      },
    });
  }

  /** Says aloud, once, that records may be lost before they are read; and once that it is over. */
  #weighLag(): void {
    const { lagMs, oldestMs, retentionMs } = this.status();
    const behindMs = Math.max(lagMs, oldestMs);
    const atRisk = behindMs > retentionMs / 4;
    if (atRisk === this.#atRisk) return;
    this.#atRisk = atRisk;
    const facts = { behindMs, retentionMs };
    if (atRisk) {
      const message =
        'the stream is read with a lag of more than a quarter of its retention: what passes the retention is lost to the live path, and only a resync finds it';
      this.#options.parts.log.warn(facts, message);
    } else this.#options.parts.log.info(facts, 'the lag is below a quarter of the retention again');
  }
}

function aborted(signal: AbortSignal): Observable<void> {
  return new Observable((subscriber) => {
    const tell = (): void => subscriber.next();
    if (signal.aborted) tell();
    else signal.addEventListener('abort', tell, { once: true });
    return () => signal.removeEventListener('abort', tell);
  });
}

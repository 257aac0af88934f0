import { setTimeout as sleep } from 'node:timers/promises';
import { AwsError } from '../../errors/aws-error.js';
import type { RecordBatch, ShardStart } from '../../model/stream-record.js';
import type { KinesisApi } from './kinesis-api.js';

/** How a shard is polled. */
export interface Polling {
  /** Between two requests while records come, in ms. Default 250; at least 200, as Kinesis allows five a second. */
  readonly activeMs?: number;
  /** Between two requests of a shard that is silent, in ms. Default 1,000. */
  readonly idleMs?: number;
  /** Silence after which a shard is idle, in ms. Default 60,000. */
  readonly idleAfterMs?: number;
  /** Records a request, at most. Default 2,000: twice what a shard takes in a second. */
  readonly limit?: number;
}

/** What happens while a shard is read, for log and metrics. */
export interface ReaderEvents {
  /** A request failed and is made again after `waitMs`. */
  readonly retry: (shardId: string, error: AwsError, waitMs: number) => void;
  /** The position is older than what the stream still holds: records may be missing. */
  readonly gap: (shardId: string, error: AwsError) => void;
}

export interface ShardReaderOptions {
  readonly api: KinesisApi;
  readonly shardId: string;
  readonly from: ShardStart;
  readonly polling?: Polling;
  /** Registered consumer of enhanced fan-out; polled where absent. */
  readonly consumerArn?: string;
  /** Resolves when more may be read; what waits for it holds nothing. */
  readonly ready: () => Promise<void>;
  readonly emit: (batch: RecordBatch) => void;
  readonly events: ReaderEvents;
  readonly signal: AbortSignal;
}

/** Kinesis allows five GetRecords a second and shard. */
const LEAST_MS = 200;
/** Waits after failures: doubled from the first to the last. */
const BACKOFF_MS = { base: 200, cap: 30_000 };
/** A refusal that time does not mend is asked about once in so long. */
const REFUSED_MS = 30_000;

/** Reads one shard to its end; resolves there. Rejects only when the signal is aborted. */
export class ShardReader {
  readonly #options: ShardReaderOptions;
  #position: ShardStart;
  #iterator: string | undefined;
  #failures = 0;
  #ended = false;
  #lastRecordAt = Date.now();

  constructor(options: ShardReaderOptions) {
    this.#options = options;
    this.#position = options.from;
  }

  async run(): Promise<void> {
    const { signal, consumerArn, ready } = this.#options;
    while (!this.#ended) {
      signal.throwIfAborted();
      await ready();
      signal.throwIfAborted();
      try {
        if (consumerArn === undefined) await this.#poll();
        else await this.#subscribe(consumerArn);
        this.#failures = 0;
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof AwsError)) throw error;
        await this.#recover(error);
      }
    }
  }

  async #poll(): Promise<void> {
    const { api, shardId, polling = {}, signal } = this.#options;
    const startedAt = Date.now();
    this.#iterator ??= await api.iterator(shardId, this.#position, signal);
    const limit = polling.limit ?? 2_000;
    const { next, ...batch } = await api.records(shardId, this.#iterator, limit, signal);
    this.#iterator = next;
    this.#take(batch, next === undefined);
    if (this.#ended) return;
    await this.#pause(startedAt + this.#pace(batch) - Date.now());
  }

  /** An empty page behind the newest record is not the end: the next one is asked for at once. */
  #pace({ records, millisBehindLatest }: RecordBatch): number {
    const { activeMs = 250, idleMs = 1_000, idleAfterMs = 60_000 } = this.#options.polling ?? {};
    if (millisBehindLatest > 0) return LEAST_MS;
    const silent = records.length === 0 && Date.now() - this.#lastRecordAt >= idleAfterMs;
    return Math.max(LEAST_MS, silent ? idleMs : activeMs);
  }

  async #subscribe(consumerArn: string): Promise<void> {
    const { api, shardId, signal, ready } = this.#options;
    // Its own end: leaving the loop must close the connection.
    const closed = new AbortController();
    const either = AbortSignal.any([signal, closed.signal]);
    try {
      const pushed = api.subscribe(consumerArn, shardId, this.#position, either);
      for await (const { continueAfter, ...batch } of pushed) {
        this.#take(batch, continueAfter === undefined);
        if (this.#ended) return;
        if (continueAfter !== undefined && batch.records.length === 0) {
          this.#position = { type: 'after', sequenceNumber: continueAfter };
        }
        // Not reading on is what holds the service back.
        await ready();
        signal.throwIfAborted();
      }
    } finally {
      closed.abort();
    }
  }

  #take(batch: RecordBatch, last: boolean): void {
    const newest = batch.records.at(-1);
    if (newest !== undefined) {
      this.#position = { type: 'after', sequenceNumber: newest.sequenceNumber };
      this.#lastRecordAt = Date.now();
    }
    this.#ended = last;
    this.#options.emit(batch);
  }

  async #recover(error: AwsError): Promise<void> {
    const { events, shardId } = this.#options;
    this.#iterator = undefined;
    if (error.code === 'aws.ExpiredIterator') return;
    if (error.code === 'aws.InvalidArgument' && this.#position.type === 'after') {
      // What the stream has forgotten can't be read on from: the oldest that it holds is the nearest.
      events.gap(shardId, error);
      this.#position = { type: 'trim_horizon' };
      return;
    }
    this.#failures += 1;
    const passing = error.errorClass === 'throttled' || error.errorClass === 'transient';
    // A subscription that is still open on the other side is refused for a few seconds.
    const mends = passing || error.code === 'aws.ResourceInUse';
    const full = mends
      ? Math.min(BACKOFF_MS.cap, BACKOFF_MS.base * 2 ** (this.#failures - 1))
      : REFUSED_MS;
    const waitMs = Math.round(full / 2 + (Math.random() * full) / 2);
    events.retry(shardId, error, waitMs);
    await this.#pause(waitMs);
  }

  async #pause(ms: number): Promise<void> {
    const { signal } = this.#options;
    if (ms <= 0) return;
    try {
      await sleep(ms, undefined, { signal });
    } catch {
      signal.throwIfAborted();
    }
  }
}

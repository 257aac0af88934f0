import { AwsError } from '../../errors/aws-error.js';
import type { RecordBatch, ShardStart } from '../../model/stream-record.js';
import type { Clock } from './clock.js';
import type { FanOutConsumer } from './fan-out-consumer.js';
import { isForgotten, isPastRetention } from './horizon.js';
import type { KinesisApi } from './kinesis-api.js';
import { paceOf } from './polling.js';
import type { Polling } from './polling.js';
import { retryAfterMs } from './retry-after.js';

/** What happens while a shard is read, for log and metrics. */
export interface ReaderEvents {
  /** A request failed and is made again after `waitMs`; 0 where it is made at once. */
  readonly retry: (shardId: string, error: AwsError, waitMs: number) => void;
  /** The position is older than what the stream still holds: records may be missing. */
  readonly gap: (shardId: string, error: AwsError) => void;
}

/** The calls that reading a shard takes. */
export type ShardApi = Pick<
  KinesisApi,
  'iterator' | 'records' | 'subscribe' | 'retentionMs' | 'lost' | 'silent'
>;

export interface ShardReaderOptions {
  readonly api: ShardApi;
  readonly shardId: string;
  readonly from: ShardStart;
  readonly polling?: Polling;
  /** Consumer of enhanced fan-out; polled where absent. */
  readonly consumer?: FanOutConsumer;
  /** Resolves when more may be read; what waits for it holds nothing. */
  readonly ready: () => Promise<void>;
  readonly emit: (batch: RecordBatch) => void;
  readonly events: ReaderEvents;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Uniform in [0, 1). Default Math.random. */
  readonly random?: () => number;
}

/** A subscription says something every few seconds, if only that nothing came; else its connection is dead. */
const SILENT_MS = 40_000;
/** One SubscribeToShard a second, consumer and shard [AWS documentation]. */
const SUBSCRIBE_MS = 1_000;
/** How far the clocks of this machine and of the stream may be apart. */
const SKEW_MS = 60_000;

/**
 * Reads one shard to its end. It goes on where it was, in memory, whatever fails; it never passes a
 * record that it did not emit.
 */
export class ShardReader {
  readonly #options: ShardReaderOptions;
  readonly #retired = new AbortController();
  readonly #signal: AbortSignal;
  #position: ShardStart;
  #iterator: string | undefined;
  /** The position was taken up, and no record has shown yet that the stream still holds it. */
  #isResumed = false;
  #failures = 0;
  #isClosed = false;
  #ended = false;
  #children: readonly string[] = [];
  #lastRecordAt: number;

  constructor(options: ShardReaderOptions) {
    this.#options = options;
    this.#position = options.from;
    this.#lastRecordAt = options.clock.now();
    this.#signal = AbortSignal.any([options.signal, this.#retired.signal]);
  }

  /**
   * Resolves at the shard's end with its children, as far as they were told, or when it is retired.
   * Rejects when the signal is aborted.
   */
  async run(): Promise<readonly string[]> {
    try {
      while (!this.#ended) await this.#step();
    } catch (error) {
      this.#options.signal.throwIfAborted();
      if (!this.#retired.signal.aborted) throw error;
    }
    return this.#children;
  }

  /** The stream lists the shard as closed: an end comes, told by its subscription or not. */
  noteClosed(): void {
    this.#isClosed = true;
  }

  /** The stream no longer knows the shard: nothing is left to read. Returns whether that ends it. */
  retire(): boolean {
    if (this.#ended || this.#retired.signal.aborted) return false;
    this.#retired.abort(new Error('the stream has forgotten the shard'));
    return true;
  }

  async #step(): Promise<void> {
    this.#signal.throwIfAborted();
    await this.#options.ready();
    this.#signal.throwIfAborted();
    try {
      if (this.#options.consumer === undefined) await this.#poll();
      else await this.#subscribe(this.#options.consumer);
    } catch (error) {
      this.#signal.throwIfAborted();
      if (!(error instanceof AwsError)) throw error;
      await this.#recover(error);
    }
  }

  async #poll(): Promise<void> {
    const { api, shardId, polling = {}, clock } = this.#options;
    this.#iterator ??= await this.#openIterator();
    const startedAt = clock.now();
    const limit = polling.limit ?? 2_000;
    const answer = await api.records(shardId, this.#iterator, limit, this.#signal);
    const { next, children, ...batch } = answer;
    this.#iterator = next;
    this.#take(batch, next === undefined, children);
    if (this.#ended) return;
    const pace = paceOf(polling, batch, clock.now() - this.#lastRecordAt);
    await this.#wait(startedAt + pace - clock.now());
  }

  async #openIterator(): Promise<string> {
    const { api, shardId, clock } = this.#options;
    const askedAt = clock.now();
    const iterator = await api.iterator(shardId, this.#position, this.#signal);
    this.#isResumed = this.#position.type === 'after';
    // A new iterator at the latest record would pass what came since this one.
    if (this.#position.type === 'latest') {
      this.#position = { type: 'timestamp', at: askedAt - SKEW_MS };
    }
    return iterator;
  }

  async #subscribe(consumer: FanOutConsumer): Promise<void> {
    const { api, shardId, ready, clock } = this.#options;
    const arn = await consumer.arn();
    // Its own end: leaving the loop must close the connection.
    const closed = new AbortController();
    const either = AbortSignal.any([this.#signal, closed.signal]);
    const listen = (): NodeJS.Timeout =>
      setTimeout(() => closed.abort(api.silent('SubscribeToShard', SILENT_MS)), SILENT_MS);
    const startedAt = clock.now();
    let silence = listen();
    this.#isResumed = this.#position.type === 'after';
    try {
      const pushed = api.subscribe(arn, shardId, this.#position, either);
      for await (const { continueAfter, children, ...batch } of pushed) {
        clearTimeout(silence);
        if (batch.records.length === 0 && continueAfter !== undefined) {
          this.#position = { type: 'after', sequenceNumber: continueAfter };
        }
        this.#take(batch, continueAfter === undefined, children);
        if (this.#ended || (await this.#isAtUntoldEnd(batch))) return;
        // Not reading on is what holds the service back.
        await ready();
        this.#signal.throwIfAborted();
        silence = listen();
      }
    } finally {
      clearTimeout(silence);
      closed.abort();
    }
    await this.#wait(startedAt + SUBSCRIBE_MS - clock.now());
  }

  /** Not every service that speaks Kinesis tells the end of a shard in a subscription; GetRecords does. */
  async #isAtUntoldEnd({ records, millisBehindLatest }: RecordBatch): Promise<boolean> {
    if (!this.#isClosed || records.length > 0 || millisBehindLatest > 0) return false;
    const before = this.#position;
    this.#iterator = undefined;
    await this.#poll();
    // What came after all would come again in the subscription.
    return this.#ended || this.#position !== before;
  }

  #take(batch: RecordBatch, last: boolean, children: readonly string[]): void {
    const { api, clock, events, shardId } = this.#options;
    const newest = batch.records.at(-1);
    this.#failures = 0;
    if (this.#isResumed && isPastRetention(batch, api.retentionMs, clock.now())) {
      this.#isResumed = false;
      events.gap(shardId, api.lost('GetRecords', 'the position is as old as the retention'));
      // Where nothing comes from there, only the oldest record that is left leads on.
      if (newest === undefined) {
        this.#position = { type: 'trim_horizon' };
        this.#iterator = last ? this.#iterator : undefined;
      }
    }
    if (newest !== undefined) {
      this.#position = { type: 'after', sequenceNumber: newest.sequenceNumber };
      this.#isResumed = false;
      this.#lastRecordAt = clock.now();
    }
    this.#ended = last;
    this.#children = children;
    this.#options.emit(batch);
  }

  async #recover(error: AwsError): Promise<void> {
    const { api, events, shardId, consumer, random = Math.random } = this.#options;
    if (await isForgotten(error, this.#position, api, shardId, this.#signal)) {
      events.gap(shardId, error);
      this.#iterator = undefined;
      this.#position = { type: 'trim_horizon' };
      return;
    }
    this.#failures += 1;
    const isPassing = error.errorClass === 'throttled' || error.errorClass === 'transient';
    // One that was not answered is good for another try: it leads to the same records.
    if (!isPassing) this.#iterator = undefined;
    if (error.code === 'aws.ResourceNotFound') consumer?.forget();
    const waitMs = retryAfterMs(error, this.#failures, random);
    events.retry(shardId, error, waitMs);
    await this.#wait(waitMs);
  }

  async #wait(ms: number): Promise<void> {
    if (ms > 0) await this.#options.clock.wait(ms, this.#signal);
  }
}

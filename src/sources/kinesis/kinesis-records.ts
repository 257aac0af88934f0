import { Observable } from 'rxjs';
import { AwsError } from '../../errors/aws-error.js';
import type { Checkpoint, RecordBatch, ShardStart } from '../../model/stream-record.js';
import type { KinesisApi } from './kinesis-api.js';
import { ShardReader } from './shard-reader.js';
import type { Polling, ReaderEvents } from './shard-reader.js';
import { readableShards } from './shard-tree.js';

/** What happens on the stream, for log and metrics. */
export interface StreamEvents extends ReaderEvents {
  readonly opened: (shardId: string, from: ShardStart) => void;
  readonly ended: (shardId: string) => void;
  /** The shards that the stream knows, each time they were asked for. */
  readonly listed: (shardIds: readonly string[]) => void;
  /** The list of shards, or the consumer, could not be had; it is asked for again. */
  readonly failed: (error: AwsError, waitMs: number) => void;
}

export interface KinesisRecordsOptions {
  readonly api: KinesisApi;
  /** Where shards without a checkpoint and without parents are begun. */
  readonly start: ShardStart;
  /** How far a shard was settled before. */
  readonly checkpoint: (shardId: string) => Checkpoint | undefined;
  /** Resolves when more of the shard may be read: its gap of unsettled records is small enough. */
  readonly ready: (shardId: string) => Promise<void>;
  /** The shard was read to its end; resolves when all of it has settled and that is durable. */
  readonly finished: (shardId: string) => Promise<void>;
  /** Name of a consumer of enhanced fan-out, registered on use; shards are polled where absent. */
  readonly fanOut?: string;
  readonly polling?: Polling;
  /** Between two lists of the shards, in ms; one is made at every shard's end besides. Default 60,000. */
  readonly listEveryMs?: number;
  readonly events: StreamEvents;
}

/** Between two looks at a consumer that is being registered, and after failures, in ms. */
const WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/**
 * The records of a Kinesis stream: one reader a shard, children only after their parents, for ever.
 *
 * ```
 * shard 1  ──a──b──|           (split)
 * shard 2          ──d──e──
 * shard 3          ──c──f──
 * records  ──a──b────cd─ef──
 * ```
 *
 * What fails is asked for again, however long it takes: an outage of the stream ends no engine.
 * Unsubscribing ends all reading at once. Consumers hold it back through `ready` alone.
 */
export function kinesisRecords(options: KinesisRecordsOptions): Observable<RecordBatch> {
  return new Observable((subscriber) => {
    const stop = new AbortController();
    const stream = new Stream(options, stop.signal, (batch) => {
      if (!subscriber.closed) subscriber.next(batch);
    });
    stream.run().catch((error: unknown) => {
      if (!stop.signal.aborted) subscriber.error(error);
    });
    return () => stop.abort(new Error('unsubscribed'));
  });
}

class Stream {
  readonly #options: KinesisRecordsOptions;
  readonly #signal: AbortSignal;
  readonly #emit: (batch: RecordBatch) => void;
  readonly #reading = new Set<string>();
  #failure: unknown;
  /** Something changed that nobody was waiting for yet. */
  #changed = false;
  #wake: () => void = () => {
    this.#changed = true;
  };

  constructor(
    options: KinesisRecordsOptions,
    signal: AbortSignal,
    emit: (batch: RecordBatch) => void,
  ) {
    this.#options = options;
    this.#signal = signal;
    this.#emit = emit;
  }

  async run(): Promise<void> {
    const { fanOut, listEveryMs = 60_000 } = this.#options;
    const consumerArn = fanOut === undefined ? undefined : await this.#consumer(fanOut);
    for (;;) {
      this.#changed = false;
      const shards = await this.#insist(() => this.#options.api.shards(this.#signal));
      this.#options.events.listed(shards.map(({ shardId }) => shardId));
      const { checkpoint, start } = this.#options;
      for (const { shardId, from } of readableShards(shards, checkpoint, start)) {
        if (!this.#reading.has(shardId)) this.#read(shardId, from, consumerArn);
      }
      await this.#idle(listEveryMs);
      if (this.#failure !== undefined) throw this.#failure as Error;
    }
  }

  #read(shardId: string, from: ShardStart, consumerArn: string | undefined): void {
    const { api, polling, ready, events, finished } = this.#options;
    this.#reading.add(shardId);
    events.opened(shardId, from);
    const reader = new ShardReader({
      api,
      shardId,
      from,
      ready: () => ready(shardId),
      emit: this.#emit,
      events,
      signal: this.#signal,
      ...(polling && { polling }),
      ...(consumerArn !== undefined && { consumerArn }),
    });
    reader
      .run()
      .then(() => finished(shardId))
      .then(
        () => {
          events.ended(shardId);
          this.#reading.delete(shardId);
          // Its children may begin.
          this.#wake();
        },
        (error: unknown) => {
          this.#failure = error;
          this.#wake();
        },
      );
  }

  async #consumer(name: string): Promise<string> {
    for (;;) {
      const arn = await this.#insist(() => this.#options.api.consumer(name, this.#signal));
      if (arn !== undefined) return arn;
      await this.#idle(WAIT_MS);
    }
  }

  async #insist<T>(ask: () => Promise<T>): Promise<T> {
    for (let failures = 0; ; failures += 1) {
      this.#signal.throwIfAborted();
      try {
        return await ask();
      } catch (error) {
        this.#signal.throwIfAborted();
        if (!(error instanceof AwsError)) throw error;
        const waitMs = Math.min(LONGEST_WAIT_MS, WAIT_MS * 2 ** failures);
        this.#options.events.failed(error, waitMs);
        await this.#idle(waitMs);
      }
    }
  }

  /** Waits, or until something has changed. */
  #idle(ms: number): Promise<void> {
    this.#signal.throwIfAborted();
    if (this.#changed) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#signal.removeEventListener('abort', onAbort);
        this.#wake = () => {
          this.#changed = true;
        };
      };
      const onAbort = (): void => {
        end();
        reject(this.#signal.reason as Error);
      };
      const wake = (): void => {
        end();
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#signal.addEventListener('abort', onAbort, { once: true });
      this.#wake = wake;
    });
  }
}

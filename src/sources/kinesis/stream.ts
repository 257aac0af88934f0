import type { RecordBatch } from '../../model/stream-record.js';
import { Alarm } from './alarm.js';
import type { Clock } from './clock.js';
import { FanOutConsumer } from './fan-out-consumer.js';
import { insist } from './insist.js';
import { ShardReader } from './shard-reader.js';
import { readableShards } from './shard-tree.js';
import type { ReadableShard, ShardInfo } from './shard-tree.js';
import type { KinesisRecordsOptions } from './stream-options.js';

export interface StreamOptions extends KinesisRecordsOptions {
  readonly clock: Clock;
  readonly emit: (batch: RecordBatch) => void;
  readonly signal: AbortSignal;
}

/** Between two looks at a consumer that is being registered, and at a list that lacks a child. */
const SOON_MS = 1_000;
/** So often a list is looked at for a child that was told; then it is left to come as others do. */
const LOOKS = 30;
/** A shard that lists have lacked for so long is gone: one list alone may be wrong. */
const GONE_MS = 30_000;

interface Reading {
  readonly reader: ShardReader;
  /** When the first of the lists in a row that lack it was made; undefined where the last one holds it. */
  missingSince: number | undefined;
}

/** One run over a stream: lists its shards, and keeps a reader for each that may be read. */
export class Stream {
  readonly #options: StreamOptions;
  readonly #alarm: Alarm;
  readonly #consumer: FanOutConsumer | undefined;
  /** Shards in hand, until all of them has settled. */
  readonly #reading = new Map<string, Reading>();
  readonly #ended = new Set<string>();
  readonly #young = new Set<string>();
  /** Children that were told and not listed yet, and how often they were looked for. */
  readonly #expected = new Map<string, number>();
  #listed: ReadonlySet<string> | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(options: StreamOptions) {
    this.#options = options;
    this.#alarm = new Alarm(options.clock, options.signal);
    const { fanOut } = options;
    if (fanOut !== undefined) this.#consumer = new FanOutConsumer(() => this.#register(fanOut));
  }

  /** Ends only with an error: the signal's reason where it is aborted. */
  async run(): Promise<never> {
    const { api, signal, listEveryMs = 60_000 } = this.#options;
    await this.#consumer?.arn();
    for (;;) {
      this.#alarm.reset();
      const shards = await this.#insist(() => api.shards(signal));
      this.#look(shards);
      await this.#alarm.wait(this.#expected.size > 0 ? SOON_MS : listEveryMs);
      if (this.#failure !== undefined) throw this.#failure.error;
    }
  }

  #look(shards: readonly ShardInfo[]): void {
    const { events, checkpoint, start } = this.#options;
    const ids = new Set(shards.map(({ shardId }) => shardId));
    this.#noteShards(shards, ids);
    this.#retire(ids);
    events.listed([...ids]);
    const readable = readableShards({
      shards,
      checkpoint,
      start,
      reading: new Set(this.#reading.keys()),
      ended: this.#ended,
      young: this.#young,
    });
    for (const shard of readable) this.#read(shard);
    // A shard that has to wait for its parents is younger than what is read of them.
    for (const { shardId } of shards) {
      if (!this.#reading.has(shardId) && !this.#ended.has(shardId)) this.#young.add(shardId);
    }
  }

  #noteShards(shards: readonly ShardInfo[], ids: ReadonlySet<string>): void {
    for (const { shardId, isOpen } of shards) {
      if (!isOpen) this.#reading.get(shardId)?.reader.noteClosed();
      if (this.#listed !== undefined && !this.#listed.has(shardId)) this.#young.add(shardId);
    }
    for (const [shardId, looks] of this.#expected) {
      if (ids.has(shardId) || looks >= LOOKS) this.#expected.delete(shardId);
      else this.#expected.set(shardId, looks + 1);
    }
    for (const known of [this.#young, this.#ended]) {
      for (const shardId of known) if (!ids.has(shardId)) known.delete(shardId);
    }
    this.#listed = ids;
  }

  /** Ends the readers of shards that the stream has forgotten, so that their children may begin. */
  #retire(ids: ReadonlySet<string>): void {
    // A stream has a shard: an empty list says nothing.
    if (ids.size === 0) return;
    const { api, events, clock } = this.#options;
    const now = clock.now();
    for (const [shardId, shard] of this.#reading) {
      shard.missingSince = ids.has(shardId) ? undefined : (shard.missingSince ?? now);
      if (shard.missingSince === undefined || now - shard.missingSince < GONE_MS) continue;
      if (!shard.reader.retire()) continue;
      events.gap(shardId, api.lost('ListShards', `${shardId} is gone before its end was read`));
    }
  }

  #read({ shardId, from, isForeign }: ReadableShard): void {
    const { api, polling, ready, events, finished, emit, signal, clock } = this.#options;
    const reader = new ShardReader({
      api,
      shardId,
      from,
      ready: () => ready(shardId),
      emit,
      events,
      signal,
      clock,
      ...(polling && { polling }),
      ...(this.#consumer && { consumer: this.#consumer }),
    });
    this.#reading.set(shardId, { reader, missingSince: undefined });
    if (isForeign) {
      const message = `the checkpoint of ${shardId} is that of a stream deleted since`;
      events.gap(shardId, api.lost('ListShards', message));
    }
    events.opened(shardId, from);
    const end = async (): Promise<void> => {
      const children = await reader.run();
      await finished(shardId);
      events.ended(shardId);
      this.#end(shardId, children);
    };
    end().catch((error: unknown) => {
      this.#failure ??= { error };
      this.#alarm.ring();
    });
  }

  #end(shardId: string, children: readonly string[]): void {
    this.#reading.delete(shardId);
    this.#ended.add(shardId);
    for (const child of children) {
      if (this.#listed?.has(child) !== true) this.#expected.set(child, 0);
    }
    // Its children may begin.
    this.#alarm.ring();
  }

  async #register(name: string): Promise<string> {
    const { api, signal, clock } = this.#options;
    for (;;) {
      const arn = await this.#insist(() => api.consumer(name, signal));
      if (arn !== undefined) return arn;
      await clock.wait(SOON_MS, signal);
    }
  }

  #insist<T>(ask: () => Promise<T>): Promise<T> {
    const { signal, clock, events } = this.#options;
    return insist(ask, { signal, clock, failed: events.failed });
  }
}

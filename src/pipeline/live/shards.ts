import { setTimeout as sleep } from 'node:timers/promises';
import { ShardLine } from '../../flow/shard-line.js';
import type { Receipt } from '../../flow/signal.js';
import type { Checkpoint, RecordBatch, StreamRecord } from '../../model/stream-record.js';
import type { Checkpoints } from '../../state/checkpoints.js';
import type { StateStore, StateWrite } from '../../state/state-store.js';

export interface ShardsOptions {
  readonly store: StateStore;
  readonly checkpoints: Checkpoints;
  readonly streamArn: string;
  /** Records of one shard that may be read ahead of its checkpoint. Default 5,000. */
  readonly gapOfOne?: number;
  /** Records of all shards together that may be. Default 50,000. */
  readonly gapOfAll?: number;
  /** Between two writes of checkpoints, in ms. Default 1,000. */
  readonly everyMs?: number;
}

/** How far one shard is. */
export interface ShardStatus {
  readonly shardId: string;
  /** How far behind the newest record its last answer was, in ms; grows while none comes. */
  readonly lagMs: number;
  /** Records between the checkpoint and the last one that was read. */
  readonly gap: number;
  /** Age of the oldest record that has not settled, in ms; 0 where all have. */
  readonly oldestMs: number;
}

interface Shard {
  readonly line: ShardLine;
  /** As it was last written. */
  written: string | undefined;
  millisBehindLatest: number;
  heardAt: number;
}

/** How often a reader that waits for the gap of all shards looks again, in ms. */
const LOOK_MS = 50;

/**
 * The shards that are being read: which records have not settled, how far each may be read ahead, and
 * their checkpoints, written at most once a second and never ahead of what has settled.
 */
export class Shards {
  readonly #options: ShardsOptions;
  readonly #shards = new Map<string, Shard>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: ShardsOptions) {
    this.#options = options;
  }

  /** Writes checkpoints from now on; `fail` is told where the state can't be written. */
  start(fail: (error: unknown) => void): void {
    this.#timer = setInterval(() => {
      this.flush().catch(fail);
    }, this.#options.everyMs ?? 1_000);
  }

  /** Writes the last checkpoints, and no more after them. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  /** How far a shard was settled, by this run or one before. */
  checkpoint(shardId: string): Checkpoint | undefined {
    const { checkpoints, streamArn } = this.#options;
    return checkpoints.get(streamArn, shardId);
  }

  /** The next record of a shard; its receipt settles it. */
  enter(shardId: string, record: StreamRecord): Receipt {
    const { sequenceNumber, data, arrivedAt } = record;
    return this.#of(shardId).line.enter(sequenceNumber, data.length, arrivedAt);
  }

  /** Notes how far behind an answer was. */
  heard({ shardId, millisBehindLatest }: RecordBatch): void {
    const shard = this.#of(shardId);
    shard.millisBehindLatest = millisBehindLatest;
    shard.heardAt = Date.now();
  }

  /** Resolves when more of the shard may be read. */
  async ready(shardId: string, signal: AbortSignal): Promise<void> {
    const { gapOfOne = 5_000, gapOfAll = 50_000 } = this.#options;
    await this.#of(shardId).line.below(gapOfOne);
    while (this.gap >= gapOfAll && this.#of(shardId).line.gap > 0 && !signal.aborted) {
      await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** The shard was read to its end: resolves when all of it has settled and that is durable. */
  async finished(shardId: string): Promise<void> {
    const { store, checkpoints, streamArn } = this.#options;
    const { line } = this.#of(shardId);
    line.close();
    await line.whenFinished();
    const { checkpoint } = line;
    this.#shards.delete(shardId);
    await this.#writing;
    await store.commit([
      checkpoints.put(streamArn, shardId, {
        ...(checkpoint !== undefined && { sequenceNumber: checkpoint }),
        finished: true,
      }),
    ]);
  }

  /** Forgets finished shards that the stream no longer knows. */
  async keepOnly(shardIds: readonly string[]): Promise<void> {
    const { store, checkpoints, streamArn } = this.#options;
    const known = new Set(shardIds);
    const gone = Array.from(checkpoints.shards(streamArn), ([shardId]) => shardId).filter(
      (shardId) => !known.has(shardId) && !this.#shards.has(shardId),
    );
    if (known.size === 0 || gone.length === 0) return;
    await store.commit(gone.map((shardId) => checkpoints.remove(streamArn, shardId)));
  }

  /** Records that have been read and lie behind no checkpoint, of all shards. */
  get gap(): number {
    let gap = 0;
    for (const { line } of this.#shards.values()) gap += line.gap;
    return gap;
  }

  status(now = Date.now()): ShardStatus[] {
    return Array.from(this.#shards, ([shardId, shard]) => ({
      shardId,
      lagMs: shard.millisBehindLatest + (now - shard.heardAt),
      gap: shard.line.gap,
      oldestMs:
        shard.line.oldestArrivedAt === undefined
          ? 0
          : Math.max(0, now - shard.line.oldestArrivedAt),
    }));
  }

  /** Writes what has settled since the last time, one transaction after the other. */
  flush(): Promise<void> {
    const written = this.#writing.then(() => this.#write());
    this.#writing = written.catch(() => undefined);
    return written;
  }

  async #write(): Promise<void> {
    const { store, checkpoints, streamArn } = this.#options;
    const writes: StateWrite[] = [];
    for (const [shardId, shard] of this.#shards) {
      const sequenceNumber = shard.line.checkpoint;
      if (sequenceNumber === undefined || sequenceNumber === shard.written) continue;
      shard.written = sequenceNumber;
      writes.push(checkpoints.put(streamArn, shardId, { sequenceNumber, finished: false }));
    }
    if (writes.length > 0) await store.commit(writes);
  }

  #of(shardId: string): Shard {
    let shard = this.#shards.get(shardId);
    if (shard === undefined) {
      shard = {
        line: new ShardLine(),
        written: undefined,
        millisBehindLatest: 0,
        heardAt: Date.now(),
      };
      this.#shards.set(shardId, shard);
    }
    return shard;
  }
}

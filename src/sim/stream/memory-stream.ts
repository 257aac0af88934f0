import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { Refusal } from '../aws/refusal.js';
import { MemoryShard, type HeldRecord } from './memory-shard.js';
import type { StreamEntry } from './stream-engine.js';

/** Hash keys are MD5 sums, read as numbers. */
const KEYS = 2n ** 128n;

/** A stream in memory: shards, and what splits and merges make of them. It forgets nothing. */
export class MemoryStream {
  readonly shards: MemoryShard[] = [];
  /** Emits a shard's id when it was put to or closed. */
  readonly news = new EventEmitter().setMaxListeners(0);
  private numbers = 0;

  constructor(count: number) {
    for (let i = 0n; i < BigInt(count); i++) this.add(bound(i, count), bound(i + 1n, count) - 1n);
  }

  get open(): MemoryShard[] {
    return this.shards.filter((shard) => shard.open).sort((a, b) => (a.first < b.first ? -1 : 1));
  }

  shard(id: string): MemoryShard {
    const shard = this.shards.find((one) => one.id === id);
    if (shard === undefined)
      throw new Refusal('ResourceNotFoundException', 400, `Shard ${id} does not exist`);
    return shard;
  }

  children(id: string): MemoryShard[] {
    return this.shards.filter(({ parents }) => parents.includes(id));
  }

  put(
    { data, partitionKey }: StreamEntry,
    explicitHashKey?: string,
  ): { readonly shard: MemoryShard; readonly record: HeldRecord } {
    const key =
      explicitHashKey === undefined
        ? BigInt(`0x${createHash('md5').update(partitionKey).digest('hex')}`)
        : BigInt(explicitHashKey);
    const shard = this.shards.find((one) => one.open && one.first <= key && key <= one.last);
    if (shard === undefined) throw new Error(`no shard covers the hash key ${key}`);
    const record = { sequenceNumber: this.nextNumber(), data, partitionKey, at: Date.now() };
    shard.records.push(record);
    this.news.emit(shard.id);
    return { shard, record };
  }

  split(id: string, at: bigint): void {
    const shard = this.openShard(id);
    if (at <= shard.first || at > shard.last)
      throw new Refusal('InvalidArgumentException', 400, `${id} cannot be split at ${at}`);
    this.closeAll([shard]);
    this.add(shard.first, at - 1n, [id]);
    this.add(at, shard.last, [id]);
  }

  merge(id: string, adjacent: string): void {
    const [low, high] = [this.openShard(id), this.openShard(adjacent)].sort((a, b) =>
      a.first < b.first ? -1 : 1,
    ) as [MemoryShard, MemoryShard];
    if (low.last + 1n !== high.first)
      throw new Refusal('InvalidArgumentException', 400, `${id} and ${adjacent} are not adjacent`);
    this.closeAll([low, high]);
    this.add(low.first, high.last, [id, adjacent]);
  }

  /** Splits where the shards that are wanted begin, then merges what lies within one of them. */
  resize(count: number): void {
    const bounds = Array.from({ length: count + 1 }, (_, i) => bound(BigInt(i), count));
    for (const at of bounds) {
      const across = this.open.find(({ first, last }) => first < at && at <= last);
      if (across !== undefined) this.split(across.id, at);
    }
    for (let i = 0; i < count; i++) {
      for (;;) {
        const [a, b] = this.open.filter(
          ({ first, last }) => first >= (bounds[i] as bigint) && last < (bounds[i + 1] as bigint),
        );
        if (a === undefined || b === undefined) break;
        this.merge(a.id, b.id);
      }
    }
  }

  private openShard(id: string): MemoryShard {
    const shard = this.shard(id);
    if (!shard.open)
      throw new Refusal('InvalidArgumentException', 400, `Shard ${id} is closed already`);
    return shard;
  }

  private closeAll(shards: readonly MemoryShard[]): void {
    for (const shard of shards) shard.lastSequenceNumber = this.nextNumber();
    // Readers look for children when they hear of the end; these are made by then.
    setImmediate(() => {
      for (const { id } of shards) this.news.emit(id);
    });
  }

  private add(first: bigint, last: bigint, parents: readonly string[] = []): void {
    const id = `shardId-${String(this.shards.length).padStart(12, '0')}`;
    this.shards.push(new MemoryShard(id, first, last, this.nextNumber(), parents));
  }

  /** As long as those of AWS, so that text and number compare alike. */
  private nextNumber(): string {
    return `4968${String(++this.numbers).padStart(52, '0')}`;
  }
}

function bound(i: bigint, count: number): bigint {
  return (KEYS * i) / BigInt(count);
}

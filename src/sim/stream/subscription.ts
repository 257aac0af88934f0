import type { EventEmitter } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { encodeEvent } from './event-stream.js';
import type { HeldRecord, MemoryShard } from './memory-shard.js';

/** What a subscription reads. */
export interface Subscribed {
  readonly shard: MemoryShard;
  /** Position of the first record. */
  readonly at: number;
  readonly news: EventEmitter;
  readonly show: (record: HeldRecord) => string;
  readonly children: () => unknown[];
}

/** Even where nothing comes, an event tells so now and then. */
const HEARTBEAT_MS = 1_000;
const MOST_RECORDS = 1_000;

/** SubscribeToShard: pushes what is in the shard and what comes, until the shard or the subscription ends. */
export function subscribe(
  { shard, at: start, news, show, children }: Subscribed,
  ended: AbortSignal,
): Readable {
  const body = new PassThrough();
  let at = start;
  const write = (type: string, text: string): boolean =>
    body.write(encodeEvent(type, Buffer.from(text)));
  const push = (always: boolean): void => {
    for (let first = always; !body.writableNeedDrain; first = false) {
      const page = shard.page(at, MOST_RECORDS);
      const over = !shard.open && at + page.length === shard.records.length;
      if (page.length === 0 && !over && !first) return;
      at += page.length;
      const last = shard.records[at - 1]?.sequenceNumber ?? shard.firstSequenceNumber;
      const tail = over
        ? `"ChildShards":${JSON.stringify(children())}`
        : `"ContinuationSequenceNumber":"${last}"`;
      write(
        'SubscribeToShardEvent',
        `{"Records":[${page.map(show).join(',')}],"MillisBehindLatest":${shard.millisBehind(at)},${tail}}`,
      );
      if (over) return end();
    }
  };
  const heard = (): void => push(false);
  const timer = setInterval(() => push(true), HEARTBEAT_MS);
  const end = (): void => {
    clearInterval(timer);
    news.off(shard.id, heard);
    if (!body.destroyed) body.end();
  };
  body.on('drain', heard);
  body.on('close', end);
  news.on(shard.id, heard);
  ended.addEventListener('abort', end, { once: true });
  write('initial-response', '{}');
  setImmediate(heard);
  return body;
}

import { Observable } from 'rxjs';
import type { RecordBatch } from '../../model/stream-record.js';
import { SYSTEM_CLOCK } from './clock.js';
import { Stream } from './stream.js';
import type { KinesisRecordsOptions } from './stream-options.js';

export type { KinesisRecordsOptions, StreamEvents } from './stream-options.js';

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
 * What fails is asked for again, however long it takes: an outage of the stream ends no engine. It
 * errors with what `finished` rejects with. Unsubscribing ends all reading at once. Consumers hold it
 * back through `ready` alone.
 */
export function kinesisRecords(options: KinesisRecordsOptions): Observable<RecordBatch> {
  return new Observable((subscriber) => {
    const stop = new AbortController();
    const emit = (batch: RecordBatch): void => {
      if (!subscriber.closed) subscriber.next(batch);
    };
    const clock = options.clock ?? SYSTEM_CLOCK;
    new Stream({ ...options, clock, emit, signal: stop.signal }).run().catch((error: unknown) => {
      if (!stop.signal.aborted) subscriber.error(error);
    });
    return () => stop.abort(new Error('unsubscribed'));
  });
}

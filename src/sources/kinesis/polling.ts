import type { RecordBatch } from '../../model/stream-record.js';

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

/** Kinesis allows five GetRecords a second and shard. */
const LEAST_MS = 200;

/**
 * The time from one request to the next, in ms. An empty page behind the newest record is not the end:
 * the next one is asked for as soon as Kinesis allows.
 */
export function paceOf(
  { activeMs = 250, idleMs = 1_000, idleAfterMs = 60_000 }: Polling,
  { records, millisBehindLatest }: RecordBatch,
  silentForMs: number,
): number {
  if (millisBehindLatest > 0) return LEAST_MS;
  const isIdle = records.length === 0 && silentForMs >= idleAfterMs;
  return Math.max(LEAST_MS, isIdle ? idleMs : activeMs);
}

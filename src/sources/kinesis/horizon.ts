import type { AwsError } from '../../errors/aws-error.js';
import type { RecordBatch, ShardStart } from '../../model/stream-record.js';
import type { KinesisApi } from './kinesis-api.js';

/**
 * The trim horizon: what is older than the retention is gone. A position before it is refused by some
 * services, answered with empty pages for ever, or silently taken for the horizon by others; all three
 * are recognized here, so that reading goes on and it is said that records may be missing.
 */

/** How much before the retention's end a record counts as the horizon's. */
const NEAR_MS = 60_000;

/** Whether a position that was taken up lies at, or before, the trim horizon. */
export function isPastRetention(
  { records, millisBehindLatest }: RecordBatch,
  retentionMs: number | undefined,
  now: number,
): boolean {
  if (retentionMs === undefined) return false;
  const [oldest] = records;
  if (oldest === undefined) return millisBehindLatest >= retentionMs;
  return now - oldest.arrivedAt >= retentionMs - NEAR_MS;
}

/** Whether an error says that the position is unknown, of a shard that is there. */
export async function isForgotten(
  { code, operation }: AwsError,
  position: ShardStart,
  api: Pick<KinesisApi, 'iterator'>,
  shardId: string,
  signal: AbortSignal,
): Promise<boolean> {
  if (position.type !== 'after') return false;
  if (operation !== 'GetShardIterator' && operation !== 'SubscribeToShard') return false;
  if (code === 'aws.InvalidArgument') return true;
  if (code !== 'aws.ResourceNotFound' || operation !== 'GetShardIterator') return false;
  // The shard may be what was not found: whether it is there shows where no position is asked for.
  return api.iterator(shardId, { type: 'trim_horizon' }, signal).then(
    () => true,
    () => false,
  );
}

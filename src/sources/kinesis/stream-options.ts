import type { AwsError } from '../../errors/aws-error.js';
import type { Checkpoint, ShardStart } from '../../model/stream-record.js';
import type { Clock } from './clock.js';
import type { KinesisApi } from './kinesis-api.js';
import type { Polling } from './polling.js';
import type { ReaderEvents, ShardApi } from './shard-reader.js';

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
  readonly api: ShardApi & Pick<KinesisApi, 'shards' | 'consumer'>;
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
  /** Default: the system's. */
  readonly clock?: Clock;
}

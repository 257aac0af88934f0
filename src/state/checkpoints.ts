import { SEPARATOR } from '../model/resource-key.js';
import type { Checkpoint, ShardStart } from '../model/stream-record.js';
import type { StateStore, StateWrite } from './state-store.js';

const SHARD = 's';
const START = 'b';

/** How far each shard of each stream is settled, and where a stream was begun. */
export class Checkpoints {
  readonly #store: StateStore;

  constructor(store: StateStore) {
    this.#store = store;
  }

  get(streamArn: string, shardId: string): Checkpoint | undefined {
    return this.#store.get<Checkpoint>('checkpoints', shardKey(streamArn, shardId));
  }

  put(streamArn: string, shardId: string, checkpoint: Checkpoint): StateWrite {
    const value = { ...checkpoint };
    return { op: 'put', table: 'checkpoints', key: shardKey(streamArn, shardId), value };
  }

  /** Forgets a shard, for when the stream no longer knows it. */
  remove(streamArn: string, shardId: string): StateWrite {
    return { op: 'delete', table: 'checkpoints', key: shardKey(streamArn, shardId) };
  }

  /** Every shard of a stream that has a checkpoint. */
  *shards(streamArn: string): Generator<readonly [shardId: string, checkpoint: Checkpoint]> {
    const prefix = shardKey(streamArn, '');
    for (const [key, checkpoint] of this.#store.range<Checkpoint>('checkpoints', { prefix })) {
      yield [key.slice(prefix.length), checkpoint];
    }
  }

  /** Where the stream is begun in shards without a checkpoint; undefined before it was noted. */
  start(streamArn: string): ShardStart | undefined {
    return this.#store.get<ShardStart>('checkpoints', START + streamArn);
  }

  /** Notes where the stream is begun: durable before the first listing begins, it is kept for good. */
  putStart(streamArn: string, start: ShardStart): StateWrite {
    return { op: 'put', table: 'checkpoints', key: START + streamArn, value: { ...start } };
  }
}

function shardKey(streamArn: string, shardId: string): string {
  return SHARD + streamArn + SEPARATOR + shardId;
}

import type { Checkpoint, ShardStart } from '../../model/stream-record.js';

/** A shard as ListShards names it. A merge has two parents, a split one. */
export interface ShardInfo {
  readonly shardId: string;
  readonly parents: readonly string[];
}

/** A shard that may be read now, and from where. */
export interface ReadableShard {
  readonly shardId: string;
  readonly from: ShardStart;
}

/**
 * Which shards may be read. A shard begins when all of its parents that still exist have ended and
 * settled, so that the records of one key are read in their order across a split or merge. One that
 * has a checkpoint goes on after it; the child of a parent that was read begins with its first record;
 * every other one (a first start, or parents that the stream has forgotten) begins where the stream is
 * begun.
 */
export function readableShards(
  shards: readonly ShardInfo[],
  checkpoint: (shardId: string) => Checkpoint | undefined,
  start: ShardStart,
): readonly ReadableShard[] {
  const known = new Set(shards.map(({ shardId }) => shardId));
  return shards.flatMap(({ shardId, parents }): readonly ReadableShard[] => {
    const reached = checkpoint(shardId);
    if (reached?.finished === true) return [];
    if (reached?.sequenceNumber !== undefined) {
      return [{ shardId, from: { type: 'after', sequenceNumber: reached.sequenceNumber } }];
    }
    const living = parents.filter((parent) => known.has(parent));
    if (living.some((parent) => checkpoint(parent)?.finished !== true)) return [];
    return [{ shardId, from: living.length > 0 ? { type: 'trim_horizon' } : start }];
  });
}

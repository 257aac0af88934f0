import type { Checkpoint, ShardStart } from '../../model/stream-record.js';

/** A shard as ListShards names it. A merge has two parents, a split one. */
export interface ShardInfo {
  readonly shardId: string;
  readonly parents: readonly string[];
  /** No record of the shard has a smaller one. */
  readonly firstSequenceNumber?: string | undefined;
  /** Takes records; one that was split or merged is closed and can only be read to its end. */
  readonly isOpen: boolean;
}

/** A shard that may be read now, and from where. */
export interface ReadableShard {
  readonly shardId: string;
  readonly from: ShardStart;
  /** Its checkpoint belongs to another shard of this name: the stream was deleted and made again. */
  readonly isForeign: boolean;
}

/** What is known of a stream when its shards are looked at. */
export interface ShardTree {
  readonly shards: readonly ShardInfo[];
  readonly checkpoint: (shardId: string) => Checkpoint | undefined;
  /** Where shards without a checkpoint and without parents are begun. */
  readonly start: ShardStart;
  /** Shards that are being read now, whether the stream still lists them or not. */
  readonly reading: ReadonlySet<string>;
  /** Shards that were read to their end in this run: their checkpoints are beyond doubt. */
  readonly ended: ReadonlySet<string>;
  /** Shards younger than the start: all of their records are to be read. */
  readonly young: ReadonlySet<string>;
}

/**
 * Which shards may be begun. A shard begins when all of its parents that still exist have ended and
 * settled, so that the records of one key are read in their order across a split or merge. One that
 * has a checkpoint goes on after it; the child of a parent that was read, and one that came since,
 * begins with its first record; every other one (a first start, or parents that the stream has
 * forgotten) begins where the stream is begun.
 */
export function readableShards(tree: ShardTree): readonly ReadableShard[] {
  const { shards, start, reading, young } = tree;
  const known = new Map(shards.map((shard) => [shard.shardId, shard]));
  const isDone = (shardId: string): boolean => {
    const shard = known.get(shardId);
    if (reading.has(shardId)) return false;
    return shard === undefined || ownCheckpoint(shard, tree)?.finished === true;
  };
  return shards.flatMap((shard): readonly ReadableShard[] => {
    const { shardId, parents } = shard;
    if (reading.has(shardId)) return [];
    const reached = ownCheckpoint(shard, tree);
    if (reached?.finished === true) return [];
    const isForeign = reached === undefined && tree.checkpoint(shardId) !== undefined;
    if (reached?.sequenceNumber !== undefined) {
      const from = { type: 'after', sequenceNumber: reached.sequenceNumber } as const;
      return [{ shardId, from, isForeign }];
    }
    if (!parents.every(isDone)) return [];
    const whole = isForeign || young.has(shardId) || parents.some((parent) => known.has(parent));
    return [{ shardId, from: whole ? { type: 'trim_horizon' } : start, isForeign }];
  });
}

/**
 * The checkpoint of a shard, unless it is that of another one of the same name. It is where it lies
 * before the first record, or says that a shard has ended that is open. (Sequence numbers grow with
 * time in all streams.)
 */
function ownCheckpoint(
  { shardId, firstSequenceNumber, isOpen }: ShardInfo,
  { checkpoint, ended }: ShardTree,
): Checkpoint | undefined {
  const reached = checkpoint(shardId);
  // A list may lag behind the end of a shard: what was seen in this run counts.
  if (reached === undefined || ended.has(shardId)) return reached;
  const { sequenceNumber, finished } = reached;
  if (finished && isOpen) return undefined;
  return isBefore(sequenceNumber, firstSequenceNumber) ? undefined : reached;
}

const NUMBER = /^\d+$/;

function isBefore(one: string | undefined, other: string | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  return NUMBER.test(one) && NUMBER.test(other) && BigInt(one) < BigInt(other);
}

import { callEngine, untilActive, type StreamEngine } from './stream-engine.js';

/** A shard that takes records. */
export interface OpenShard {
  readonly id: string;
  readonly first: bigint;
  readonly last: bigint;
}

interface ListedShard {
  readonly ShardId: string;
  readonly HashKeyRange: { readonly StartingHashKey: string; readonly EndingHashKey: string };
  readonly SequenceNumberRange: { readonly EndingSequenceNumber?: string | null };
}

/** The shards that take records, in the order of the hash keys they cover. */
export async function openShards(engine: StreamEngine): Promise<OpenShard[]> {
  const listed: ListedShard[] = [];
  let more: Record<string, unknown> = { StreamARN: engine.streamArn };
  for (;;) {
    const { Shards, NextToken } = await callEngine(engine, 'ListShards', more);
    listed.push(...(Shards as ListedShard[]));
    if (typeof NextToken !== 'string') break;
    more = { NextToken };
  }
  return listed
    .filter(
      ({ SequenceNumberRange }) => typeof SequenceNumberRange.EndingSequenceNumber !== 'string',
    )
    .map(({ ShardId, HashKeyRange }) => ({
      id: ShardId,
      first: BigInt(HashKeyRange.StartingHashKey),
      last: BigInt(HashKeyRange.EndingHashKey),
    }))
    .sort((a, b) => (a.first < b.first ? -1 : 1));
}

/** UpdateShardCount; resolves with the open shards when the stream has come to rest. */
export function reshard(engine: StreamEngine, shards: number): Promise<string[]> {
  return change(engine, 'UpdateShardCount', {
    TargetShardCount: shards,
    ScalingType: 'UNIFORM_SCALING',
  });
}

/** Splits a shard in the middle of its hash keys. */
export async function splitShard(engine: StreamEngine, shardId: string): Promise<string[]> {
  const shard = (await openShards(engine)).find(({ id }) => id === shardId);
  if (shard === undefined) throw new Error(`the stream has no open shard ${shardId}`);
  const middle = shard.first + (shard.last - shard.first) / 2n + 1n;
  return change(engine, 'SplitShard', {
    ShardToSplit: shardId,
    NewStartingHashKey: String(middle),
  });
}

/** Merges two shards whose hash keys stand side by side. */
export function mergeShards(
  engine: StreamEngine,
  shardId: string,
  adjacent: string,
): Promise<string[]> {
  return change(engine, 'MergeShards', {
    ShardToMerge: shardId,
    AdjacentShardToMerge: adjacent,
  });
}

async function change(
  engine: StreamEngine,
  operation: string,
  input: Readonly<Record<string, unknown>>,
): Promise<string[]> {
  const StreamARN = engine.streamArn;
  await callEngine(engine, operation, { StreamARN, ...input });
  await untilActive(engine);
  return (await openShards(engine)).map(({ id }) => id);
}

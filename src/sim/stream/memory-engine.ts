import { jsonAnswer, jsonError, parseJsonInput, requireString } from '../aws/json-protocol.js';
import { Refusal } from '../aws/refusal.js';
import type { HeldRecord, MemoryShard, StartPosition } from './memory-shard.js';
import { MemoryStream } from './memory-stream.js';
import type { EngineAnswer, StreamEngine, StreamOptions } from './stream-engine.js';
import { subscribe } from './subscription.js';

type Input = Readonly<Record<string, unknown>>;

interface Consumer {
  readonly ConsumerName: string;
  readonly ConsumerARN: string;
  readonly ConsumerStatus: 'ACTIVE';
  readonly ConsumerCreationTimestamp: number;
}

const CONTENT_TYPE = 'application/x-amz-json-1.1';
const ITERATOR_LIFE_MS = 300_000;

/** A stream in the memory of this process, for loads that kinesis-local is too slow for. */
export function memoryEngine(options: StreamOptions): StreamEngine {
  return new MemoryEngine(options);
}

class MemoryEngine implements StreamEngine {
  readonly streamArn: string;
  private readonly stream: MemoryStream;
  private readonly consumers = new Map<string, Consumer>();
  private readonly createdAt = Date.now() / 1000;
  private readonly ended = new AbortController();

  constructor(private readonly options: StreamOptions) {
    const { partition, region, accountId, streamName, shards } = options;
    this.streamArn = `arn:${partition}:kinesis:${region}:${accountId}:stream/${streamName}`;
    this.stream = new MemoryStream(shards);
  }

  answer(operation: string, body: Buffer): Promise<EngineAnswer> {
    try {
      return Promise.resolve(this.perform(operation, parseJsonInput(body)));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { status, headers, body: text } = jsonError(CONTENT_TYPE, '', error);
      return Promise.resolve({ status, headers, body: Buffer.from(text) });
    }
  }

  put(entries: Parameters<StreamEngine['put']>[0]): Promise<void> {
    for (const entry of entries) this.stream.put(entry);
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.ended.abort();
    return Promise.resolve();
  }

  private perform(operation: string, input: Input): EngineAnswer {
    this.checkStream(input);
    switch (operation) {
      case 'ListShards':
        return json(this.listShards(input));
      case 'DescribeStreamSummary':
        return json({ StreamDescriptionSummary: this.summary() });
      case 'GetShardIterator': {
        const shard = this.stream.shard(requireString(input, 'ShardId'));
        const start = { ...input, Type: input['ShardIteratorType'] } as unknown as StartPosition;
        const renamed = { ...start, SequenceNumber: input['StartingSequenceNumber'] as string };
        return json({ ShardIterator: encodeIterator(shard.id, position(shard, renamed)) });
      }
      case 'GetRecords':
        return this.getRecords(input);
      case 'PutRecord':
      case 'PutRecords':
        return json(this.putRecords(operation, input));
      case 'SplitShard':
        this.stream.split(
          requireString(input, 'ShardToSplit'),
          BigInt(requireString(input, 'NewStartingHashKey')),
        );
        return json({});
      case 'MergeShards':
        this.stream.merge(
          requireString(input, 'ShardToMerge'),
          requireString(input, 'AdjacentShardToMerge'),
        );
        return json({});
      case 'UpdateShardCount': {
        const count = this.stream.open.length;
        this.stream.resize(Number(input['TargetShardCount']));
        return json({
          StreamARN: this.streamArn,
          CurrentShardCount: count,
          TargetShardCount: input['TargetShardCount'],
        });
      }
      case 'RegisterStreamConsumer':
        return json({ Consumer: this.register(requireString(input, 'ConsumerName')) });
      case 'DescribeStreamConsumer':
        return json({
          ConsumerDescription: { ...this.consumer(input), StreamARN: this.streamArn },
        });
      case 'DeregisterStreamConsumer':
        this.consumers.delete(this.consumer(input).ConsumerName);
        return json({});
      case 'SubscribeToShard':
        this.consumer(input);
        return this.subscribe(input);
      default:
        throw new Refusal('UnknownOperationException', 400, `there is no ${operation} here`);
    }
  }

  private checkStream(input: Input): void {
    const { StreamARN, StreamName } = input;
    const known =
      (StreamARN === undefined || StreamARN === this.streamArn) &&
      (StreamName === undefined || StreamName === this.options.streamName);
    if (known) return;
    const name = String(StreamARN ?? StreamName);
    throw new Refusal('ResourceNotFoundException', 400, `Stream ${name} not found.`);
  }

  private summary(): unknown {
    return {
      StreamName: this.options.streamName,
      StreamARN: this.streamArn,
      StreamStatus: 'ACTIVE',
      StreamModeDetails: { StreamMode: 'PROVISIONED' },
      RetentionPeriodHours: 24,
      StreamCreationTimestamp: this.createdAt,
      EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
      EncryptionType: 'NONE',
      OpenShardCount: this.stream.open.length,
      ConsumerCount: this.consumers.size,
    };
  }

  private listShards(input: Input): unknown {
    const start = Number(input['NextToken'] ?? 0);
    const size = Number(input['MaxResults'] ?? 1_000);
    const latest = (input['ShardFilter'] as { Type?: string } | undefined)?.Type === 'AT_LATEST';
    const shards = latest ? this.stream.open : this.stream.shards;
    return {
      Shards: shards.slice(start, start + size).map(describe),
      ...(start + size < shards.length && { NextToken: String(start + size) }),
    };
  }

  /** Written by hand, because the data of a page may have megabytes. */
  private getRecords(input: Input): EngineAnswer {
    const { shardId, at } = decodeIterator(requireString(input, 'ShardIterator'));
    const shard = this.stream.shard(shardId);
    const page = shard.page(at, Number(input['Limit'] ?? Infinity));
    const end = at + page.length;
    const over = !shard.open && end === shard.records.length;
    const tail = over
      ? `"ChildShards":${JSON.stringify(this.childrenOf(shardId))}`
      : `"NextShardIterator":"${encodeIterator(shardId, end)}"`;
    const text = `{"Records":[${page.map(showRecord).join(',')}],"MillisBehindLatest":${shard.millisBehind(end)},${tail}}`;
    return { status: 200, headers: { 'content-type': CONTENT_TYPE }, body: Buffer.from(text) };
  }

  private putRecords(operation: string, input: Input): unknown {
    const puts = (operation === 'PutRecord' ? [input] : input['Records']) as Input[];
    const results = puts.map((put) => {
      const entry = {
        data: Buffer.from(requireString(put, 'Data'), 'base64'),
        partitionKey: requireString(put, 'PartitionKey'),
      };
      const { shard, record } = this.stream.put(
        entry,
        put['ExplicitHashKey'] as string | undefined,
      );
      return { ShardId: shard.id, SequenceNumber: record.sequenceNumber };
    });
    return operation === 'PutRecord' ? results[0] : { FailedRecordCount: 0, Records: results };
  }

  private register(name: string): Consumer {
    if (this.consumers.has(name))
      throw new Refusal('ResourceInUseException', 400, `Consumer ${name} exists already`);
    const at = Math.floor(Date.now() / 1000);
    const consumer: Consumer = {
      ConsumerName: name,
      ConsumerARN: `${this.streamArn}/consumer/${name}:${at}`,
      ConsumerStatus: 'ACTIVE',
      ConsumerCreationTimestamp: at,
    };
    this.consumers.set(name, consumer);
    return consumer;
  }

  private consumer(input: Input): Consumer {
    const { ConsumerARN, ConsumerName } = input;
    for (const consumer of this.consumers.values())
      if (consumer.ConsumerARN === ConsumerARN || consumer.ConsumerName === ConsumerName)
        return consumer;
    const name = String(ConsumerARN ?? ConsumerName);
    throw new Refusal('ResourceNotFoundException', 400, `Consumer ${name} not found.`);
  }

  private subscribe(input: Input): EngineAnswer {
    const shard = this.stream.shard(requireString(input, 'ShardId'));
    const at = position(shard, input['StartingPosition'] as StartPosition);
    const body = subscribe(
      {
        shard,
        at,
        news: this.stream.news,
        show: showRecord,
        children: () => this.childrenOf(shard.id),
      },
      this.ended.signal,
    );
    const headers = { 'content-type': 'application/vnd.amazon.eventstream' };
    return { status: 200, headers, body };
  }

  private childrenOf(id: string): unknown[] {
    return this.stream.children(id).map((child) => ({
      ShardId: child.id,
      ParentShards: child.parents,
      HashKeyRange: rangeOf(child),
    }));
  }
}

function json(value: unknown): EngineAnswer {
  const { status, headers, body } = jsonAnswer(CONTENT_TYPE, value);
  return { status, headers, body: Buffer.from(body) };
}

function position(shard: MemoryShard, start: StartPosition): number {
  const at = shard.positionOf(start);
  if (at !== undefined) return at;
  throw new Refusal('InvalidArgumentException', 400, `there is no start of type ${start.Type}`);
}

function encodeIterator(shardId: string, at: number): string {
  return Buffer.from(`${shardId}|${at}|${Date.now()}`).toString('base64');
}

function decodeIterator(text: string): { shardId: string; at: number } {
  const [shardId, at, madeAt] = Buffer.from(text, 'base64').toString().split('|');
  if (shardId === undefined || at === undefined || !(Number(madeAt) > 0))
    throw new Refusal('InvalidArgumentException', 400, 'Invalid ShardIterator.');
  if (Date.now() - Number(madeAt) > ITERATOR_LIFE_MS)
    throw new Refusal('ExpiredIteratorException', 400, 'Iterator expired.');
  return { shardId, at: Number(at) };
}

function describe(shard: MemoryShard): unknown {
  const [ParentShardId, AdjacentParentShardId] = shard.parents;
  return {
    ShardId: shard.id,
    ...(ParentShardId !== undefined && { ParentShardId }),
    ...(AdjacentParentShardId !== undefined && { AdjacentParentShardId }),
    HashKeyRange: rangeOf(shard),
    SequenceNumberRange: {
      StartingSequenceNumber: shard.firstSequenceNumber,
      ...(!shard.open && { EndingSequenceNumber: shard.lastSequenceNumber }),
    },
  };
}

function rangeOf({ first, last }: MemoryShard): unknown {
  return { StartingHashKey: String(first), EndingHashKey: String(last) };
}

function showRecord({ data, sequenceNumber, partitionKey, at }: HeldRecord): string {
  return `{"SequenceNumber":"${sequenceNumber}","ApproximateArrivalTimestamp":${at / 1000},"Data":"${data.toString('base64')}","PartitionKey":${JSON.stringify(partitionKey)},"EncryptionType":"NONE"}`;
}

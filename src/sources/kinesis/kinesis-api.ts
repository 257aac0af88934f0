import type { ChildShard, GetShardIteratorCommandInput, Shard } from '@aws-sdk/client-kinesis';
import { AwsError } from '../../errors/aws-error.js';
import type { RecordBatch, ShardStart, StreamRecord } from '../../model/stream-record.js';
import { KinesisCaller } from './kinesis-call.js';
import type { StreamAccess } from './kinesis-call.js';
import type { ShardInfo } from './shard-tree.js';

/** What one GetRecords brought, and where the next one goes on. */
export interface FetchedRecords extends RecordBatch {
  /** Undefined: the shard was read to its end. */
  readonly next: string | undefined;
  /** Told at the end of a shard that was split or merged. */
  readonly children: readonly string[];
}

/** What is said of a stream. */
export interface StreamFacts {
  readonly status: string;
  readonly retentionMs: number;
}

/** A piece of a subscription. */
export interface PushedRecords extends RecordBatch {
  /** Where the next subscription goes on; undefined: the shard was read to its end. */
  readonly continueAfter: string | undefined;
  /** Told at the end of a shard that was split or merged. */
  readonly children: readonly string[];
}

/** Shards a page of ListShards. */
const SHARDS_A_PAGE = 1_000;
const DEFAULT_RETENTION_HOURS = 24;

/**
 * The calls of Kinesis that reading takes, for one stream, named by its ARN. Each throws an AwsError
 * that says what the refusal means; none retries, but for credentials that have run out.
 */
export class KinesisApi {
  readonly #caller: KinesisCaller;
  #retentionMs: number | undefined;

  constructor(access: StreamAccess) {
    this.#caller = new KinesisCaller(access);
  }

  get streamArn(): string {
    return this.#caller.streamArn;
  }

  /** How long the stream keeps a record, in ms, as {@link facts} last said; undefined before. */
  get retentionMs(): number | undefined {
    return this.#retentionMs;
  }

  /** A position or a shard that the stream no longer holds, as its answers show. */
  lost(operation: string, message: string): AwsError {
    return this.#caller.fault(operation, 'aws.Trimmed', message);
  }

  /** A connection that has gone silent. */
  silent(operation: string, ms: number): AwsError {
    return this.#caller.fault(operation, 'aws.Timeout', `nothing came for ${ms} ms`, 'transient');
  }

  /** Every shard, open or closed, that the stream still remembers. */
  async shards(signal: AbortSignal): Promise<readonly ShardInfo[]> {
    const { ListShardsCommand } = await import('@aws-sdk/client-kinesis');
    const found: Shard[] = [];
    let token: string | undefined;
    do {
      const input =
        token === undefined
          ? { StreamARN: this.streamArn, MaxResults: SHARDS_A_PAGE }
          : { NextToken: token, MaxResults: SHARDS_A_PAGE };
      const answer = await this.#caller.send('ListShards', signal, (client, options) =>
        client.send(new ListShardsCommand(input), options),
      );
      found.push(...(answer.Shards ?? []));
      token = answer.NextToken;
    } while (token !== undefined && token !== '');
    return found.map((shard) => ({
      shardId: shard.ShardId ?? '',
      parents: [shard.ParentShardId, shard.AdjacentParentShardId].filter(
        (parent): parent is string => parent !== undefined,
      ),
      firstSequenceNumber: shard.SequenceNumberRange?.StartingSequenceNumber,
      isOpen: shard.SequenceNumberRange?.EndingSequenceNumber === undefined,
    }));
  }

  async facts(signal: AbortSignal): Promise<StreamFacts> {
    const { DescribeStreamSummaryCommand } = await import('@aws-sdk/client-kinesis');
    const { StreamDescriptionSummary: summary } = await this.#caller.send(
      'DescribeStreamSummary',
      signal,
      (client, options) =>
        client.send(new DescribeStreamSummaryCommand({ StreamARN: this.streamArn }), options),
    );
    const retentionMs = (summary?.RetentionPeriodHours ?? DEFAULT_RETENTION_HOURS) * 3_600_000;
    this.#retentionMs = retentionMs;
    return { status: summary?.StreamStatus ?? 'UNKNOWN', retentionMs };
  }

  /** An iterator; good for five minutes. */
  async iterator(shardId: string, from: ShardStart, signal: AbortSignal): Promise<string> {
    const { GetShardIteratorCommand } = await import('@aws-sdk/client-kinesis');
    const input = { StreamARN: this.streamArn, ShardId: shardId, ...iteratorInput(from) };
    const { ShardIterator: iterator } = await this.#caller.send(
      'GetShardIterator',
      signal,
      (client, options) => client.send(new GetShardIteratorCommand(input), options),
    );
    if (iterator === undefined) {
      const message = 'the answer holds no iterator';
      throw this.#caller.fault('GetShardIterator', 'aws.MalformedResponse', message, 'transient');
    }
    return iterator;
  }

  async records(
    shardId: string,
    iterator: string,
    limit: number,
    signal: AbortSignal,
  ): Promise<FetchedRecords> {
    const { GetRecordsCommand } = await import('@aws-sdk/client-kinesis');
    const input = { StreamARN: this.streamArn, ShardIterator: iterator, Limit: limit };
    const answer = await this.#caller.send('GetRecords', signal, (client, options) =>
      client.send(new GetRecordsCommand(input), options),
    );
    return {
      shardId,
      records: (answer.Records ?? []).map(recordOf),
      millisBehindLatest: answer.MillisBehindLatest ?? 0,
      next: answer.NextShardIterator ?? undefined,
      children: idsOf(answer.ChildShards),
    };
  }

  /** The ARN of a consumer of this name, registered where there is none. Undefined while it is being made. */
  async consumer(name: string, signal: AbortSignal): Promise<string | undefined> {
    const { DescribeStreamConsumerCommand, RegisterStreamConsumerCommand } =
      await import('@aws-sdk/client-kinesis');
    const input = { StreamARN: this.streamArn, ConsumerName: name };
    try {
      const { ConsumerDescription: consumer } = await this.#caller.send(
        'DescribeStreamConsumer',
        signal,
        (client, options) => client.send(new DescribeStreamConsumerCommand(input), options),
      );
      return consumer?.ConsumerStatus === 'ACTIVE' ? consumer.ConsumerARN : undefined;
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== 'aws.ResourceNotFound') throw error;
    }
    try {
      await this.#caller.send('RegisterStreamConsumer', signal, (client, options) =>
        client.send(new RegisterStreamConsumerCommand(input), options),
      );
    } catch (error) {
      // Another process that registers the same name was faster.
      if (!(error instanceof AwsError) || error.code !== 'aws.ResourceInUse') throw error;
    }
    return undefined;
  }

  /** Reads a shard as it is pushed, for at most five minutes. */
  async *subscribe(
    consumerArn: string,
    shardId: string,
    from: ShardStart,
    signal: AbortSignal,
  ): AsyncGenerator<PushedRecords> {
    const { SubscribeToShardCommand } = await import('@aws-sdk/client-kinesis');
    const { ShardIteratorType: type, ...position } = iteratorInput(from);
    const { StartingSequenceNumber: sequenceNumber, Timestamp: timestamp } = position;
    const command = new SubscribeToShardCommand({
      ConsumerARN: consumerArn,
      ShardId: shardId,
      StartingPosition: {
        Type: type,
        ...(sequenceNumber !== undefined && { SequenceNumber: sequenceNumber }),
        ...(timestamp !== undefined && { Timestamp: timestamp }),
      },
    });
    const { EventStream: stream } = await this.#caller.send(
      'SubscribeToShard',
      signal,
      (client, options) => client.send(command, options),
      true,
    );
    try {
      for await (const { SubscribeToShardEvent: event } of stream ?? []) {
        if (event === undefined) continue;
        yield {
          shardId,
          records: (event.Records ?? []).map(recordOf),
          millisBehindLatest: event.MillisBehindLatest ?? 0,
          continueAfter: event.ContinuationSequenceNumber ?? undefined,
          children: idsOf(event.ChildShards),
        };
      }
    } catch (error) {
      signal.throwIfAborted();
      throw this.#caller.understood('SubscribeToShard', error);
    }
  }
}

function iteratorInput(from: ShardStart): Pick<
  GetShardIteratorCommandInput,
  'StartingSequenceNumber' | 'Timestamp'
> & {
  ShardIteratorType: 'TRIM_HORIZON' | 'LATEST' | 'AT_TIMESTAMP' | 'AFTER_SEQUENCE_NUMBER';
} {
  switch (from.type) {
    case 'trim_horizon':
      return { ShardIteratorType: 'TRIM_HORIZON' };
    case 'latest':
      return { ShardIteratorType: 'LATEST' };
    case 'timestamp':
      return { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(from.at) };
    case 'after':
      return {
        ShardIteratorType: 'AFTER_SEQUENCE_NUMBER',
        StartingSequenceNumber: from.sequenceNumber,
      };
  }
}

function recordOf(record: {
  SequenceNumber?: string | undefined;
  Data?: Uint8Array | undefined;
  ApproximateArrivalTimestamp?: Date | undefined;
}): StreamRecord {
  return {
    sequenceNumber: record.SequenceNumber ?? '',
    data: record.Data ?? new Uint8Array(),
    arrivedAt: record.ApproximateArrivalTimestamp?.getTime() ?? Date.now(),
  };
}

function idsOf(children: readonly ChildShard[] | undefined): readonly string[] {
  return (children ?? []).flatMap(({ ShardId: id }) => (id === undefined ? [] : [id]));
}

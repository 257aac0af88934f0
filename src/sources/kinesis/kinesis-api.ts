import type { GetShardIteratorCommandInput, KinesisClient, Shard } from '@aws-sdk/client-kinesis';
import { classifyError, errorCode } from '../../aws/classify-error.js';
import type { CredentialSource } from '../../aws/credential-source.js';
import { AwsError } from '../../errors/aws-error.js';
import type { RecordBatch, ShardStart, StreamRecord } from '../../model/stream-record.js';
import type { ShardInfo } from './shard-tree.js';

/** Where a stream stands and who may read it. */
export interface StreamAccess {
  readonly streamArn: string;
  readonly accountId: string;
  readonly region: string;
  readonly credentials: CredentialSource;
  /** The client; `push` for SubscribeToShard. */
  readonly client: (push?: boolean) => Promise<KinesisClient>;
}

/** What one GetRecords brought, and where the next one goes on. */
export interface FetchedRecords extends RecordBatch {
  /** Undefined: the shard was read to its end. */
  readonly next: string | undefined;
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
}

/** Shards a page of ListShards. */
const SHARDS_A_PAGE = 1_000;

/**
 * The calls of Kinesis that reading takes, for one stream, named by its ARN. Each throws an AwsError
 * that says what the refusal means; none retries, but for credentials that have run out.
 */
export class KinesisApi {
  readonly #access: StreamAccess;

  constructor(access: StreamAccess) {
    this.#access = access;
  }

  get streamArn(): string {
    return this.#access.streamArn;
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
      const answer = await this.#send('ListShards', signal, (client, options) =>
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
    }));
  }

  async facts(signal: AbortSignal): Promise<StreamFacts> {
    const { DescribeStreamSummaryCommand } = await import('@aws-sdk/client-kinesis');
    const { StreamDescriptionSummary: summary } = await this.#send(
      'DescribeStreamSummary',
      signal,
      (client, options) =>
        client.send(new DescribeStreamSummaryCommand({ StreamARN: this.streamArn }), options),
    );
    return {
      status: summary?.StreamStatus ?? 'UNKNOWN',
      retentionMs: (summary?.RetentionPeriodHours ?? 24) * 3_600_000,
    };
  }

  /** An iterator; good for five minutes. */
  async iterator(shardId: string, from: ShardStart, signal: AbortSignal): Promise<string> {
    const { GetShardIteratorCommand } = await import('@aws-sdk/client-kinesis');
    const input = { StreamARN: this.streamArn, ShardId: shardId, ...iteratorInput(from) };
    const { ShardIterator: iterator } = await this.#send(
      'GetShardIterator',
      signal,
      (client, options) => client.send(new GetShardIteratorCommand(input), options),
    );
    if (iterator === undefined) throw this.#malformed('GetShardIterator', 'no iterator');
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
    const answer = await this.#send('GetRecords', signal, (client, options) =>
      client.send(new GetRecordsCommand(input), options),
    );
    return {
      shardId,
      records: (answer.Records ?? []).map(recordOf),
      millisBehindLatest: answer.MillisBehindLatest ?? 0,
      next: answer.NextShardIterator ?? undefined,
    };
  }

  /** The ARN of a consumer of this name, registered where there is none. Undefined while it is being made. */
  async consumer(name: string, signal: AbortSignal): Promise<string | undefined> {
    const { DescribeStreamConsumerCommand, RegisterStreamConsumerCommand } =
      await import('@aws-sdk/client-kinesis');
    const input = { StreamARN: this.streamArn, ConsumerName: name };
    try {
      const { ConsumerDescription: consumer } = await this.#send(
        'DescribeStreamConsumer',
        signal,
        (client, options) => client.send(new DescribeStreamConsumerCommand(input), options),
      );
      return consumer?.ConsumerStatus === 'ACTIVE' ? consumer.ConsumerARN : undefined;
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== 'aws.ResourceNotFound') throw error;
    }
    await this.#send('RegisterStreamConsumer', signal, (client, options) =>
      client.send(new RegisterStreamConsumerCommand(input), options),
    );
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
    const { EventStream: stream } = await this.#send(
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
        };
      }
    } catch (error) {
      signal.throwIfAborted();
      throw this.#understood('SubscribeToShard', error);
    }
  }

  async #send<T>(
    operation: string,
    signal: AbortSignal,
    send: (client: KinesisClient, options: { abortSignal: AbortSignal }) => Promise<T>,
    push = false,
  ): Promise<T> {
    const { client, credentials } = this.#access;
    const sign = await credentials.get();
    try {
      return await send(await client(push), { abortSignal: signal });
    } catch (error) {
      signal.throwIfAborted();
      const expired = classifyError(error).errorClass === 'expired-credentials';
      if (!expired || !(await credentials.renew(sign))) throw this.#understood(operation, error);
    }
    try {
      return await send(await client(push), { abortSignal: signal });
    } catch (error) {
      signal.throwIfAborted();
      throw this.#understood(operation, error);
    }
  }

  #understood(operation: string, error: unknown): AwsError {
    const { errorClass, awsCode, message } = classifyError(error);
    const { accountId, region } = this.#access;
    return new AwsError(`${operation} of ${this.streamArn}: ${message}`, {
      code: errorCode(awsCode),
      errorClass,
      operation,
      accountId,
      region,
    });
  }

  #malformed(operation: string, what: string): AwsError {
    const { accountId, region } = this.#access;
    return new AwsError(`${operation} of ${this.streamArn}: the answer holds ${what}`, {
      code: 'aws.MalformedResponse',
      errorClass: 'transient',
      operation,
      accountId,
      region,
    });
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

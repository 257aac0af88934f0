import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  KinesisClient,
  PutRecordsCommand,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Checkpoint, RecordBatch } from '../../../src/model/stream-record.js';
import { KinesisApi } from '../../../src/sources/kinesis/kinesis-api.js';
import { kinesisRecords } from '../../../src/sources/kinesis/kinesis-records.js';
import type { KinesisRecordsOptions } from '../../../src/sources/kinesis/kinesis-records.js';
import { ShardLine } from '../../../src/flow/shard-line.js';

export const ACCOUNT = '111111111111';
export const REGION = 'us-east-1';

/** A client of an emulator; the access key names the account. */
export function clientOf(url: string): KinesisClient {
  return new KinesisClient({
    endpoint: url,
    region: REGION,
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'x' },
    requestHandler: new NodeHttpHandler(),
    maxAttempts: 1,
  });
}

export function apiOf(url: string, streamArn: string): KinesisApi {
  const client = clientOf(url);
  const credentials = { accessKeyId: ACCOUNT, secretAccessKey: 'x' };
  return new KinesisApi({
    streamArn,
    accountId: ACCOUNT,
    region: REGION,
    credentials: {
      id: 'test',
      get: () => Promise.resolve(credentials),
      renew: () => Promise.resolve(false),
    },
    client: () => Promise.resolve(client),
  });
}

let streams = 0;

/** Makes a stream of its own; resolves with its ARN when it can be used. */
export async function makeStream(client: KinesisClient, shards: number): Promise<string> {
  streams += 1;
  const StreamName = `stream-${process.pid}-${streams}`;
  await client.send(new CreateStreamCommand({ StreamName, ShardCount: shards }));
  for (;;) {
    const { StreamDescriptionSummary: summary } = await client.send(
      new DescribeStreamSummaryCommand({ StreamName }),
    );
    if (summary?.StreamStatus === 'ACTIVE') return summary.StreamARN!;
    await sleep(20);
  }
}

/** Waits until the stream has come to rest after a change of its shards. */
export async function untilActive(client: KinesisClient, StreamARN: string): Promise<void> {
  for (;;) {
    await sleep(50);
    const { StreamDescriptionSummary: summary } = await client.send(
      new DescribeStreamSummaryCommand({ StreamARN }),
    );
    if (summary?.StreamStatus === 'ACTIVE') return;
  }
}

export async function put(
  client: KinesisClient,
  StreamARN: string,
  texts: readonly string[],
): Promise<void> {
  const Records = texts.map((text) => ({ Data: Buffer.from(text), PartitionKey: text }));
  await client.send(new PutRecordsCommand({ StreamARN, Records }));
}

/** Reads a stream as the pipeline does, with checkpoints in memory. */
export class Reader {
  readonly texts: string[] = [];
  readonly batches: RecordBatch[] = [];
  readonly said: string[] = [];
  readonly checkpoints = new Map<string, Checkpoint>();
  readonly lines = new Map<string, ShardLine>();
  /** Records settle as they come, unless this is false. */
  settles = true;
  failure: unknown;
  #subscription: { unsubscribe(): void } | undefined;

  start(api: KinesisRecordsOptions['api'], over: Partial<KinesisRecordsOptions> = {}): this {
    const say = (what: string) => this.said.push(what);
    const records$ = kinesisRecords({
      api,
      start: { type: 'trim_horizon' },
      checkpoint: (shardId) => this.checkpoints.get(shardId),
      ready: (shardId) => this.#line(shardId).below(100_000),
      finished: async (shardId) => {
        this.#line(shardId).close();
        await this.#line(shardId).whenFinished();
        this.checkpoints.set(shardId, { finished: true });
      },
      polling: { activeMs: 200, idleMs: 200 },
      listEveryMs: 60_000,
      events: {
        retry: (_, error) => say(`retry ${error.code}`),
        gap: (_, error) => say(`gap ${error.code}`),
        opened: (shardId, from) => say(`opened ${shardId} ${from.type}`),
        ended: (shardId) => say(`ended ${shardId}`),
        listed: () => undefined,
        failed: (error) => say(`failed ${error.code}`),
      },
      ...over,
    });
    this.#subscription = records$.subscribe({
      next: (batch) => this.#take(batch),
      error: (error) => (this.failure = error),
    });
    return this;
  }

  stop(): void {
    this.#subscription?.unsubscribe();
  }

  /** Waits until so many records came. */
  async until(count: number): Promise<void> {
    const deadline = Date.now() + 15_000;
    while (this.texts.length < count) {
      if (this.failure !== undefined) throw this.failure as Error;
      if (Date.now() > deadline) {
        throw new Error(`${this.texts.length} of ${count} records came; ${this.said.join(', ')}`);
      }
      await sleep(20);
    }
  }

  #line(shardId: string): ShardLine {
    const line = this.lines.get(shardId) ?? new ShardLine();
    this.lines.set(shardId, line);
    return line;
  }

  #take(batch: RecordBatch): void {
    this.batches.push(batch);
    for (const { sequenceNumber, data, arrivedAt } of batch.records) {
      const receipt = this.#line(batch.shardId).enter(sequenceNumber, data.length, arrivedAt);
      this.texts.push(Buffer.from(data).toString());
      if (!this.settles) continue;
      receipt.settle();
      this.checkpoints.set(batch.shardId, { sequenceNumber, finished: false });
    }
  }
}

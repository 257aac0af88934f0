import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** What an engine answers to one call of the Kinesis API. */
export interface EngineAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A stream only for SubscribeToShard. */
  readonly body: Buffer | Readable;
}

/** A record as it is put. */
export interface StreamEntry {
  readonly data: Buffer;
  readonly partitionKey: string;
}

/** Whose stream it is, and how it begins. */
export interface StreamOptions {
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  readonly streamName: string;
  readonly shards: number;
}

/** What stands behind the simulated Kinesis: one stream, spoken to in operations of the Kinesis API (JSON 1.1). */
export interface StreamEngine {
  readonly streamArn: string;
  answer(operation: string, body: Buffer): Promise<EngineAnswer>;
  /** Puts at most 500 records of at most 5 MiB together, in order. */
  put(entries: readonly StreamEntry[]): Promise<void>;
  close(): Promise<void>;
}

/** Calls an operation; throws what the engine refuses. */
export async function callEngine(
  engine: Pick<StreamEngine, 'answer'>,
  operation: string,
  input: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const { status, body } = await engine.answer(operation, Buffer.from(JSON.stringify(input)));
  if (!Buffer.isBuffer(body)) throw new Error(`${operation} answers with a stream of events`);
  const output = body.length === 0 ? {} : (JSON.parse(body.toString('utf8')) as object);
  if (status === 200) return output as Record<string, unknown>;
  throw new Error(`the stream refuses ${operation}: ${body.toString('utf8')}`);
}

/** Waits until the stream has come to rest after it was made or its shards were changed. */
export async function untilActive(
  engine: Pick<StreamEngine, 'answer' | 'streamArn'>,
): Promise<void> {
  for (;;) {
    const { StreamDescriptionSummary: summary } = await callEngine(
      engine,
      'DescribeStreamSummary',
      { StreamARN: engine.streamArn },
    );
    if ((summary as { StreamStatus?: string }).StreamStatus === 'ACTIVE') return;
    await sleep(20);
  }
}

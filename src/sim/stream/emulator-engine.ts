import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { startEmulator } from './emulator.js';
import {
  callEngine,
  untilActive,
  type EngineAnswer,
  type StreamEngine,
  type StreamEntry,
  type StreamOptions,
} from './stream-engine.js';

/** Kinesis holds records in the order of their arrival; so batches go one after the other, and once more where it was refused. */
const TRIES = 5;

/** A stream in kinesis-local, which runs in a process of its own. */
export async function emulatorEngine(options: StreamOptions): Promise<StreamEngine> {
  const emulator = await startEmulator();
  const pool = new Pool(emulator.url, { headersTimeout: 0, bodyTimeout: 0 });
  const { accountId, region, partition, streamName } = options;
  const engine: StreamEngine = {
    streamArn: `arn:${partition}:kinesis:${region}:${accountId}:stream/${streamName}`,
    answer: (operation, body) => answer(pool, options, operation, body),
    put: (entries) => put(engine, entries),
    close: async () => {
      await pool.destroy();
      await emulator.close();
    },
  };
  try {
    await callEngine(engine, 'CreateStream', {
      StreamName: streamName,
      ShardCount: options.shards,
    });
    await untilActive(engine);
  } catch (error) {
    await engine.close();
    throw error;
  }
  return engine;
}

/** The emulator reads account and region from the credential scope, and checks no signature. */
async function answer(
  pool: Pool,
  { accountId, region }: StreamOptions,
  operation: string,
  body: Buffer,
): Promise<EngineAnswer> {
  const now = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `${accountId}/${now.slice(0, 8)}/${region}/kinesis/aws4_request`;
  const response = await pool.request({
    method: 'POST',
    path: '/',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `Kinesis_20131202.${operation}`,
      'x-amz-date': now,
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
    },
    body,
  });
  const headers: Record<string, string> = {};
  for (const name of ['content-type', 'x-amzn-requestid']) {
    const value = response.headers[name];
    if (typeof value === 'string') headers[name] = value;
  }
  const streams = operation === 'SubscribeToShard' && response.statusCode === 200;
  return {
    status: response.statusCode,
    headers,
    body: streams ? response.body : Buffer.from(await response.body.arrayBuffer()),
  };
}

async function put(engine: StreamEngine, entries: readonly StreamEntry[]): Promise<void> {
  let rest = entries;
  for (let tried = 0; tried < TRIES; tried++) {
    const { Records: results } = await callEngine(engine, 'PutRecords', {
      StreamARN: engine.streamArn,
      Records: rest.map(({ data, partitionKey }) => ({
        Data: data.toString('base64'),
        PartitionKey: partitionKey,
      })),
    });
    const codes = (results as { ErrorCode?: string | null }[]).map(({ ErrorCode }) => ErrorCode);
    rest = rest.filter((_, i) => typeof codes[i] === 'string');
    if (rest.length === 0) return;
    await sleep(50);
  }
  throw new Error(`the emulator of Kinesis refused ${rest.length} records ${TRIES} times`);
}

import type { Aws } from '../../aws/aws.js';
import { parseArn } from '../../aws/partition.js';
import { AwsError } from '../../errors/aws-error.js';
import { EnvironmentError } from '../../errors/environment-error.js';
import { SYSTEM_CLOCK } from './clock.js';
import type { Clock } from './clock.js';
import { KinesisApi } from './kinesis-api.js';
import type { StreamFacts } from './kinesis-api.js';
import { retryAfterMs } from './retry-after.js';

/** Which stream, and the role that may read it (one of another account, mostly). */
export interface StreamConfig {
  readonly streamArn: string;
  readonly roleArn?: string;
  /** Name of the consumer of enhanced fan-out; shards are polled where absent. */
  readonly consumer?: string;
}

/** A stream that was found to be there and readable. */
export interface OpenStream {
  readonly api: KinesisApi;
  readonly facts: StreamFacts;
}

/** Tries of a start that the stream throttles or does not answer: about ten seconds. */
const TRIES = 7;
/** A stream that is being made is looked at so often, and for so long. */
const LOOK_MS = 1_000;
const LOOKS = 120;

/**
 * Opens a stream, with its role's credentials or the caller's own. Waits for one that is being made.
 * Throws an EnvironmentError where it does not exist, may not be read, or can't be reached in a few
 * tries: better at the start than never.
 */
export async function openStream(
  aws: Pick<Aws, 'base' | 'region' | 'credentials' | 'clients'>,
  config: StreamConfig,
  signal: AbortSignal,
  clock: Clock = SYSTEM_CLOCK,
): Promise<OpenStream> {
  const api = apiOf(aws, config);
  const ask = <T>(call: () => Promise<T>): Promise<T> => someTries(call, signal, clock);
  try {
    let facts = await ask(() => api.facts(signal));
    for (let looks = 0; facts.status === 'CREATING' && looks < LOOKS; looks += 1) {
      await clock.wait(LOOK_MS, signal);
      facts = await ask(() => api.facts(signal));
    }
    if (facts.status === 'CREATING' || facts.status === 'DELETING') {
      throw unreadable(config, 'aws.StreamNotActive', `it is ${facts.status}`);
    }
    await ask(() => api.shards(signal));
    return { api, facts };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw unreadable(config, error.code, error.message, error);
  }
}

function apiOf(
  aws: Pick<Aws, 'base' | 'region' | 'credentials' | 'clients'>,
  { streamArn, roleArn }: StreamConfig,
): KinesisApi {
  const arn = parseArn(streamArn);
  const [accountId, region] = [arn?.accountId ?? '', arn?.region ?? aws.region];
  const credentials = roleArn === undefined ? aws.base : aws.credentials.of({ accountId, roleArn });
  return new KinesisApi({
    streamArn,
    accountId,
    region,
    credentials,
    client: (push) => aws.clients.bind(region, credentials).kinesis(push),
  });
}

async function someTries<T>(call: () => Promise<T>, signal: AbortSignal, clock: Clock): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await call();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof AwsError) || failures >= TRIES) throw error;
      if (error.errorClass !== 'throttled' && error.errorClass !== 'transient') throw error;
      await clock.wait(retryAfterMs(error, failures, Math.random), signal);
    }
  }
}

const CALLS = ['DescribeStreamSummary', 'ListShards', 'GetShardIterator', 'GetRecords'];
const FAN_OUT_CALLS = ['DescribeStreamConsumer', 'RegisterStreamConsumer', 'SubscribeToShard'];

function unreadable(
  { streamArn, roleArn, consumer }: StreamConfig,
  code: string,
  why: string,
  cause?: unknown,
): EnvironmentError {
  const calls = consumer === undefined ? CALLS : [...CALLS, ...FAN_OUT_CALLS];
  const who = roleArn ?? 'the own credentials';
  return new EnvironmentError(`the stream ${streamArn} cannot be read: ${why}`, {
    code,
    hint: `Check live.kinesis.streamArn, and that ${who} may call kinesis:${calls.join(', ')} on it.`,
    ...(cause !== undefined && { cause }),
  });
}

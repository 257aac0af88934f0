import type { Aws } from '../../aws/aws.js';
import { parseArn } from '../../aws/partition.js';
import { AwsError } from '../../errors/aws-error.js';
import { EnvironmentError } from '../../errors/environment-error.js';
import { KinesisApi } from './kinesis-api.js';
import type { StreamFacts } from './kinesis-api.js';

/** Which stream, and the role that may read it (one of another account, mostly). */
export interface StreamConfig {
  readonly streamArn: string;
  readonly roleArn?: string;
}

/** A stream that was found to be there and readable. */
export interface OpenStream {
  readonly api: KinesisApi;
  readonly facts: StreamFacts;
}

/**
 * Opens a stream, with its role's credentials or the caller's own. Throws an EnvironmentError where it
 * does not exist, may not be read, or can't be reached: better at the start than never.
 */
export async function openStream(
  aws: Aws,
  config: StreamConfig,
  signal: AbortSignal,
): Promise<OpenStream> {
  const { streamArn, roleArn } = config;
  const arn = parseArn(streamArn);
  const [accountId, region] = [arn?.accountId ?? '', arn?.region ?? aws.region];
  const credentials = roleArn === undefined ? aws.base : aws.credentials.of({ accountId, roleArn });
  const api = new KinesisApi({
    streamArn,
    accountId,
    region,
    credentials,
    client: (push) => aws.clients.bind(region, credentials).kinesis(push),
  });
  try {
    const facts = await api.facts(signal);
    await api.shards(signal);
    return { api, facts };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new EnvironmentError(`the stream ${streamArn} cannot be read: ${error.message}`, {
      code: error.code,
      hint: 'Check live.kinesis.streamArn, and that its role (or the own credentials) may call kinesis:DescribeStreamSummary, ListShards, GetShardIterator and GetRecords on it.',
      cause: error,
    });
  }
}

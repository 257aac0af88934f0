import type { S3Client } from '@aws-sdk/client-s3';
import { AwsError } from '../../errors/aws-error.js';
import { GLOBAL } from '../../model/resource-key.js';
import type { Scope } from '../../model/scope.js';
import { malformed } from '../malformed.js';
import { paginate } from '../paginate.js';
import { S3_BUCKET } from '../special-kinds.js';
import type { SourceContext } from './source-context.js';

/**
 * `RegionalDomainName` of a bucket: `{name}.s3.{region}.amazonaws.com`, before 2019 in places
 * `{name}.s3-{region}.…` (from the type's schema and S3's endpoint list). Names may hold dots, so the
 * last match counts.
 */
const DOMAIN =
  /"(?:RegionalDomainName|DualStackDomainName)"\s*:\s*"[^"]*\.s3[.-](?:dualstack\.)?([a-z]{2}(?:-[a-z]+)+-\d+)\.amazonaws\.com/;

/** The bucket's region as its properties tell it; undefined where they do not. */
export function regionInProperties(body: string | undefined): string | undefined {
  return body === undefined ? undefined : DOMAIN.exec(body)?.[1];
}

/** Buckets a page of ListBuckets: S3 tells regions only where a parameter is given. */
const MAX_BUCKETS = 1000;

/**
 * The regions of an account's buckets by name, as one `s3:ListBuckets` tells them; with a prefix, of
 * the buckets whose names begin so. Undefined where the call is not allowed or not understood: it is a
 * short cut, and reading in each region finds the same.
 */
export async function listedBucketRegions(
  { aws, directory }: SourceContext,
  accountId: string,
  prefix?: string,
): Promise<ReadonlyMap<string, string> | undefined> {
  const region = await directory.mainRegion(accountId, S3_BUCKET);
  const target = {
    accountId,
    region,
    credentials: directory.credentials(accountId),
    operation: 'ListBuckets',
  };
  const fetchPage = async (token: string | undefined) => {
    const answer = await aws.caller.call(target, async (clients, options) => {
      const { ListBucketsCommand } = await import('@aws-sdk/client-s3');
      const client: S3Client = await clients.s3();
      const input = {
        MaxBuckets: MAX_BUCKETS,
        ...(prefix === undefined ? {} : { Prefix: prefix }),
        ...(token === undefined ? {} : { ContinuationToken: token }),
      };
      return client.send(new ListBucketsCommand(input), options);
    });
    return { value: answer.Buckets ?? [], nextToken: answer.ContinuationToken };
  };
  const regions = new Map<string, string>();
  try {
    for await (const page of paginate(fetchPage, () =>
      malformed(target, 'its page tokens run in a circle'),
    )) {
      for (const bucket of page) {
        if (bucket.Name !== undefined && bucket.BucketRegion)
          regions.set(bucket.Name, bucket.BucketRegion);
        // A service that leaves the region out can't be asked for it.
        else return undefined;
      }
    }
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
  return regions;
}

/** Whether a bucket is there: `elsewhere` where S3 said that it is in another region. */
export type Probe = (region: string) => Promise<'here' | 'absent' | 'elsewhere'>;

/** Where a bucket was found by asking region by region. */
export type Whereabouts =
  | { readonly state: 'found'; readonly region: string }
  /** Every region said that it is not there. */
  | { readonly state: 'nowhere' }
  /** Some region could not be asked, for this reason. */
  | { readonly state: 'unknown'; readonly reason: unknown };

/** Asks the account's enabled regions for a bucket, one after the other, likely ones first. */
export async function probeRegions(
  context: SourceContext,
  scope: Pick<Scope, 'accountId'>,
  likely: readonly (string | undefined)[],
  probe: Probe,
): Promise<Whereabouts> {
  const enabled = await context.directory.enabledRegions(scope.accountId);
  const order = new Set([
    ...likely.filter((region) => region !== undefined && region !== GLOBAL),
    ...enabled,
  ]);
  let failed: { readonly reason: unknown } | undefined;
  for (const region of order as Set<string>) {
    try {
      if ((await probe(region)) === 'here') return { state: 'found', region };
    } catch (reason) {
      if (!(reason instanceof AwsError)) throw reason;
      failed ??= { reason };
    }
  }
  return failed === undefined ? { state: 'nowhere' } : { state: 'unknown', ...failed };
}

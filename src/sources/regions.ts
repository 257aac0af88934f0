import { ListRegionsCommand } from '@aws-sdk/client-account';
import type { AwsCaller } from '../aws/call.js';
import type { CredentialSource } from '../aws/credential-source.js';
import { mainRegionOf } from '../aws/partition.js';
import { AwsError } from '../errors/aws-error.js';
import type { Account } from './discovery-event.js';
import { paginate } from './paginate.js';

/**
 * The regions that an account may use, in the order of their names: `account:ListRegions` for those
 * enabled by default or by choice. Throws an AwsError where they can't be listed, and where the answer
 * holds none: every account has regions, so that answer is not believed.
 */
export async function enabledRegions(
  caller: AwsCaller,
  account: Account,
  credentials: CredentialSource,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const target = {
    accountId: account.id,
    // Account management is a global service: it is asked in the partition's main region.
    region: mainRegionOf(account.partition),
    credentials,
    operation: 'ListRegions',
    ...(signal === undefined ? {} : { signal }),
  };
  const broken = (what: string): AwsError =>
    new AwsError(`ListRegions in ${account.id}: ${what}`, {
      ...target,
      code: 'aws.MalformedResponse',
      errorClass: 'failed',
    });
  const fetchPage = async (token: string | undefined) => {
    const answer = await caller.call(target, (clients, options) =>
      clients.account.send(
        new ListRegionsCommand({
          RegionOptStatusContains: ['ENABLED', 'ENABLED_BY_DEFAULT'],
          ...(token === undefined ? {} : { NextToken: token }),
        }),
        options,
      ),
    );
    return { value: answer.Regions, nextToken: answer.NextToken };
  };
  const regions = new Set<string>();
  for await (const page of paginate(fetchPage, () => broken('its page tokens run in a circle'))) {
    if (page !== undefined && !Array.isArray(page))
      throw broken('the answer holds no list of regions');
    for (const region of page ?? []) {
      const enabled =
        region.RegionOptStatus === undefined || region.RegionOptStatus.startsWith('ENABLED');
      if (region.RegionName && enabled) regions.add(region.RegionName);
    }
  }
  if (regions.size === 0) throw broken('the answer holds no region');
  return [...regions].sort();
}

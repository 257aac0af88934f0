import type { CallTarget } from '../../aws/call.js';
import { AwsError } from '../../errors/aws-error.js';
import type { AccountDirectory } from '../account-directory.js';

/** How AWS answers credentials that are good elsewhere in a region that the account has not enabled. */
const UNKNOWN_THERE = new Set([
  'aws.UnrecognizedClient',
  'aws.InvalidClientTokenId',
  'aws.InvalidToken',
]);

/**
 * Calls AWS; where fresh credentials are still not known to a region, asks the account whether the
 * region is enabled at all, since it may have been opted out of after discovery. Only then is the error
 * one that skips the scope; in a region that is enabled it stays a failure.
 */
export async function tellOptedOut<T>(
  directory: AccountDirectory,
  target: CallTarget,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof AwsError) || !UNKNOWN_THERE.has(error.code)) throw error;
    const enabled = await directory.freshRegions(target.accountId).catch(() => undefined);
    if (enabled === undefined || enabled.includes(target.region)) throw error;
    throw new AwsError(`region ${target.region} is not enabled in account ${target.accountId}`, {
      code: 'aws.RegionDisabled',
      errorClass: 'not-opted-in',
      operation: target.operation,
      accountId: target.accountId,
      region: target.region,
    });
  }
}

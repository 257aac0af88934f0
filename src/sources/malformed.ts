import type { CallTarget } from '../aws/call.js';
import { AwsError } from '../errors/aws-error.js';

/** An answer that AWS should not have given. Proves nothing about the resources of its scope. */
export function malformed(
  target: Pick<CallTarget, 'accountId' | 'region' | 'operation'>,
  what: string,
): AwsError {
  const { accountId, region, operation } = target;
  return new AwsError(`${operation} in ${accountId} ${region}: ${what}`, {
    code: 'aws.MalformedResponse',
    errorClass: 'failed',
    operation,
    accountId,
    region,
  });
}

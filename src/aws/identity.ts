import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { AwsError } from '../errors/aws-error.js';
import { EnvironmentError } from '../errors/environment-error.js';
import type { AwsCaller } from './call.js';
import type { CredentialSource } from './credential-source.js';
import { parseArn } from './partition.js';

/** Who the caller is. */
export interface Identity {
  readonly accountId: string;
  /** `aws`, `aws-us-gov` or `aws-cn`: from the caller's ARN. */
  readonly partition: string;
}

/**
 * Asks STS who the caller is: needs no permission, so a refusal means that the credentials are wrong.
 * Throws an EnvironmentError where there are none, they are refused, or AWS can't be reached.
 */
export async function callerIdentity(
  caller: AwsCaller,
  base: CredentialSource,
  region: string,
): Promise<Identity> {
  const target = { accountId: 'own', region, credentials: base, operation: 'GetCallerIdentity' };
  try {
    const answer = await caller.call(target, (clients, options) =>
      clients.sts.send(new GetCallerIdentityCommand({}), options),
    );
    const partition = parseArn(answer.Arn ?? '')?.partition;
    if (!answer.Account || partition === undefined) {
      throw new EnvironmentError('AWS STS did not say whose credentials these are', {
        code: 'aws.identity',
        hint: 'Check AWS_ENDPOINT_URL: the answer to GetCallerIdentity holds no account or ARN.',
      });
    }
    return { accountId: answer.Account, partition };
  } catch (error) {
    throw error instanceof AwsError ? explained(error) : error;
  }
}

function explained(error: AwsError): EnvironmentError {
  const refused = error.errorClass === 'denied' || error.errorClass === 'expired-credentials';
  return new EnvironmentError(
    refused
      ? `AWS refuses the credentials: ${error.message}`
      : `AWS cannot be asked: ${error.message}`,
    {
      code: refused ? 'aws.credentials-refused' : 'aws.unreachable',
      hint: refused
        ? 'Check that the AWS credentials are current and belong to the right partition.'
        : 'Check the network, HTTPS_PROXY and AWS_ENDPOINT_URL.',
      cause: error,
    },
  );
}

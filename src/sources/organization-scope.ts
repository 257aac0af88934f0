import type { Aws } from '../aws/aws.js';
import { parseArn } from '../aws/partition.js';
import type { Pipeline } from '../config/pipeline.js';
import { AwsError } from '../errors/aws-error.js';
import { GLOBAL } from '../model/resource-key.js';
import type { Scope } from '../model/scope.js';
import { organizationCalls } from './accounts.js';
import type { DiscoveredScope } from './resource-source.js';
import { scopeEndOf } from './scope-end.js';
import { ORGANIZATION_ACCOUNT } from './special-kinds.js';

/** Not an error of the account: it is simply in no organization. */
const NOT_IN_USE = 'aws.AWSOrganizationsNotInUse';

/**
 * The one scope of `AWS::Organizations::Account`: that of the management account, whose id stands in
 * the ARN of every account (`arn:aws:organizations::{management}:account/o-…/{id}`). Ended where the
 * organization can't be asked; skipped where there is none and the pipeline does not say that there is.
 */
export async function organizationScope(aws: Aws, pipeline: Pipeline): Promise<DiscoveredScope> {
  const { organization } = pipeline.aws;
  const role = parseArn(organization?.roleArn ?? '');
  const asked = role?.accountId ?? aws.identity.accountId;
  const scopeOf = (accountId: string): Scope => ({
    kind: ORGANIZATION_ACCOUNT,
    accountId,
    region: GLOBAL,
  });
  try {
    const calls = organizationCalls(aws, asked, role?.partition ?? aws.identity.partition);
    const { value } = await calls.accounts().next();
    const management = parseArn(value?.[0]?.Arn ?? '')?.accountId;
    return {
      type: 'scope',
      scope: scopeOf(management === undefined || management === '' ? asked : management),
    };
  } catch (error) {
    const end = scopeEndOf(error);
    const none =
      organization === undefined && error instanceof AwsError && error.code === NOT_IN_USE;
    return {
      type: 'ended',
      scope: scopeOf(asked),
      end: none ? { ...end, status: 'skipped' } : end,
    };
  }
}

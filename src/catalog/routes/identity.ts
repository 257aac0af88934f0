import { arn, at, mapped, only } from './find.js';
import { route } from './route.js';
import type { Route } from './route.js';

const SECRET = at('RE.arn', 'RE.aRN', 'RP.secretId');

/** Everything that changes one of IAM's named things, by what its request names it. */
function iam(kind: string, stem: string, parameter: string, more = ''): Route {
  const events = `Create${stem} Update${stem}* Put${stem}* Delete${stem}?* Attach${stem}* Detach${stem}* Tag${stem} Untag${stem} ${more}`;
  return route(`AWS::IAM::${kind}`, 'iam', events, at(`RP.${parameter}`), {
    absent: `Delete${stem}`,
  });
}

/** Who may do what. */
export const IDENTITY_ROUTES: readonly Route[] = [
  iam('Role', 'Role', 'roleName', 'UpdateAssumeRolePolicy AddRoleToInstanceProfile'),
  route('AWS::IAM::Role', 'iam', 'CreateServiceLinkedRole', at('RE.role.roleName'), {}),
  iam(
    'User',
    'User',
    'userName',
    'AddUserToGroup RemoveUserFromGroup CreateLoginProfile DeleteLoginProfile UpdateLoginProfile',
  ),
  iam('Group', 'Group', 'groupName', 'AddUserToGroup RemoveUserFromGroup'),
  route(
    'AWS::IAM::ManagedPolicy',
    'iam',
    'CreatePolicy CreatePolicyVersion DeletePolicyVersion SetDefaultPolicyVersion TagPolicy UntagPolicy AttachRolePolicy DetachRolePolicy AttachUserPolicy DetachUserPolicy AttachGroupPolicy DetachGroupPolicy',
    // Policies of AWS itself are nobody's resources.
    only(at('RE.policy.arn', 'RP.policyArn'), /^arn:[^:]+:iam::\d+:policy\/.*$/),
    { absent: 'DeletePolicy' },
  ),
  route(
    'AWS::IAM::InstanceProfile',
    'iam',
    'CreateInstanceProfile AddRoleToInstanceProfile RemoveRoleFromInstanceProfile TagInstanceProfile UntagInstanceProfile',
    at('RP.instanceProfileName'),
    { absent: 'DeleteInstanceProfile' },
  ),
  route(
    'AWS::KMS::Key',
    'kms',
    'CreateKey EnableKey DisableKey EnableKeyRotation DisableKeyRotation PutKeyPolicy UpdateKeyDescription ScheduleKeyDeletion CancelKeyDeletion TagResource UntagResource ReplicateKey',
    // Aliases name a key that only the listing tells.
    mapped(
      only(
        at('RE.keyMetadata.keyId', 'RE.keyId', 'RP.keyId'),
        /^(?:arn:[^:]+:kms:[^:]+:\d+:key\/)?(?:mrk-)?[0-9a-f-]{32,36}$/,
      ),
      (text) => text.split('/').at(-1)!,
    ),
  ),
  route('AWS::KMS::Alias', 'kms', 'CreateAlias UpdateAlias', at('RP.aliasName'), {
    absent: 'DeleteAlias',
  }),
  route(
    'AWS::SecretsManager::Secret',
    'secretsmanager',
    'CreateSecret UpdateSecret PutSecretValue RotateSecret RestoreSecret TagResource UntagResource PutResourcePolicy DeleteResourcePolicy',
    only(SECRET, /^arn:.*$/),
    { absent: 'DeleteSecret' },
  ),
  route(
    'AWS::SecretsManager::Secret',
    'secretsmanager',
    'UpdateSecret PutSecretValue RotateSecret RestoreSecret TagResource UntagResource PutResourcePolicy DeleteResourcePolicy',
    // A secret's ARN ends with its name and six letters that only the service knows.
    arn('secretsmanager', 'secret:{}-', only(SECRET, /^(?!arn:).*$/)),
    { absent: 'DeleteSecret', gives: 'prefixes' },
  ),
  route(
    'AWS::CertificateManager::Certificate',
    'acm',
    'RequestCertificate ImportCertificate AddTagsToCertificate RemoveTagsFromCertificate UpdateCertificateOptions RenewCertificate',
    at('RE.certificateArn', 'RP.certificateArn'),
    { absent: 'DeleteCertificate' },
  ),
  route(
    'AWS::Organizations::Account',
    'organizations',
    'MoveAccount TagResource UntagResource',
    only(at('RP.accountId', 'RP.resourceId'), /^\d{12}$/),
    { any: 'CloseAccount RemoveAccountFromOrganization' },
  ),
];

import type { Route, ServiceRoutes } from './route.js';

const IAM_ROUTES: readonly Route[] = [
  {
    kind: 'AWS::IAM::Role',
    present:
      'CreateRole UpdateRole UpdateRoleDescription UpdateAssumeRolePolicy PutRolePolicy DeleteRolePolicy AttachRolePolicy DetachRolePolicy PutRolePermissionsBoundary DeleteRolePermissionsBoundary TagRole UntagRole CreateServiceLinkedRole',
    absent: 'DeleteRole DeleteServiceLinkedRole',
    id: ['RP.roleName', 'RE.role.roleName'],
  },
  {
    kind: 'AWS::IAM::User',
    present:
      'CreateUser UpdateUser PutUserPolicy DeleteUserPolicy AttachUserPolicy DetachUserPolicy PutUserPermissionsBoundary DeleteUserPermissionsBoundary TagUser UntagUser AddUserToGroup RemoveUserFromGroup CreateLoginProfile UpdateLoginProfile DeleteLoginProfile',
    absent: 'DeleteUser',
    id: ['RP.userName', 'RE.user.userName'],
  },
  // Renamed.
  {
    kind: 'AWS::IAM::User',
    present: 'UpdateUser',
    when: 'RP.newUserName',
    id: 'RP.newUserName',
  },
  { kind: 'AWS::IAM::User', any: 'UpdateUser', when: 'RP.newUserName', id: 'RP.userName' },
  {
    kind: 'AWS::IAM::Group',
    present:
      'CreateGroup UpdateGroup PutGroupPolicy DeleteGroupPolicy AttachGroupPolicy DetachGroupPolicy',
    absent: 'DeleteGroup',
    id: ['RP.groupName', 'RE.group.groupName'],
  },
  {
    kind: 'AWS::IAM::Group',
    present: 'UpdateGroup',
    when: 'RP.newGroupName',
    id: 'RP.newGroupName',
  },
  { kind: 'AWS::IAM::Group', any: 'UpdateGroup', when: 'RP.newGroupName', id: 'RP.groupName' },
  // A policy shows whom it is attached to. Those that AWS manages belong to no account.
  {
    kind: 'AWS::IAM::ManagedPolicy',
    present:
      'CreatePolicy CreatePolicyVersion DeletePolicyVersion SetDefaultPolicyVersion TagPolicy UntagPolicy AttachRolePolicy DetachRolePolicy AttachUserPolicy DetachUserPolicy AttachGroupPolicy DetachGroupPolicy',
    absent: 'DeletePolicy',
    id: ['RE.policy.arn', 'RP.policyArn'],
  },
  {
    kind: 'AWS::IAM::InstanceProfile',
    present:
      'CreateInstanceProfile AddRoleToInstanceProfile RemoveRoleFromInstanceProfile TagInstanceProfile UntagInstanceProfile',
    absent: 'DeleteInstanceProfile',
    id: 'RP.instanceProfileName',
  },
  {
    kind: 'AWS::IAM::OIDCProvider',
    present:
      'CreateOpenIDConnectProvider AddClientIDToOpenIDConnectProvider RemoveClientIDFromOpenIDConnectProvider UpdateOpenIDConnectProviderThumbprint TagOpenIDConnectProvider UntagOpenIDConnectProvider',
    absent: 'DeleteOpenIDConnectProvider',
    id: ['RE.openIDConnectProviderArn', 'RP.openIDConnectProviderArn'],
  },
  {
    kind: 'AWS::IAM::SAMLProvider',
    present: 'CreateSAMLProvider UpdateSAMLProvider TagSAMLProvider UntagSAMLProvider',
    absent: 'DeleteSAMLProvider',
    id: ['RE.sAMLProviderArn', 'RP.sAMLProviderArn'],
  },
  {
    kind: 'AWS::IAM::ServerCertificate',
    present:
      'UploadServerCertificate UpdateServerCertificate TagServerCertificate UntagServerCertificate',
    absent: 'DeleteServerCertificate',
    id: 'RP.serverCertificateName',
  },
  ...(['Role', 'User', 'Group'] as const).map((owner): Route => ({
    kind: `AWS::IAM::${owner}Policy`,
    present: `Put${owner}Policy`,
    absent: `Delete${owner}Policy`,
    id: `{RP.policyName}|{RP.${owner.toLowerCase()}Name}`,
  })),
];

export const IAM: ServiceRoutes = {
  source: 'iam',
  routes: IAM_ROUTES,
  quiet:
    'CreateAccessKey UpdateAccessKey DeleteAccessKey ChangePassword EnableMFADevice DeactivateMFADevice ResyncMFADevice UploadSSHPublicKey UpdateSSHPublicKey DeleteSSHPublicKey UploadSigningCertificate UpdateSigningCertificate DeleteSigningCertificate CreateServiceSpecificCredential UpdateServiceSpecificCredential ResetServiceSpecificCredential DeleteServiceSpecificCredential GenerateCredentialReport GenerateServiceLastAccessedDetails GenerateOrganizationsAccessReport CreateAccountAlias DeleteAccountAlias UpdateAccountPasswordPolicy DeleteAccountPasswordPolicy SetSecurityTokenServicePreferences',
};

/** A key may be named by its id, its ARN or an alias; records of KMS list the key's ARN besides. */
const KEY = [
  'RE.keyMetadata.keyId',
  'RE.replicaKeyMetadata.keyId',
  'resources[].ARN ~ :key/(.+)$',
  'RP.keyId ~ :key/(.+)$',
  'RP.keyId ~ ^(?!alias/)[^:]+$',
];

const KEY_EVENTS = {
  present:
    'EnableKey DisableKey EnableKeyRotation DisableKeyRotation RotateKeyOnDemand RotateKey UpdateKeyDescription PutKeyPolicy TagResource UntagResource CancelKeyDeletion ImportKeyMaterial DeleteImportedKeyMaterial UpdatePrimaryRegion',
  // Whether a key on its way out is still to be seen depends on who asks.
  any: 'ScheduleKeyDeletion',
  absent: 'DeleteKey',
} as const;

export const KMS: ServiceRoutes = {
  source: 'kms',
  routes: [
    { kind: 'AWS::KMS::Key', ...KEY_EVENTS, id: KEY },
    // Only the index knows which keys are replicas.
    { kind: 'AWS::KMS::ReplicaKey', ...KEY_EVENTS, named: KEY },
    { kind: 'AWS::KMS::Key', present: 'CreateKey', id: KEY },
    // Told where the original is; the answer names the replica and where that is. `CreateKey` makes none.
    {
      kind: 'AWS::KMS::ReplicaKey',
      present: 'ReplicateKey CreateKey',
      when: 'RE.replicaKeyMetadata.arn',
      id: 'RE.replicaKeyMetadata.arn ~ :key/(.+)$',
    },
    {
      kind: 'AWS::KMS::Alias',
      present: 'CreateAlias UpdateAlias',
      absent: 'DeleteAlias',
      id: 'RP.aliasName',
    },
  ],
  quiet:
    'CreateGrant RetireGrant RevokeGrant Encrypt Decrypt ReEncrypt* GenerateDataKey* GenerateMac VerifyMac Sign Verify DeriveSharedSecret SynchronizeMultiRegionKey',
};

/** Where the ARN ends with six letters that only AWS knows. */
const SECRET = 'arn:{partition}:secretsmanager:{region}:{account}:secret';

export const SECRETS_MANAGER: ServiceRoutes = {
  source: 'secretsmanager',
  routes: [
    {
      kind: 'AWS::SecretsManager::Secret',
      present:
        'CreateSecret UpdateSecret PutSecretValue UpdateSecretVersionStage RotateSecret CancelRotateSecret RestoreSecret TagResource UntagResource PutResourcePolicy DeleteResourcePolicy ReplicateSecretToRegions RemoveRegionsFromReplication',
      absent: 'DeleteSecret',
      id: ['RE.arn', 'RE.aRN', 'RP.secretId ~ ^arn:.*'],
      named: [`${SECRET}:{RP.secretId ~ ^[^:]+$}-`, `${SECRET}:{RP.name}-`],
    },
    {
      kind: 'AWS::SecretsManager::Secret',
      absent: 'EndSecretDelete',
      present: 'RotationSucceeded RotationFailed',
      id: ['additionalEventData.ARN', 'additionalEventData.SecretId ~ ^arn:.*'],
    },
  ],
  quiet:
    'StartSecretVersionDelete EndSecretVersionDelete CancelSecretVersionDelete StartSecretDelete RotationStarted RotationAbandoned TestRotation*',
};

export const ACM: ServiceRoutes = {
  source: 'acm',
  routes: [
    {
      kind: 'AWS::CertificateManager::Certificate',
      present:
        'RequestCertificate ImportCertificate RenewCertificate UpdateCertificateOptions AddTagsToCertificate RemoveTagsFromCertificate RevokeCertificate',
      absent: 'DeleteCertificate',
      id: ['RE.certificateArn', 'RP.certificateArn'],
    },
  ],
  quiet: 'ResendValidationEmail ExportCertificate',
};

/** The organization is asked as a whole: which accounts there are, and what they are called. */
export const ORGANIZATIONS: ServiceRoutes = {
  source: 'organizations',
  routes: [
    {
      kind: 'AWS::Organizations::Account',
      any: 'CreateAccount CreateAccountResult CreateGovCloudAccount CreateGovCloudAccountResult CloseAccount CloseAccountResult MoveAccount InviteAccountToOrganization AcceptHandshake LeaveOrganization RemoveAccountFromOrganization TagResource UntagResource',
    },
  ],
};

export const ACCOUNT: ServiceRoutes = {
  source: 'account',
  quiet: '*',
  routes: [
    {
      kind: 'AWS::Organizations::Account',
      any: 'PutAccountName StartPrimaryEmailUpdate AcceptPrimaryEmailUpdate',
    },
  ],
};

export const COGNITO: ServiceRoutes = {
  source: 'cognito-idp',
  routes: [
    {
      kind: 'AWS::Cognito::UserPool',
      present: 'CreateUserPool UpdateUserPool SetUserPoolMfaConfig AddCustomAttributes',
      absent: 'DeleteUserPool',
      id: ['RE.userPool.id', 'RP.userPoolId'],
    },
    {
      kind: 'AWS::Cognito::UserPool',
      present: 'TagResource UntagResource',
      id: 'RP.resourceArn ~ :userpool/(.+)$',
    },
    {
      kind: 'AWS::Cognito::UserPoolClient',
      present: 'CreateUserPoolClient UpdateUserPoolClient',
      absent: 'DeleteUserPoolClient',
      id: [
        '{RP.userPoolId}|{RP.clientId}',
        '{RE.userPoolClient.userPoolId}|{RE.userPoolClient.clientId}',
      ],
    },
  ],
  // What users of a pool do, and what is done for them.
  quiet:
    'InitiateAuth RespondToAuthChallenge AdminInitiateAuth AdminRespondToAuthChallenge SignUp ConfirmSignUp ForgotPassword ConfirmForgotPassword RevokeToken GlobalSignOut Token_POST Login_* Authorize_* OAuth2_* Logout_* ResendConfirmationCode',
};

import type { RouteCase } from './route-case.js';

/** Roles, keys, secrets, certificates, accounts. */
// prettier-ignore
export const IDENTITY_CASES: readonly RouteCase[] = [
  ['iam', 'CreateRole', { RP: { roleName: 'r' } }, ['IAM::Role = r present']],
  ['iam', 'CreateServiceLinkedRole', { RE: { role: { roleName: 'r' } } }, ['IAM::Role = r present']],
  ['iam', 'DeleteRole', { RP: { roleName: 'r' } }, ['IAM::Role = r absent']],
  ['iam', 'PutRolePolicy', { RP: { roleName: 'r', policyName: 'p' } }, [
    'IAM::Role = r present',
    'IAM::RolePolicy = p|r present',
  ]],
  ['iam', 'AttachRolePolicy', { RP: { roleName: 'r', policyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' } }, ['IAM::Role = r present']],
  ['iam', 'AttachRolePolicy', { RP: { roleName: 'r', policyArn: 'arn:aws:iam::111122223333:policy/p' } }, [
    'IAM::Role = r present',
    'IAM::ManagedPolicy = arn:aws:iam::111122223333:policy/p present',
  ]],
  ['iam', 'CreateUser', { RP: { userName: 'u' } }, ['IAM::User = u present']],
  ['iam', 'UpdateUser', { RP: { userName: 'u', newUserName: 'v' } }, [
    'IAM::User = u any',
    'IAM::User = v present',
  ]],
  ['iam', 'DeleteUserPolicy', { RP: { userName: 'u', policyName: 'p' } }, [
    'IAM::User = u present',
    'IAM::UserPolicy = p|u absent',
  ]],
  ['iam', 'AddUserToGroup', { RP: { userName: 'u', groupName: 'g' } }, ['IAM::User = u present']],
  ['iam', 'CreateGroup', { RP: { groupName: 'g' } }, ['IAM::Group = g present']],
  ['iam', 'UpdateGroup', { RP: { groupName: 'g', newGroupName: 'h' } }, [
    'IAM::Group = g any',
    'IAM::Group = h present',
  ]],
  ['iam', 'PutGroupPolicy', { RP: { groupName: 'g', policyName: 'p' } }, [
    'IAM::Group = g present',
    'IAM::GroupPolicy = p|g present',
  ]],
  ['iam', 'CreatePolicy', { RE: { policy: { arn: 'arn:aws:iam::111122223333:policy/p' } } }, ['IAM::ManagedPolicy = arn:aws:iam::111122223333:policy/p present']],
  ['iam', 'DeletePolicy', { RP: { policyArn: 'arn:aws:iam::111122223333:policy/p' } }, ['IAM::ManagedPolicy = arn:aws:iam::111122223333:policy/p absent']],
  ['iam', 'RemoveRoleFromInstanceProfile', { RP: { instanceProfileName: 'p', roleName: 'r' } }, ['IAM::InstanceProfile = p present']],
  ['iam', 'CreateOpenIDConnectProvider', { RE: { openIDConnectProviderArn: 'arn:aws:iam::111122223333:oidc-provider/x' } }, ['IAM::OIDCProvider = arn:aws:iam::111122223333:oidc-provider/x present']],
  ['iam', 'DeleteSAMLProvider', { RP: { sAMLProviderArn: 'arn:aws:iam::111122223333:saml-provider/x' } }, ['IAM::SAMLProvider = arn:aws:iam::111122223333:saml-provider/x absent']],
  ['iam', 'UploadServerCertificate', { RP: { serverCertificateName: 'c' } }, ['IAM::ServerCertificate = c present']],
  ['kms', 'CreateKey', { RE: { keyMetadata: { keyId: '00000000-0000-0000-0000-000000000001' } } }, ['KMS::Key = 00000000-0000-0000-0000-000000000001 present']],
  ['kms', 'EnableKeyRotation', { RP: { keyId: 'alias/a' }, resources: [{ ARN: 'arn:aws:kms:eu-west-1:111122223333:key/k-1' }] }, [
    'KMS::Key = k-1 present',
    'KMS::ReplicaKey ~ k-1 present',
  ]],
  ['kms', 'PutKeyPolicy', { RP: { keyId: 'arn:aws:kms:eu-west-1:111122223333:key/k-1' } }, [
    'KMS::Key = k-1 present',
    'KMS::ReplicaKey ~ k-1 present',
  ]],
  ['kms', 'DisableKey', { RP: { keyId: 'k-1' } }, [
    'KMS::Key = k-1 present',
    'KMS::ReplicaKey ~ k-1 present',
  ]],
  ['kms', 'ScheduleKeyDeletion', { RP: { keyId: 'k-1' } }, [
    'KMS::Key = k-1 any',
    'KMS::ReplicaKey ~ k-1 any',
  ]],
  ['kms', 'DeleteKey', { resources: [{ ARN: 'arn:aws:kms:eu-west-1:111122223333:key/k-1' }] }, [
    'KMS::Key = k-1 absent',
    'KMS::ReplicaKey ~ k-1 absent',
  ]],
  ['kms', 'DisableKey', { RP: { keyId: 'arn:aws:kms:us-east-1:999900001111:key/k-1' } }, [
    'KMS::Key = k-1 present in 999900001111 in us-east-1',
    'KMS::ReplicaKey ~ k-1 present in 999900001111 in us-east-1',
  ]],
  ['kms', 'ReplicateKey', { RP: { keyId: 'mrk-1', replicaRegion: 'us-east-1' }, RE: { replicaKeyMetadata: { keyId: 'mrk-1', arn: 'arn:aws:kms:us-east-1:111122223333:key/mrk-1' } } }, ['KMS::ReplicaKey = mrk-1 present in us-east-1']],
  ['kms', 'CreateAlias', { RP: { aliasName: 'alias/a', targetKeyId: 'k-1' } }, ['KMS::Alias = alias/a present']],
  ['kms', 'DeleteAlias', { RP: { aliasName: 'alias/a' } }, ['KMS::Alias = alias/a absent']],
  ['secretsmanager', 'CreateSecret', { RP: { name: 's' }, RE: { arn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:s-AbCdEf' } }, ['SecretsManager::Secret = arn:aws:secretsmanager:eu-west-1:111122223333:secret:s-AbCdEf present']],
  ['secretsmanager', 'UpdateSecret', { RP: { secretId: 'a/s' } }, ['SecretsManager::Secret ~ arn:aws:secretsmanager:eu-west-1:111122223333:secret:a/s- present']],
  ['secretsmanager', 'DeleteSecret', { RE: { aRN: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:s-AbCdEf' } }, ['SecretsManager::Secret = arn:aws:secretsmanager:eu-west-1:111122223333:secret:s-AbCdEf absent']],
  ['secretsmanager', 'EndSecretDelete', { additionalEventData: { ARN: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:s-AbCdEf' } }, ['SecretsManager::Secret = arn:aws:secretsmanager:eu-west-1:111122223333:secret:s-AbCdEf absent']],
  ['acm', 'RequestCertificate', { RE: { certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/c' } }, ['CertificateManager::Certificate = arn:aws:acm:eu-west-1:111122223333:certificate/c present']],
  ['acm', 'DeleteCertificate', { RP: { certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/c' } }, ['CertificateManager::Certificate = arn:aws:acm:eu-west-1:111122223333:certificate/c absent']],
  ['organizations', 'CloseAccount', { RP: { accountId: '999900001111' } }, ['Organizations::Account ?']],
  ['organizations', 'TagResource', { RP: { resourceId: '999900001111' } }, ['Organizations::Account ?']],
  ['organizations', 'CreateAccountResult', { serviceEventDetails: { createAccountStatus: { accountId: '999900001111' } } }, ['Organizations::Account ?']],
  ['account', 'PutAccountName', { RP: { accountName: 'n' } }, ['Organizations::Account ?']],
  ['cognito-idp', 'CreateUserPool', { RE: { userPool: { id: 'eu-west-1_1' } } }, ['Cognito::UserPool = eu-west-1_1 present']],
  ['cognito-idp', 'TagResource', { RP: { resourceArn: 'arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_1' } }, ['Cognito::UserPool = eu-west-1_1 present']],
  ['cognito-idp', 'UpdateUserPoolClient', { RP: { userPoolId: 'eu-west-1_1', clientId: 'c' } }, ['Cognito::UserPoolClient = eu-west-1_1|c present']],
];

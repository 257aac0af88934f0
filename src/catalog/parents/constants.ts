import type { AccountInputs, ValueInputs } from './list-inputs.js';

/** QuickSight asks for the account's id in every call. */
const ACCOUNT_ID: AccountInputs = { type: 'account', property: 'AwsAccountId' };

/** WAF keeps what is for CloudFront in the main region alone (reference of the `Scope` parameter). */
const WAF_SCOPE: ValueInputs = {
  type: 'values',
  property: 'Scope',
  values: ['REGIONAL', 'CLOUDFRONT'],
  mainRegionOnly: ['CLOUDFRONT'],
};

/**
 * Kinds that are listed by a constant, by name without `AWS::`. The values are those that the API
 * references of the services give for the parameter.
 */
export const CONSTANT_INPUTS: Readonly<Record<string, ValueInputs | AccountInputs>> = {
  'AppStream::User': values('AuthenticationType', 'USERPOOL'),
  'ApplicationAutoScaling::ScalingPolicy': values(
    'ServiceNamespace',
    'ecs',
    'elasticmapreduce',
    'ec2',
    'appstream',
    'dynamodb',
    'rds',
    'sagemaker',
    'custom-resource',
    'comprehend',
    'lambda',
    'cassandra',
    'kafka',
    'elasticache',
    'neptune',
    'workspaces',
  ),
  'Logs::AccountPolicy': values(
    'PolicyType',
    'DATA_PROTECTION_POLICY',
    'SUBSCRIPTION_FILTER_POLICY',
    'FIELD_INDEX_POLICY',
    'TRANSFORMER_POLICY',
  ),
  'OpenSearchServerless::AccessPolicy': values('Type', 'data'),
  'OpenSearchServerless::LifecyclePolicy': values('Type', 'retention'),
  'OpenSearchServerless::SecurityConfig': values('Type', 'saml', 'iamidentitycenter'),
  'OpenSearchServerless::SecurityPolicy': values('Type', 'encryption', 'network'),
  'Organizations::Policy': values(
    'Type',
    'SERVICE_CONTROL_POLICY',
    'RESOURCE_CONTROL_POLICY',
    'DECLARATIVE_POLICY_EC2',
    'BACKUP_POLICY',
    'TAG_POLICY',
    'CHATBOT_POLICY',
    'AISERVICES_OPT_OUT_POLICY',
  ),
  'QuickSight::Agent': ACCOUNT_ID,
  'QuickSight::Analysis': ACCOUNT_ID,
  'QuickSight::Dashboard': ACCOUNT_ID,
  'QuickSight::Space': ACCOUNT_ID,
  'QuickSight::Template': ACCOUNT_ID,
  'QuickSight::Theme': ACCOUNT_ID,
  'Rbin::Rule': values('ResourceType', 'EBS_SNAPSHOT', 'EC2_IMAGE'),
  'WAFv2::IPSet': WAF_SCOPE,
  'WAFv2::RegexPatternSet': WAF_SCOPE,
  'WAFv2::RuleGroup': WAF_SCOPE,
  'WAFv2::WebACL': WAF_SCOPE,
};

function values(property: string, ...all: string[]): ValueInputs {
  return { type: 'values', property, values: all };
}

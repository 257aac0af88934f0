/**
 * What the registry schemas do not say, kept by hand.
 *
 * @module
 */

/**
 * Services without regions: their types are listed once an account. From the services' AWS
 * documentation (endpoints and quotas pages). WAF here is WAF Classic; WAFv2 and WAFRegional have
 * regions.
 */
export const GLOBAL_SERVICES: ReadonlySet<string> = new Set([
  'CloudFront',
  'IAM',
  'Organizations',
  'Route53',
  'Shield',
  'WAF',
]);

/**
 * Types of regional services whose listing covers the account whatever region is asked: a bucket is
 * listed account-wide and read from its own region.
 */
export const GLOBAL_TYPES: ReadonlySet<string> = new Set(['AWS::S3::Bucket']);

/**
 * Types whose list handler takes inputs that only narrow the listing: the schema names them, requires
 * none, and the service's own list call works without (AWS documentation lists
 * `AWS::Logs::LogGroup` without any). Other types that name inputs are taken to need them.
 */
export const OPTIONAL_LIST_INPUTS: ReadonlySet<string> = new Set([
  'AWS::Bedrock::ApplicationInferenceProfile',
  'AWS::EC2::EC2Fleet',
  'AWS::ElasticLoadBalancingV2::TrustStore',
  'AWS::IoTWireless::TaskDefinition',
  'AWS::Lambda::CapacityProvider',
  'AWS::Lambda::NetworkConnector',
  'AWS::Logs::LogGroup',
  'AWS::S3Files::FileSystem',
  'AWS::SageMaker::Context',
]);

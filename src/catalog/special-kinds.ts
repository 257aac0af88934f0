/**
 * Kinds that Ocean's AWS integration knows besides Cloud Control types, and how this version stands
 * to them. A kind is supported by taking it off {@link UNSUPPORTED_KINDS}.
 *
 * @module
 */

/** Kinds with an API of their own in Ocean; some share their name with a Cloud Control type. */
export const OCEAN_SPECIAL_KINDS: readonly string[] = [
  'AWS::ACM::Certificate',
  'AWS::CloudFormation::Stack',
  'AWS::ELBV2::LoadBalancer',
  'AWS::ElastiCache::Cluster',
  'AWS::ImageBuilder::Image',
  'AWS::Organizations::Account',
  'AWS::ResourceGroups::Group',
  'AWS::S3::Bucket',
  'AWS::SQS::Queue',
];

/** Special kinds that this version cannot list yet, with the Cloud Control type that comes nearest. */
export const UNSUPPORTED_KINDS: ReadonlyMap<string, string | undefined> = new Map([
  ['AWS::ACM::Certificate', 'AWS::CertificateManager::Certificate'],
  ['AWS::ELBV2::LoadBalancer', 'AWS::ElasticLoadBalancingV2::LoadBalancer'],
  ['AWS::ElastiCache::Cluster', 'AWS::ElastiCache::CacheCluster'],
  ['AWS::ImageBuilder::Image', undefined],
]);

/** Whether the selector's `listGroupResources: true` (kind `AWS::ResourceGroups::Group`) is supported. */
export const SUPPORTS_LIST_GROUP_RESOURCES: boolean = false;

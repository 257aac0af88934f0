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

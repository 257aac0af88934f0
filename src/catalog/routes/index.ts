import { ACCOUNT, ACM, COGNITO, IAM, KMS, ORGANIZATIONS, SECRETS_MANAGER } from './identity.js';
import { AUTO_SCALING, ECR, ECS, EKS, LAMBDA } from './compute.js';
import { ELASTICACHE, OPENSEARCH, RDS, REDSHIFT } from './databases.js';
import { API_GATEWAY, CLOUDFRONT, LOAD_BALANCING, ROUTE53, WAF } from './delivery.js';
import { EC2 } from './ec2.js';
import { EVENTS, FIREHOSE, KINESIS, MSK, SNS, SQS, STEP_FUNCTIONS } from './messaging.js';
import {
  CLOUDFORMATION,
  CLOUDTRAIL,
  CLOUDWATCH,
  JOBS,
  LOGS,
  RESOURCE_GROUPS,
  SSM,
} from './operations.js';
import type { ServiceRoutes } from './route.js';
import { SERVICE_EVENTS } from './service-events.js';
import { DYNAMODB, EFS, S3 } from './storage.js';

/** All rows, kept by hand; what they don't know is left to the generated table. */
export const CURATED_ROUTES: readonly ServiceRoutes[] = [
  ACCOUNT,
  ACM,
  API_GATEWAY,
  AUTO_SCALING,
  CLOUDFORMATION,
  CLOUDFRONT,
  CLOUDTRAIL,
  CLOUDWATCH,
  COGNITO,
  DYNAMODB,
  EC2,
  ECR,
  ECS,
  EFS,
  EKS,
  ELASTICACHE,
  EVENTS,
  FIREHOSE,
  IAM,
  KINESIS,
  KMS,
  LAMBDA,
  LOAD_BALANCING,
  LOGS,
  MSK,
  OPENSEARCH,
  ORGANIZATIONS,
  RDS,
  REDSHIFT,
  RESOURCE_GROUPS,
  ROUTE53,
  S3,
  SECRETS_MANAGER,
  SNS,
  SQS,
  SSM,
  STEP_FUNCTIONS,
  WAF,
  ...JOBS,
  ...SERVICE_EVENTS,
];

/** Kinds of Ocean's that show the resources of a type under another name, by that type's rows. */
export const SAME_RESOURCES: ReadonlyMap<string, string> = new Map([
  ['AWS::ACM::Certificate', 'AWS::CertificateManager::Certificate'],
  ['AWS::ELBV2::LoadBalancer', 'AWS::ElasticLoadBalancingV2::LoadBalancer'],
  ['AWS::ElastiCache::Cluster', 'AWS::ElastiCache::CacheCluster'],
]);

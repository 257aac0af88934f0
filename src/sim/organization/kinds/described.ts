import { WORDS } from '../awkward.js';
import type { KindModel } from '../kind-model.js';

/** Kinds that services of their own describe; bodies are as the SDK gives them, but for what fills them up. */

const cluster: KindModel = {
  kind: 'AWS::ElastiCache::Cluster',
  placement: 'regional',
  api: 'own',
  identifierProperties: ['CacheClusterId'],
  bulkProperty: 'Filling',
  identifier: (id) => [`cache-${id.mark}`],
  body: (id, random, [name]) => ({
    ARN: `arn:${id.partition}:elasticache:${id.region}:${id.accountId}:cluster:${name ?? ''}`,
    Engine: random.pick(['redis', 'memcached']),
    EngineVersion: '7.1.0',
    CacheNodeType: 'cache.t4g.small',
    NumCacheNodes: 1,
    CacheClusterStatus: 'available',
    CacheClusterCreateTime: '2024-03-01T12:00:00.000Z',
    PreferredAvailabilityZone: `${id.region}a`,
    AtRestEncryptionEnabled: random.oneIn(2),
    CacheNodes: [
      {
        CacheNodeId: '0001',
        CacheNodeStatus: 'available',
        Endpoint: { Address: `${name ?? ''}.cache.example.com`, Port: 6379 },
      },
    ],
    SecurityGroups: [{ SecurityGroupId: `sg-0${random.hex(16)}`, Status: 'active' }],
  }),
};

const loadBalancer: KindModel = {
  kind: 'AWS::ELBV2::LoadBalancer',
  placement: 'regional',
  api: 'own',
  identifierProperties: ['LoadBalancerArn'],
  bulkProperty: 'Filling',
  identifier: (id) => [
    `arn:${id.partition}:elasticloadbalancing:${id.region}:${id.accountId}:loadbalancer/app/${WORDS[id.hash % 16] ?? ''}/${id.mark}`,
  ],
  body: (id, random) => ({
    DNSName: `${random.pick(WORDS)}-${random.int(100_000)}.${id.region}.elb.example.com`,
    LoadBalancerName: random.pick(WORDS),
    CreatedTime: '2024-03-01T12:00:00.000Z',
    Scheme: random.pick(['internet-facing', 'internal']),
    VpcId: `vpc-0${random.hex(16)}`,
    State: { Code: 'active' },
    Type: 'application',
    AvailabilityZones: [{ ZoneName: `${id.region}a`, SubnetId: `subnet-0${random.hex(16)}` }],
    SecurityGroups: [`sg-0${random.hex(16)}`],
    IpAddressType: 'ipv4',
  }),
};

const certificate: KindModel = {
  kind: 'AWS::ACM::Certificate',
  placement: 'regional',
  api: 'own',
  identifierProperties: ['CertificateArn'],
  bulkProperty: 'Filling',
  identifier: (id) => [
    `arn:${id.partition}:acm:${id.region}:${id.accountId}:certificate/${id.mark}`,
  ],
  body: (_id, random) => ({
    DomainName: `${random.pick(WORDS)}.example.com`,
    SubjectAlternativeNameSummaries: ['*.example.com'],
    Status: 'ISSUED',
    Type: 'AMAZON_ISSUED',
    KeyAlgorithm: random.pick(['RSA-2048', 'EC-prime256v1']),
    InUse: random.oneIn(2),
    CreatedAt: '2024-03-01T12:00:00.000Z',
  }),
};

const image: KindModel = {
  kind: 'AWS::ImageBuilder::Image',
  placement: 'regional',
  api: 'own',
  identifierProperties: ['ImageId'],
  bulkProperty: 'Filling',
  tagProperty: 'Tags',
  identifier: (id) => [`ami-0${id.mark}`],
  body: (id, random) => ({
    Name: random.pick(WORDS),
    State: 'available',
    OwnerId: id.accountId,
    CreationDate: '2024-03-01T12:00:00.000Z',
    Architecture: random.pick(['x86_64', 'arm64']),
    Public: false,
    Tags: [{ Key: 'Name', Value: random.pick(WORDS) }],
  }),
};

const stack: KindModel = {
  kind: 'AWS::CloudFormation::Stack',
  placement: 'regional',
  api: 'own',
  identifierProperties: ['StackId'],
  bulkProperty: 'Filling',
  tagProperty: 'Tags',
  identifier: (id) => [
    `arn:${id.partition}:cloudformation:${id.region}:${id.accountId}:stack/${WORDS[id.hash % 16] ?? ''}/${id.mark}`,
  ],
  body: (_id, random) => ({
    StackName: random.pick(WORDS),
    CreationTime: '2024-03-01T12:00:00.000Z',
    StackStatus: 'CREATE_COMPLETE',
    EnableTerminationProtection: random.oneIn(2),
    Parameters: [{ ParameterKey: 'Size', ParameterValue: String(random.int(10)) }],
    Outputs: [{ OutputKey: 'Url', OutputValue: 'https://example.com/?a=1&b=<2>' }],
    Capabilities: ['CAPABILITY_IAM'],
    Tags: [{ Key: 'team', Value: random.pick(WORDS) }],
  }),
};

/** Cloud Control knows it as well, in another shape. */
const group: KindModel = {
  kind: 'AWS::ResourceGroups::Group',
  placement: 'regional',
  api: 'both',
  identifierProperties: ['Name'],
  bulkProperty: 'Filling',
  identifier: (id) => [`group-${id.mark}`],
  body: (id, random, [name]) => ({
    Arn: `arn:${id.partition}:resource-groups:${id.region}:${id.accountId}:group/${name ?? ''}`,
    Description: random.pick(WORDS),
    Resources: Array.from(
      { length: 1 + random.int(5) },
      (_, at) => `arn:${id.partition}:sqs:${id.region}:${id.accountId}:queue-${at}`,
    ),
  }),
};

export const describedKinds: readonly KindModel[] = [
  cluster,
  loadBalancer,
  certificate,
  image,
  stack,
  group,
];

import { awkwardText, tagList, WORDS } from '../awkward.js';
import type { KindModel } from '../kind-model.js';
import { hex8 } from '../random.js';

const instance: KindModel = {
  kind: 'AWS::EC2::Instance',
  placement: 'regional',
  identifierProperties: ['InstanceId'],
  bulkProperty: 'NetworkInterfaces',
  tagProperty: 'Tags',
  identifier: (id) => [`i-0${hex8(id.hash)}${id.mark}`],
  body: (id, random) => ({
    ImageId: `ami-0${random.hex(16)}`,
    InstanceType: random.pick(['t3.micro', 'm7g.large', 'c6i.4xlarge', 'r5.2xlarge']),
    AvailabilityZone: `${id.region}${random.pick(['a', 'b', 'c'])}`,
    PrivateIpAddress: `10.${random.int(256)}.${random.int(256)}.${random.int(256)}`,
    PublicIp: random.oneIn(3)
      ? null
      : `54.${random.int(256)}.${random.int(256)}.${random.int(256)}`,
    EbsOptimized: random.oneIn(2),
    Monitoring: false,
    State: { Code: '16', Name: random.pick(['running', 'stopped', 'pending']) },
    SecurityGroupIds: Array.from({ length: random.int(3) }, () => `sg-0${random.hex(16)}`),
    CpuOptions: { CoreCount: 1 + random.int(64), ThreadsPerCore: 2 },
    IamInstanceProfile: random.oneIn(4) ? undefined : `${random.pick(WORDS)}-profile`,
    UserData: random.oneIn(5) ? Buffer.from(awkwardText(random)).toString('base64') : undefined,
    Tags: tagList(random),
  }),
};

const volume: KindModel = {
  kind: 'AWS::EC2::Volume',
  placement: 'regional',
  identifierProperties: ['VolumeId'],
  bulkProperty: 'Attachments',
  tagProperty: 'Tags',
  identifier: (id) => [`vol-0${hex8(id.hash)}${id.mark}`],
  body: (id, random) => ({
    AvailabilityZone: `${id.region}a`,
    Size: 8 + random.int(16_000),
    Iops: 3000,
    Throughput: random.oneIn(2) ? 125 : null,
    VolumeType: random.pick(['gp3', 'io2', 'st1']),
    Encrypted: !random.oneIn(3),
    KmsKeyId: random.oneIn(3)
      ? undefined
      : `arn:${id.partition}:kms:${id.region}:${id.accountId}:key/${random.hex(32)}`,
    SnapshotId: '',
    MultiAttachEnabled: false,
    Tags: tagList(random),
  }),
};

const securityGroup: KindModel = {
  kind: 'AWS::EC2::SecurityGroup',
  placement: 'regional',
  identifierProperties: ['Id'],
  bulkProperty: 'SecurityGroupEgress',
  tagProperty: 'Tags',
  identifier: (id) => [`sg-0${hex8(id.hash)}${id.mark}`],
  body: (id, random, [groupId]) => ({
    GroupId: groupId,
    GroupName: `${random.pick(WORDS)} group`,
    GroupDescription: awkwardText(random),
    VpcId: `vpc-0${random.hex(16)}`,
    SecurityGroupIngress: Array.from({ length: random.int(4) }, () => ({
      IpProtocol: random.pick(['tcp', 'udp', '-1']),
      FromPort: random.int(65_536),
      ToPort: 65_535,
      CidrIp: random.oneIn(2) ? '0.0.0.0/0' : '10.0.0.0/8',
      Description: awkwardText(random),
    })),
    Tags: tagList(random),
    Arn: `arn:${id.partition}:ec2:${id.region}:${id.accountId}:security-group/${groupId ?? ''}`,
  }),
};

const lambda: KindModel = {
  kind: 'AWS::Lambda::Function',
  placement: 'regional',
  identifierProperties: ['FunctionName'],
  bulkProperty: 'LayerConfigurations',
  tagProperty: 'Tags',
  identifier: (id) => [`${WORDS[id.hash % 16] ?? ''}-handler-${id.mark}`],
  body: (id, random, [name]) => ({
    Arn: `arn:${id.partition}:lambda:${id.region}:${id.accountId}:function:${name ?? ''}`,
    Description: awkwardText(random),
    Runtime: random.pick(['nodejs20.x', 'python3.12', 'provided.al2023']),
    Handler: 'index.handler',
    MemorySize: 128 * (1 + random.int(80)),
    Timeout: 1 + random.int(900),
    Role: `arn:${id.partition}:iam::${id.accountId}:role/${random.pick(WORDS)}-role`,
    Environment: {
      Variables: {
        LOG_LEVEL: 'info',
        QUERY: '.a | "\\(.b)"',
        EMPTY: '',
        TEXT: awkwardText(random),
      },
    },
    VpcConfig: random.oneIn(2)
      ? undefined
      : { SubnetIds: [], SecurityGroupIds: [], Ipv6AllowedForDualStack: false },
    ReservedConcurrentExecutions: random.oneIn(3) ? 0 : undefined,
    Architectures: ['arm64'],
    Tags: tagList(random),
  }),
};

const cluster: KindModel = {
  kind: 'AWS::ECS::Cluster',
  placement: 'regional',
  identifierProperties: ['ClusterName'],
  bulkProperty: 'CapacityProviderConfigurations',
  tagProperty: 'Tags',
  identifier: (id) => [`${WORDS[id.hash % 16] ?? ''}-${id.mark}`],
  body: (id, random, [name]) => ({
    Arn: `arn:${id.partition}:ecs:${id.region}:${id.accountId}:cluster/${name ?? ''}`,
    CapacityProviders: random.oneIn(2) ? ['FARGATE', 'FARGATE_SPOT'] : [],
    ClusterSettings: [{ Name: 'containerInsights', Value: random.pick(['enabled', 'disabled']) }],
    DefaultCapacityProviderStrategy: [],
    ServiceConnectDefaults: null,
    Tags: tagList(random),
  }),
};

/** An identifier of two parts, with `|`, `/` and `:` in it. */
const service: KindModel = {
  kind: 'AWS::ECS::Service',
  placement: 'regional',
  identifierProperties: ['ServiceArn', 'Cluster'],
  bulkProperty: 'LoadBalancers',
  tagProperty: 'Tags',
  identifier: (id) => {
    const name = `${WORDS[id.hash % 16] ?? ''}-cluster`;
    const arn = `arn:${id.partition}:ecs:${id.region}:${id.accountId}`;
    return [`${arn}:service/${name}/svc-${id.mark}`, `${arn}:cluster/${name}`];
  },
  body: (_id, random) => ({
    DesiredCount: random.int(12),
    LaunchType: random.pick(['FARGATE', 'EC2']),
    SchedulingStrategy: 'REPLICA',
    EnableECSManagedTags: true,
    HealthCheckGracePeriodSeconds: random.oneIn(2) ? 0 : 60,
    DeploymentConfiguration: { MaximumPercent: 200, MinimumHealthyPercent: 100, Alarms: null },
    Tags: tagList(random),
  }),
};

export const computeKinds: readonly KindModel[] = [
  instance,
  volume,
  securityGroup,
  lambda,
  cluster,
  service,
];

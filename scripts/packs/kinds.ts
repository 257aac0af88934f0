/**
 * The kinds of the ready pipelines: what `scripts/generate-packs.ts` writes `pipelines/*.yaml` from.
 *
 * An identifier is made only of what every listing gives (the identifier of Cloud Control, account and
 * region), never of a property that a partial listing may lack: an ARN where Cloud Control names the
 * resource by its ARN, else `account/region/name`, and `account/name` for what IAM holds.
 */

/** How a property's value in Port's schema is typed. */
export type PropertyType = 'string' | 'number' | 'boolean' | 'object' | 'array';

/** How the identifier of a relation's target is made from what the property holds. */
export type Reference = 'regional' | 'identity' | 'plain' | 'arn';

export interface Relation {
  readonly target: string;
  /** JQ path of a value, or of an array of them where `many`. */
  readonly path: string;
  readonly by: Reference;
  readonly many: boolean;
}

export interface PackKind {
  readonly kind: string;
  readonly blueprint: string;
  readonly title: string;
  /**
   * The identifier: by account and region, by account alone, as Cloud Control has it, or the first part
   * of it (a child's, before that of its parent).
   */
  readonly named: 'regional' | 'identity' | 'plain' | 'first';
  /** Whether names may hold characters that Port allows in no identifier: those are encoded. */
  readonly odd: boolean;
  /** JQ path of the name that is shown, before `.Identifier`. */
  readonly name?: string;
  /** Property that holds the tags, if any. */
  readonly tags?: string;
  readonly properties: Readonly<Record<string, readonly [PropertyType, string]>>;
  readonly relations: Readonly<Record<string, Relation>>;
}

const s = (path: string): readonly [PropertyType, string] => ['string', path];
const n = (path: string): readonly [PropertyType, string] => ['number', path];
const b = (path: string): readonly [PropertyType, string] => ['boolean', path];
const a = (path: string): readonly [PropertyType, string] => ['array', path];
const one = (target: string, path: string, by: Reference = 'regional'): Relation => ({
  target,
  path,
  by,
  many: false,
});
const many = (target: string, path: string, by: Reference = 'regional'): Relation => ({
  target,
  path,
  by,
  many: true,
});

type Rest = Partial<Pick<PackKind, 'named' | 'odd' | 'name' | 'tags' | 'properties' | 'relations'>>;

function kind(name: string, blueprint: string, title: string, rest: Rest): PackKind {
  return {
    kind: name,
    blueprint,
    title,
    named: 'regional',
    odd: false,
    tags: 'Tags',
    properties: {},
    relations: {},
    ...rest,
  };
}

const P = '.Properties';
const role = (path: string): Relation => one('iamRole', path, 'arn');
const vpc = one('vpc', `${P}.VpcId`);
/** A key named by its ARN; an alias says not which key it is. */
const key = (path: string): Relation =>
  one('kmsKey', `${path} | strings | select(contains(":key/"))`, 'arn');
/** The account's own policies: those of AWS are not among the resources of an account. */
const policies = many(
  'iamPolicy',
  `[${P}.ManagedPolicyArns[]? | strings | select(split(":")[4] != "aws")]`,
  'plain',
);

export const PACKS: Readonly<Record<string, readonly PackKind[]>> = {
  compute: [
    kind('AWS::EC2::Instance', 'ec2Instance', 'EC2 instance', {
      properties: {
        instanceType: s(`${P}.InstanceType`),
        state: s(`${P}.State.Name`),
        image: s(`${P}.ImageId`),
        availabilityZone: s(`${P}.AvailabilityZone`),
        privateIp: s(`${P}.PrivateIp`),
        publicIp: s(`${P}.PublicIp`),
      },
      relations: {
        subnet: one('subnet', `${P}.SubnetId`),
        vpc,
        securityGroups: many('securityGroup', `${P}.SecurityGroupIds`),
        instanceProfile: one('instanceProfile', `${P}.IamInstanceProfile`, 'identity'),
        volumes: many('ebsVolume', `[${P}.Volumes[]?.VolumeId]`),
      },
    }),
    kind('AWS::EC2::Volume', 'ebsVolume', 'EBS volume', {
      properties: {
        sizeGiB: n(`${P}.Size`),
        volumeType: s(`${P}.VolumeType`),
        encrypted: b(`${P}.Encrypted`),
        iops: n(`${P}.Iops`),
      },
      relations: { key: key(`${P}.KmsKeyId`) },
    }),
    kind('AWS::EC2::LaunchTemplate', 'launchTemplate', 'Launch template', {
      name: `${P}.LaunchTemplateName`,
      tags: '',
      properties: {
        defaultVersion: s(`${P}.DefaultVersionNumber`),
        latestVersion: s(`${P}.LatestVersionNumber`),
      },
    }),
    kind('AWS::AutoScaling::AutoScalingGroup', 'autoScalingGroup', 'Auto Scaling group', {
      odd: true,
      properties: {
        minSize: n(`${P}.MinSize`),
        maxSize: n(`${P}.MaxSize`),
        desiredCapacity: n(`${P}.DesiredCapacity`),
        healthCheck: s(`${P}.HealthCheckType`),
      },
      relations: {
        subnets: many('subnet', `${P}.VPCZoneIdentifier`),
        launchTemplate: one('launchTemplate', `${P}.LaunchTemplate.LaunchTemplateId`),
        targetGroups: many('targetGroup', `${P}.TargetGroupARNs`, 'plain'),
      },
    }),
    kind('AWS::Lambda::Function', 'lambdaFunction', 'Lambda function', {
      properties: {
        runtime: s(`${P}.Runtime`),
        handler: s(`${P}.Handler`),
        memoryMiB: n(`${P}.MemorySize`),
        timeoutSeconds: n(`${P}.Timeout`),
        packageType: s(`${P}.PackageType`),
        architectures: a(`${P}.Architectures`),
      },
      relations: {
        role: role(`${P}.Role`),
        subnets: many('subnet', `${P}.VpcConfig.SubnetIds`),
        securityGroups: many('securityGroup', `${P}.VpcConfig.SecurityGroupIds`),
      },
    }),
    kind('AWS::Batch::JobQueue', 'batchJobQueue', 'Batch job queue', {
      named: 'plain',
      name: `${P}.JobQueueName`,
      properties: { state: s(`${P}.State`), priority: n(`${P}.Priority`) },
    }),
  ],
  containers: [
    kind('AWS::ECS::Cluster', 'ecsCluster', 'ECS cluster', {
      properties: { arn: s(`${P}.Arn`), capacityProviders: a(`${P}.CapacityProviders`) },
    }),
    kind('AWS::ECS::TaskDefinition', 'ecsTaskDefinition', 'ECS task definition', {
      named: 'plain',
      name: `${P}.Family`,
      properties: {
        family: s(`${P}.Family`),
        cpu: n(`${P}.Cpu`),
        memoryMiB: n(`${P}.Memory`),
        networkMode: s(`${P}.NetworkMode`),
        launchTypes: a(`${P}.RequiresCompatibilities`),
        images: a(`[${P}.ContainerDefinitions[]?.Image]`),
      },
      relations: {
        taskRole: role(`${P}.TaskRoleArn`),
        executionRole: role(`${P}.ExecutionRoleArn`),
      },
    }),
    kind('AWS::ECS::Service', 'ecsService', 'ECS service', {
      named: 'first',
      name: `${P}.ServiceName`,
      properties: {
        desiredCount: n(`${P}.DesiredCount`),
        launchType: s(`${P}.LaunchType`),
        scheduling: s(`${P}.SchedulingStrategy`),
      },
      relations: {
        cluster: one('ecsCluster', `${P}.Cluster | strings | split("/") | last`),
        taskDefinition: one('ecsTaskDefinition', `${P}.TaskDefinition`, 'plain'),
        subnets: many('subnet', `${P}.NetworkConfiguration.AwsvpcConfiguration.Subnets`),
        securityGroups: many(
          'securityGroup',
          `${P}.NetworkConfiguration.AwsvpcConfiguration.SecurityGroups`,
        ),
        targetGroups: many('targetGroup', `[${P}.LoadBalancers[]?.TargetGroupArn]`, 'plain'),
      },
    }),
    kind('AWS::EKS::Nodegroup', 'eksNodegroup', 'EKS node group', {
      name: `${P}.NodegroupName`,
      tags: 'Tags',
      properties: {
        version: s(`${P}.Version`),
        capacityType: s(`${P}.CapacityType`),
        instanceTypes: a(`${P}.InstanceTypes`),
        desiredSize: n(`${P}.ScalingConfig.DesiredSize`),
      },
      relations: {
        cluster: one('eksCluster', `${P}.ClusterName`),
        role: role(`${P}.NodeRole`),
        subnets: many('subnet', `${P}.Subnets`),
      },
    }),
    kind('AWS::EKS::Cluster', 'eksCluster', 'EKS cluster', {
      properties: {
        version: s(`${P}.Version`),
        endpoint: s(`${P}.Endpoint`),
        publicEndpoint: b(`${P}.ResourcesVpcConfig.EndpointPublicAccess`),
      },
      relations: {
        role: role(`${P}.RoleArn`),
        subnets: many('subnet', `${P}.ResourcesVpcConfig.SubnetIds`),
        securityGroups: many('securityGroup', `${P}.ResourcesVpcConfig.SecurityGroupIds`),
      },
    }),
    kind('AWS::ECR::Repository', 'ecrRepository', 'ECR repository', {
      properties: {
        uri: s(`${P}.RepositoryUri`),
        tagMutability: s(`${P}.ImageTagMutability`),
        scanOnPush: b(`${P}.ImageScanningConfiguration.ScanOnPush`),
      },
    }),
  ],
  'data-stores': [
    kind('AWS::S3::Bucket', 's3Bucket', 'S3 bucket', {
      named: 'plain',
      properties: {
        arn: s(`${P}.Arn`),
        versioning: s(`${P}.VersioningConfiguration.Status`),
        blocksPublicPolicy: b(`${P}.PublicAccessBlockConfiguration.BlockPublicPolicy`),
      },
    }),
    kind('AWS::DynamoDB::Table', 'dynamoTable', 'DynamoDB table', {
      properties: {
        billingMode: s(`${P}.BillingMode`),
        tableClass: s(`${P}.TableClass`),
        deletionProtection: b(`${P}.DeletionProtectionEnabled`),
        pointInTimeRecovery: b(`${P}.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled`),
      },
    }),
    kind('AWS::RDS::DBCluster', 'rdsCluster', 'RDS cluster', {
      properties: {
        engine: s(`${P}.Engine`),
        engineVersion: s(`${P}.EngineVersion`),
        endpoint: s(`${P}.Endpoint.Address`),
        encrypted: b(`${P}.StorageEncrypted`),
        deletionProtection: b(`${P}.DeletionProtection`),
      },
      relations: {
        securityGroups: many('securityGroup', `${P}.VpcSecurityGroupIds`),
        key: key(`${P}.KmsKeyId`),
      },
    }),
    kind('AWS::RDS::DBInstance', 'rdsInstance', 'RDS instance', {
      properties: {
        engine: s(`${P}.Engine`),
        engineVersion: s(`${P}.EngineVersion`),
        instanceClass: s(`${P}.DBInstanceClass`),
        storageGiB: n(`${P}.AllocatedStorage`),
        multiAz: b(`${P}.MultiAZ`),
        public: b(`${P}.PubliclyAccessible`),
        encrypted: b(`${P}.StorageEncrypted`),
        endpoint: s(`${P}.Endpoint.Address`),
      },
      relations: {
        cluster: one('rdsCluster', `${P}.DBClusterIdentifier`),
        securityGroups: many('securityGroup', `${P}.VPCSecurityGroups`),
        key: key(`${P}.KmsKeyId`),
      },
    }),
    kind(
      'AWS::ElastiCache::ReplicationGroup',
      'cacheReplicationGroup',
      'ElastiCache replication group',
      {
        properties: {
          description: s(`${P}.ReplicationGroupDescription`),
          engine: s(`${P}.Engine`),
          nodeType: s(`${P}.CacheNodeType`),
          endpoint: s(`${P}.PrimaryEndPoint.Address`),
          encrypted: b(`${P}.AtRestEncryptionEnabled`),
        },
        relations: { securityGroups: many('securityGroup', `${P}.SecurityGroupIds`) },
      },
    ),
    kind('AWS::EFS::FileSystem', 'efsFileSystem', 'EFS file system', {
      tags: 'FileSystemTags',
      properties: {
        encrypted: b(`${P}.Encrypted`),
        throughputMode: s(`${P}.ThroughputMode`),
        performanceMode: s(`${P}.PerformanceMode`),
      },
      relations: { key: key(`${P}.KmsKeyId`) },
    }),
    kind('AWS::Redshift::Cluster', 'redshiftCluster', 'Redshift cluster', {
      properties: {
        nodeType: s(`${P}.NodeType`),
        nodes: n(`${P}.NumberOfNodes`),
        database: s(`${P}.DBName`),
        encrypted: b(`${P}.Encrypted`),
        public: b(`${P}.PubliclyAccessible`),
      },
      relations: {
        securityGroups: many('securityGroup', `${P}.VpcSecurityGroupIds`),
        roles: many('iamRole', `${P}.IamRoles`, 'arn'),
      },
    }),
  ],
  networking: [
    kind('AWS::EC2::VPC', 'vpc', 'VPC', {
      properties: {
        cidr: s(`${P}.CidrBlock`),
        tenancy: s(`${P}.InstanceTenancy`),
        dnsHostnames: b(`${P}.EnableDnsHostnames`),
      },
    }),
    kind('AWS::EC2::Subnet', 'subnet', 'Subnet', {
      properties: {
        cidr: s(`${P}.CidrBlock`),
        availabilityZone: s(`${P}.AvailabilityZone`),
        publicIpOnLaunch: b(`${P}.MapPublicIpOnLaunch`),
      },
      relations: { vpc },
    }),
    kind('AWS::EC2::SecurityGroup', 'securityGroup', 'Security group', {
      name: `${P}.GroupName`,
      properties: {
        description: s(`${P}.GroupDescription`),
        openToWorld: b(
          `any(${P}.SecurityGroupIngress[]?; .CidrIp == "0.0.0.0/0" or .CidrIpv6 == "::/0")`,
        ),
      },
      relations: { vpc },
    }),
    kind('AWS::EC2::RouteTable', 'routeTable', 'Route table', { relations: { vpc } }),
    kind('AWS::EC2::InternetGateway', 'internetGateway', 'Internet gateway', {}),
    kind('AWS::EC2::NatGateway', 'natGateway', 'NAT gateway', {
      properties: { connectivity: s(`${P}.ConnectivityType`) },
      relations: { subnet: one('subnet', `${P}.SubnetId`) },
    }),
    kind('AWS::EC2::NetworkInterface', 'networkInterface', 'Network interface', {
      properties: {
        description: s(`${P}.Description`),
        privateIp: s(`${P}.PrimaryPrivateIpAddress`),
        interfaceType: s(`${P}.InterfaceType`),
      },
      relations: {
        subnet: one('subnet', `${P}.SubnetId`),
        securityGroups: many('securityGroup', `${P}.GroupSet`),
      },
    }),
    kind('AWS::EC2::TransitGateway', 'transitGateway', 'Transit gateway', {
      properties: { description: s(`${P}.Description`), asn: n(`${P}.AmazonSideAsn`) },
    }),
    kind('AWS::ElasticLoadBalancingV2::LoadBalancer', 'loadBalancer', 'Load balancer', {
      named: 'plain',
      name: `${P}.Name`,
      properties: {
        balancerType: s(`${P}.Type`),
        scheme: s(`${P}.Scheme`),
        dnsName: s(`${P}.DNSName`),
      },
      relations: {
        subnets: many('subnet', `${P}.Subnets`),
        securityGroups: many('securityGroup', `${P}.SecurityGroups`),
      },
    }),
    kind('AWS::ElasticLoadBalancingV2::Listener', 'listener', 'Load balancer listener', {
      named: 'plain',
      tags: '',
      properties: { protocol: s(`${P}.Protocol`), port: n(`${P}.Port`) },
      relations: {
        loadBalancer: one('loadBalancer', `${P}.LoadBalancerArn`, 'plain'),
        targetGroups: many('targetGroup', `[${P}.DefaultActions[]?.TargetGroupArn]`, 'plain'),
      },
    }),
    kind('AWS::ElasticLoadBalancingV2::TargetGroup', 'targetGroup', 'Target group', {
      named: 'plain',
      name: `${P}.Name`,
      properties: {
        targetType: s(`${P}.TargetType`),
        protocol: s(`${P}.Protocol`),
        port: n(`${P}.Port`),
      },
      relations: {
        vpc,
        loadBalancers: many('loadBalancer', `${P}.LoadBalancerArns`, 'plain'),
      },
    }),
  ],
  identity: [
    kind('AWS::IAM::Role', 'iamRole', 'IAM role', {
      odd: true,
      named: 'identity',
      properties: {
        arn: s(`${P}.Arn`),
        path: s(`${P}.Path`),
        maxSessionSeconds: n(`${P}.MaxSessionDuration`),
      },
      relations: { policies },
    }),
    kind('AWS::IAM::User', 'iamUser', 'IAM user', {
      odd: true,
      named: 'identity',
      properties: { arn: s(`${P}.Arn`), path: s(`${P}.Path`) },
      relations: {
        groups: many('iamGroup', `${P}.Groups`, 'identity'),
        policies,
      },
    }),
    kind('AWS::IAM::Group', 'iamGroup', 'IAM group', {
      odd: true,
      named: 'identity',
      tags: '',
      properties: { arn: s(`${P}.Arn`), path: s(`${P}.Path`) },
      relations: { policies },
    }),
    kind('AWS::IAM::ManagedPolicy', 'iamPolicy', 'IAM policy', {
      odd: true,
      named: 'plain',
      name: `${P}.ManagedPolicyName`,
      tags: '',
      properties: { description: s(`${P}.Description`), path: s(`${P}.Path`) },
    }),
    kind('AWS::IAM::InstanceProfile', 'instanceProfile', 'Instance profile', {
      odd: true,
      named: 'identity',
      tags: '',
      properties: { arn: s(`${P}.Arn`) },
      relations: { roles: many('iamRole', `${P}.Roles`, 'identity') },
    }),
    kind('AWS::KMS::Key', 'kmsKey', 'KMS key', {
      properties: {
        description: s(`${P}.Description`),
        enabled: b(`${P}.Enabled`),
        rotates: b(`${P}.EnableKeyRotation`),
        usage: s(`${P}.KeyUsage`),
      },
    }),
    kind('AWS::SecretsManager::Secret', 'secret', 'Secret', {
      named: 'plain',
      name: `${P}.Name`,
      properties: { description: s(`${P}.Description`) },
      relations: { key: key(`${P}.KmsKeyId`) },
    }),
    kind('AWS::Cognito::UserPool', 'userPool', 'Cognito user pool', {
      name: `${P}.UserPoolName`,
      tags: 'UserPoolTags',
      properties: {
        mfa: s(`${P}.MfaConfiguration`),
        deletionProtection: s(`${P}.DeletionProtection`),
      },
    }),
  ],
  messaging: [
    kind('AWS::SQS::Queue', 'sqsQueue', 'SQS queue', {
      properties: {
        url: s('.Identifier'),
        fifo: b(`${P}.FifoQueue`),
        visibilityTimeoutSeconds: n(`${P}.VisibilityTimeout`),
        retentionSeconds: n(`${P}.MessageRetentionPeriod`),
      },
    }),
    kind('AWS::SNS::Topic', 'snsTopic', 'SNS topic', {
      named: 'plain',
      name: `${P}.TopicName`,
      properties: { displayName: s(`${P}.DisplayName`), fifo: b(`${P}.FifoTopic`) },
      relations: {
        queues: many(
          'sqsQueue',
          `[${P}.Subscription[]? | select(.Protocol == "sqs") | .Endpoint]`,
          'arn',
        ),
        functions: many(
          'lambdaFunction',
          `[${P}.Subscription[]? | select(.Protocol == "lambda") | .Endpoint]`,
          'arn',
        ),
      },
    }),
    kind('AWS::Events::EventBus', 'eventBus', 'Event bus', {
      properties: { description: s(`${P}.Description`) },
    }),
    kind('AWS::Events::Rule', 'eventRule', 'Event rule', {
      named: 'plain',
      name: `${P}.Name`,
      properties: {
        state: s(`${P}.State`),
        schedule: s(`${P}.ScheduleExpression`),
        description: s(`${P}.Description`),
        targets: a(`[${P}.Targets[]?.Arn]`),
      },
      relations: {
        bus: one(
          'eventBus',
          `${P}.EventBusName | strings | if startswith("arn:") then split("/")[1:] | join("/") else . end`,
        ),
        role: role(`${P}.RoleArn`),
      },
    }),
    kind('AWS::Kinesis::Stream', 'kinesisStream', 'Kinesis stream', {
      properties: {
        mode: s(`${P}.StreamModeDetails.StreamMode`),
        shards: n(`${P}.ShardCount`),
        retentionHours: n(`${P}.RetentionPeriodHours`),
      },
    }),
    kind('AWS::MSK::Cluster', 'mskCluster', 'MSK cluster', {
      named: 'plain',
      name: `${P}.ClusterName`,
      properties: { version: s(`${P}.KafkaVersion`), brokers: n(`${P}.NumberOfBrokerNodes`) },
      relations: {
        subnets: many('subnet', `${P}.BrokerNodeGroupInfo.ClientSubnets`),
        securityGroups: many('securityGroup', `${P}.BrokerNodeGroupInfo.SecurityGroups`),
      },
    }),
    kind('AWS::StepFunctions::StateMachine', 'stateMachine', 'State machine', {
      named: 'plain',
      name: `${P}.StateMachineName`,
      properties: { machineType: s(`${P}.StateMachineType`) },
      relations: { role: role(`${P}.RoleArn`) },
    }),
  ],
  edge: [
    kind('AWS::CloudFront::Distribution', 'distribution', 'CloudFront distribution', {
      named: 'identity',
      properties: {
        domainName: s(`${P}.DomainName`),
        enabled: b(`${P}.DistributionConfig.Enabled`),
        aliases: a(`${P}.DistributionConfig.Aliases`),
        comment: s(`${P}.DistributionConfig.Comment`),
      },
      relations: {
        certificate: one(
          'certificate',
          `${P}.DistributionConfig.ViewerCertificate.AcmCertificateArn`,
          'plain',
        ),
      },
    }),
    kind('AWS::Route53::HostedZone', 'hostedZone', 'Hosted zone', {
      named: 'identity',
      name: `${P}.Name`,
      tags: 'HostedZoneTags',
      properties: {
        comment: s(`${P}.HostedZoneConfig.Comment`),
        nameServers: a(`${P}.NameServers`),
      },
    }),
    kind('AWS::ApiGateway::RestApi', 'restApi', 'REST API', {
      name: `${P}.Name`,
      properties: { description: s(`${P}.Description`) },
    }),
    kind('AWS::ApiGatewayV2::Api', 'httpApi', 'HTTP or WebSocket API', {
      name: `${P}.Name`,
      properties: { protocol: s(`${P}.ProtocolType`), endpoint: s(`${P}.ApiEndpoint`) },
    }),
    kind('AWS::CertificateManager::Certificate', 'certificate', 'Certificate', {
      named: 'plain',
      name: `${P}.DomainName`,
      properties: { domainName: s(`${P}.DomainName`), validation: s(`${P}.ValidationMethod`) },
    }),
  ],
  'developer-tools': [
    kind('AWS::CodePipeline::Pipeline', 'codePipeline', 'CodePipeline pipeline', {
      properties: { pipelineType: s(`${P}.PipelineType`), stages: a(`[${P}.Stages[]?.Name]`) },
      relations: { role: role(`${P}.RoleArn`) },
    }),
    kind('AWS::CodeArtifact::Repository', 'codeArtifactRepository', 'CodeArtifact repository', {
      named: 'plain',
      name: `${P}.RepositoryName`,
      properties: { domain: s(`${P}.DomainName`), description: s(`${P}.Description`) },
    }),
    kind('AWS::Logs::LogGroup', 'logGroup', 'Log group', {
      odd: true,
      properties: { retentionDays: n(`${P}.RetentionInDays`), class: s(`${P}.LogGroupClass`) },
      relations: { key: key(`${P}.KmsKeyId`) },
    }),
    kind('AWS::CloudWatch::Alarm', 'alarm', 'CloudWatch alarm', {
      odd: true,
      properties: {
        description: s(`${P}.AlarmDescription`),
        namespace: s(`${P}.Namespace`),
        metric: s(`${P}.MetricName`),
        threshold: n(`${P}.Threshold`),
      },
      relations: {
        topics: many(
          'snsTopic',
          `[${P}.AlarmActions[]? | strings | select(split(":")[2] == "sns")]`,
          'plain',
        ),
      },
    }),
    kind('AWS::SSM::Parameter', 'ssmParameter', 'SSM parameter', {
      properties: { parameterType: s(`${P}.Type`), tier: s(`${P}.Tier`) },
    }),
  ],
};

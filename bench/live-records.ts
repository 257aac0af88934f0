/** A small generator of numbers: the same seed gives the same records on every machine. */
function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    // mulberry32, by its published constants.
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type Fields = Record<string, unknown>;

interface Call {
  readonly source: string;
  readonly name: string;
  readonly request: (id: string) => unknown;
  readonly answer?: (id: string) => unknown;
  readonly error?: string;
}

/** Services that tell more of each call. */
const DETAILED = new Set(['s3', 'kms', 'sts', 'dynamodb', 'secretsmanager']);

const filters = (id: string): Fields => ({
  filterSet: {
    items: [
      { name: 'vpc-id', valueSet: { items: [{ value: `vpc-${id}` }] } },
      { name: 'tag:Environment', valueSet: { items: [{ value: 'production' }] } },
      {
        name: 'instance-state-name',
        valueSet: { items: ['pending', 'running'].map((value) => ({ value })) },
      },
    ],
  },
  instancesSet: {
    items: Array.from({ length: 10 }, (_, at) => ({ instanceId: `i-${id.slice(1)}${at}` })),
  },
  maxResults: 1000,
});

/** What monitoring, scanners and consoles ask all day. */
const READS: readonly Call[] = [
  { source: 'ec2', name: 'DescribeInstances', request: filters },
  { source: 'ec2', name: 'DescribeSecurityGroups', request: filters },
  { source: 'ec2', name: 'DescribeVolumes', request: filters },
  { source: 'sts', name: 'AssumeRole', request: assumed, answer: credentials },
  { source: 'kms', name: 'Decrypt', request: encrypted },
  { source: 'kms', name: 'GenerateDataKey', request: encrypted },
  { source: 's3', name: 'GetBucketAcl', request: (id) => ({ bucketName: `logs-${id}`, acl: '' }) },
  { source: 's3', name: 'GetBucketPolicy', request: (id) => ({ bucketName: id, policy: '' }) },
  { source: 'lambda', name: 'GetFunction20150331v2', request: (id) => ({ functionName: id }) },
  { source: 'lambda', name: 'ListTags20170331', request: (id) => ({ resource: `arn:${id}` }) },
  { source: 'dynamodb', name: 'DescribeTable', request: (id) => ({ tableName: `orders-${id}` }) },
  { source: 'iam', name: 'GetRole', request: (id) => ({ roleName: `service-${id}` }) },
  { source: 'iam', name: 'ListAttachedRolePolicies', request: (id) => ({ roleName: id }) },
  { source: 'monitoring', name: 'DescribeAlarms', request: () => ({ maxRecords: 100 }) },
  { source: 'autoscaling', name: 'DescribeAutoScalingGroups', request: (id) => ({ maxRecords: 50, autoScalingGroupNames: Array.from({ length: 12 }, (_, at) => `workers-${id}-${at}`) }) },
  { source: 'elasticloadbalancing', name: 'DescribeTargetHealth', request: (id) => ({ targetGroupArn: id }) },
  { source: 'logs', name: 'DescribeLogGroups', request: (id) => ({ logGroupNamePrefix: `/aws/${id}` }) },
  { source: 'rds', name: 'DescribeDBInstances', request: (id) => ({ dBInstanceIdentifier: id }) },
  { source: 'secretsmanager', name: 'GetSecretValue', request: (id) => ({ secretId: id }) },
  { source: 'ecs', name: 'DescribeTasks', request: (id) => ({ cluster: id, tasks: [id, id] }) },
]; // prettier-ignore

/** Writes that are no changes of what is mapped. */
const IDLE: readonly Call[] = [
  { source: 'ssm', name: 'UpdateInstanceInformation', request: (id) => ({ instanceId: `i-${id}` }) },
  { source: 'logs', name: 'CreateLogStream', request: (id) => ({ logGroupName: '/ecs', logStreamName: id }) },
  { source: 'ecs', name: 'RunTask', request: (id) => ({ cluster: 'jobs', taskDefinition: id }) },
  { source: 'glue', name: 'StartJobRun', request: (id) => ({ jobName: id }) },
]; // prettier-ignore

/** Changes that were refused: they are parsed before that shows. */
const REFUSED: readonly Call[] = [
  { source: 'ec2', name: 'RunInstances', request: filters, error: 'Client.UnauthorizedOperation' },
  { source: 's3', name: 'PutBucketPolicy', request: policy, error: 'AccessDenied' },
];

const CHANGES: readonly Call[] = [
  { source: 'ec2', name: 'RunInstances', request: () => ({ instanceType: 'm5.large' }), answer: instances },
  { source: 'ec2', name: 'CreateTags', request: (id) => ({ resourcesSet: { items: [{ resourceId: `i-${id}` }] } }) },
  { source: 'ec2', name: 'AuthorizeSecurityGroupIngress', request: (id) => ({ groupId: `sg-${id}` }) },
  { source: 's3', name: 'PutBucketPolicy', request: policy },
  { source: 'lambda', name: 'UpdateFunctionCode20150331v2', request: (id) => ({ functionName: id }) },
  { source: 'iam', name: 'PutRolePolicy', request: (id) => ({ roleName: id, ...policy(id) }) },
  { source: 'dynamodb', name: 'UpdateTable', request: (id) => ({ tableName: id }) },
]; // prettier-ignore

/** The kinds that the changes are about. */
export const KINDS: readonly string[] = [
  'AWS::DynamoDB::Table',
  'AWS::EC2::Instance',
  'AWS::EC2::SecurityGroup',
  'AWS::IAM::Role',
  'AWS::Lambda::Function',
  'AWS::S3::Bucket',
];

/** Of a hundred records: changes; refused changes; other writes. The rest only read. */
const SHARES = { changes: 5, refused: 2, idle: 8 } as const;

/** What a stream of records is made of. */
export interface Records {
  readonly records: readonly Fields[];
  /** How many of them are changes that went through. */
  readonly changes: number;
}

/** Draws `count` records, 95 % of them noise. */
export function drawRecords(count: number, seed = 1): Records {
  const random = randomOf(seed);
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => random(16).toString(16)).join('');
  let changes = 0;
  const records = Array.from({ length: count }, () => {
    const draw = random(100);
    const isChange = draw < SHARES.changes;
    if (isChange) changes += 1;
    const calls = isChange
      ? CHANGES
      : draw < SHARES.changes + SHARES.refused
        ? REFUSED
        : draw < SHARES.changes + SHARES.refused + SHARES.idle
          ? IDLE
          : READS;
    return recordOf(calls[random(calls.length)]!, calls === READS, random, hex);
  });
  return { records, changes };
}

function recordOf(
  call: Call,
  readOnly: boolean,
  random: (below: number) => number,
  hex: (digits: number) => string,
): Fields {
  const id = hex(17);
  const account = String(111_111_111_111 + random(200));
  const region = ['us-east-1', 'eu-west-1', 'eu-central-1', 'ap-southeast-2'][random(4)]!;
  const role = ['Monitoring', 'Deployer', 'AWSServiceRoleForConfig', 'ReadOnlyScanner'][random(4)]!;
  const session = `${role.toLowerCase()}-${hex(12)}`;
  const time = new Date(1_790_000_000_000 + random(1_000_000) * 1000).toISOString();
  return {
    eventVersion: '1.11',
    userIdentity: {
      type: 'AssumedRole',
      principalId: `AROA${hex(16).toUpperCase()}:${session}`,
      arn: `arn:aws:sts::${account}:assumed-role/${role}/${session}`,
      accountId: account,
      accessKeyId: `ASIA${hex(16).toUpperCase()}`,
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: `AROA${hex(16).toUpperCase()}`,
          arn: `arn:aws:iam::${account}:role/${role}`,
          accountId: account,
          userName: role,
        },
        attributes: { creationDate: time.replace('.000', ''), mfaAuthenticated: 'false' },
      },
    },
    eventTime: time.replace('.000', ''),
    eventSource: `${call.source}.amazonaws.com`,
    eventName: call.name,
    awsRegion: region,
    sourceIPAddress: `10.${random(256)}.${random(256)}.${random(256)}`,
    userAgent:
      'aws-sdk-go-v2/1.30.3 ua/2.0 os/linux lang/go#1.22.5 md/GOOS#linux md/GOARCH#amd64 exec-env/AWS_ECS_FARGATE api/client#1.50.1 cfg/retry-mode#standard m/E,g,n APN/1.0 HashiCorp/1.0 Terraform/1.9.5 (+https://www.terraform.io) terraform-provider-aws/5.66.0',
    ...(call.error !== undefined && {
      errorCode: call.error,
      errorMessage: `User: arn:aws:sts::${account}:assumed-role/${role}/${session} is not authorized to perform this operation.`,
    }),
    requestParameters: call.request(id),
    responseElements: call.error === undefined ? (call.answer?.(id) ?? null) : null,
    ...(DETAILED.has(call.source) && {
      additionalEventData: {
        SignatureVersion: 'SigV4',
        CipherSuite: 'TLS_AES_128_GCM_SHA256',
        bytesTransferredIn: 0,
        AuthenticationMethod: 'AuthHeader',
        'x-amz-id-2': hex(150),
        bytesTransferredOut: random(4_000),
      },
    }),
    requestID: uuid(hex),
    eventID: uuid(hex),
    readOnly,
    ...(DETAILED.has(call.source) && {
      resources: [
        {
          accountId: account,
          type: 'AWS::Some::Resource',
          ARN: `arn:aws:${call.source}:${region}:${account}:${id}`,
        },
        {
          type: 'AWS::Some::Part',
          ARNPrefix: `arn:aws:${call.source}:${region}:${account}:${id}/`,
        },
      ],
    }),
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: account,
    vpcEndpointId: `vpce-${hex(17)}`,
    vpcEndpointAccountId: account,
    eventCategory: 'Management',
    tlsDetails: {
      tlsVersion: 'TLSv1.3',
      cipherSuite: 'TLS_AES_128_GCM_SHA256',
      clientProvidedHostHeader: `${call.source}.${region}.amazonaws.com`,
    },
  };
}

function uuid(hex: (digits: number) => string): string {
  return `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`;
}

function assumed(id: string): Fields {
  return {
    roleArn: `arn:aws:iam::111111111111:role/${id}`,
    roleSessionName: id,
    durationSeconds: 900,
  };
}

function credentials(id: string): Fields {
  return {
    credentials: {
      accessKeyId: `ASIA${id}`,
      sessionToken: id.repeat(50),
      expiration: 'Jan 1, 2027, 1:00:00 AM',
    },
    assumedRoleUser: {
      assumedRoleId: `AROA:${id}`,
      arn: `arn:aws:sts::111111111111:assumed-role/x/${id}`,
    },
  };
}

function encrypted(id: string): Fields {
  return {
    encryptionContext: { 'aws:s3:arn': `arn:aws:s3:::data-${id}/part-00001.parquet` },
    keyId: `arn:aws:kms:us-east-1:111111111111:key/${id}`,
    encryptionAlgorithm: 'SYMMETRIC_DEFAULT',
  };
}

function policy(id: string): Fields {
  const statement = [
    {
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:ListBucket'],
      Resource: `arn:aws:s3:::${id}/*`,
    },
  ];
  return {
    bucketName: id,
    policyName: id,
    policyDocument: JSON.stringify({ Version: '2012-10-17', Statement: statement }),
  };
}

function instances(id: string): Fields {
  const items = [0, 1].map((at) => ({
    instanceId: `i-${id.slice(1)}${at}`,
    imageId: `ami-${id}`,
    instanceState: { code: 0, name: 'pending' },
    privateIpAddress: '10.0.1.17',
    subnetId: `subnet-${id}`,
    vpcId: `vpc-${id}`,
    tagSet: { items: [{ key: 'Name', value: `worker-${at}` }] },
  }));
  return { requestId: id, reservationId: `r-${id}`, instancesSet: { items } };
}

import { awkwardText, policyText, rawNumber, tagList, WORDS } from '../awkward.js';
import type { KindModel } from '../kind-model.js';

/** Bucket names are unique in the whole partition: the account stands in the name. */
const bucket: KindModel = {
  kind: 'AWS::S3::Bucket',
  placement: 'bucket',
  identifierProperties: ['BucketName'],
  bulkProperty: 'InventoryConfigurations',
  tagProperty: 'Tags',
  identifier: (id) => [`${WORDS[id.hash % 16] ?? ''}-${id.accountId}-${id.mark}`],
  body: (id, random, [name]) => ({
    Arn: `arn:${id.partition}:s3:::${name ?? ''}`,
    DomainName: `${name ?? ''}.s3.amazonaws.com`,
    RegionalDomainName: `${name ?? ''}.s3.${id.region}.amazonaws.com`,
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [
        {
          BucketKeyEnabled: random.oneIn(2),
          ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
        },
      ],
    },
    PublicAccessBlockConfiguration: random.oneIn(4)
      ? undefined
      : {
          RestrictPublicBuckets: true,
          BlockPublicPolicy: true,
          BlockPublicAcls: !random.oneIn(5),
          IgnorePublicAcls: true,
        },
    VersioningConfiguration: random.oneIn(2) ? { Status: 'Enabled' } : undefined,
    LifecycleConfiguration: random.oneIn(3)
      ? {
          Rules: [
            { Id: awkwardText(random), Status: 'Enabled', ExpirationInDays: 1 + random.int(400) },
          ],
        }
      : null,
    OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    Tags: tagList(random),
  }),
};

/** Some tables have more items than a double can count exactly. */
const table: KindModel = {
  kind: 'AWS::DynamoDB::Table',
  placement: 'regional',
  identifierProperties: ['TableName'],
  bulkProperty: 'GlobalSecondaryIndexes',
  tagProperty: 'Tags',
  identifier: (id) => [`${WORDS[id.hash % 16] ?? ''}.table_${id.mark}`],
  body: (id, random, [name]) => ({
    Arn: `arn:${id.partition}:dynamodb:${id.region}:${id.accountId}:table/${name ?? ''}`,
    BillingMode: random.pick(['PAY_PER_REQUEST', 'PROVISIONED']),
    ItemCount: random.oneIn(5) ? rawNumber('9007199254740993') : random.int(1_000_000),
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sort key', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: random.oneIn(2) },
    SSESpecification: random.oneIn(2) ? { SSEEnabled: true } : undefined,
    StreamArn: random.oneIn(3)
      ? null
      : `arn:${id.partition}:dynamodb:${id.region}:${id.accountId}:table/${name ?? ''}/stream/2024`,
    DeletionProtectionEnabled: false,
    ResourcePolicy: { PolicyDocument: policyText(random, '*') },
    Tags: tagList(random),
  }),
};

const dbInstance: KindModel = {
  kind: 'AWS::RDS::DBInstance',
  placement: 'regional',
  identifierProperties: ['DBInstanceIdentifier'],
  bulkProperty: 'ProcessorFeatures',
  tagProperty: 'Tags',
  identifier: (id) => [`${WORDS[id.hash % 16] ?? ''}-db-${id.mark}`],
  body: (id, random, [name]) => ({
    DBInstanceArn: `arn:${id.partition}:rds:${id.region}:${id.accountId}:db:${name ?? ''}`,
    DBInstanceClass: random.pick(['db.t4g.micro', 'db.r6g.2xlarge']),
    DBInstanceStatus: random.pick(['available', 'creating', 'stopped']),
    Engine: random.pick(['postgres', 'mysql', 'aurora-postgresql']),
    EngineVersion: random.pick(['16.3', '8.0.36']),
    AllocatedStorage: String(20 + random.int(2000)),
    MultiAZ: random.oneIn(2),
    StorageEncrypted: true,
    PubliclyAccessible: random.oneIn(8),
    Endpoint: {
      Address: `${name ?? ''}.${random.hex(12)}.${id.region}.rds.amazonaws.com`,
      Port: '5432',
      HostedZoneId: 'Z1',
    },
    MasterUsername: awkwardText(random),
    VPCSecurityGroups: [`sg-0${random.hex(16)}`],
    MonitoringInterval: 0,
    Tags: tagList(random),
  }),
};

export const storageKinds: readonly KindModel[] = [bucket, table, dbInstance];

import { arnOf, type ApiCall, type CallWriter, type Subject, type Tag } from '../api-call.js';

/** Which of the many bucket calls sets a property. */
const BUCKET_CALLS: Readonly<Record<string, readonly [set: string, unset: string]>> = {
  BucketEncryption: ['PutBucketEncryption', 'DeleteBucketEncryption'],
  PublicAccessBlockConfiguration: ['PutBucketPublicAccessBlock', 'DeleteBucketPublicAccessBlock'],
  VersioningConfiguration: ['PutBucketVersioning', 'PutBucketVersioning'],
  LifecycleConfiguration: ['PutBucketLifecycle', 'DeleteBucketLifecycle'],
  OwnershipControls: ['PutBucketOwnershipControls', 'DeleteBucketOwnershipControls'],
};

/** S3 names parameters as its query strings and headers do, and says nothing in return. */
function bucketCall(
  subject: Subject,
  name: string,
  request: Record<string, unknown> = {},
): ApiCall {
  const { identifier: bucketName, region, partition } = subject;
  return {
    service: 's3',
    name,
    request: { ...request, bucketName, Host: `${bucketName}.s3.${region}.amazonaws.com` },
    response: null,
    resources: [{ arn: `arn:${partition}:s3:::${bucketName}`, type: 'AWS::S3::Bucket' }],
  };
}

/** The XML of the request, turned into JSON without a schema: one tag is no list, and "true" is no text. */
function tagging(tags: readonly Tag[]): unknown {
  const list = tags.map(({ key, value }) => ({ Key: key, Value: value === 'true' ? true : value }));
  return {
    Tagging: {
      xmlns: 'http://s3.amazonaws.com/doc/2006-03-01/',
      TagSet: list.length === 1 ? { Tag: list[0] } : { Tag: list },
    },
    tagging: '',
  };
}

const bucket: CallWriter = {
  create: (subject) =>
    bucketCall(subject, 'CreateBucket', {
      'x-amz-acl': 'private',
      ...(subject.region !== 'us-east-1' && {
        CreateBucketConfiguration: { LocationConstraint: subject.region },
      }),
    }),
  update: (subject) => {
    const property = subject.changed.find((name) => name in BUCKET_CALLS);
    const [put, unset] = BUCKET_CALLS[property ?? ''] ?? ['PutBucketPolicy', 'DeleteBucketPolicy'];
    const value = property === undefined ? undefined : subject.properties[property];
    return bucketCall(subject, property !== undefined && value == null ? unset : put);
  },
  delete: (subject) => bucketCall(subject, 'DeleteBucket'),
  tag: (subject, tags) =>
    bucketCall(subject, 'PutBucketTagging', tagging(tags) as Record<string, unknown>),
  untag: (subject) => bucketCall(subject, 'DeleteBucketTagging', { tagging: '' }),
};

const tableArn = (subject: Subject) => arnOf(subject, 'dynamodb', `table/${subject.identifier}`);

function tableCall(
  subject: Subject,
  name: string,
  request: Record<string, unknown>,
  response: Record<string, unknown> | null,
): ApiCall {
  return {
    service: 'dynamodb',
    name,
    request,
    response,
    resources: [{ arn: tableArn(subject), type: 'AWS::DynamoDB::Table' }],
    apiVersion: '2012-08-10',
  };
}

const tableDescription = (subject: Subject, tableStatus: string) => ({
  tableDescription: {
    tableName: subject.identifier,
    tableStatus,
    tableArn: tableArn(subject),
    itemCount: 0,
    tableSizeBytes: 0,
  },
});

const table: CallWriter = {
  create: (subject) => {
    const { BillingMode } = subject.properties;
    const request = {
      tableName: subject.identifier,
      billingMode: BillingMode,
      attributeDefinitions: [{ attributeName: 'pk', attributeType: 'S' }],
      keySchema: [{ attributeName: 'pk', keyType: 'HASH' }],
    };
    return tableCall(subject, 'CreateTable', request, tableDescription(subject, 'CREATING'));
  },
  update: (subject) => {
    const { identifier: tableName, changed } = subject;
    if (changed.includes('PointInTimeRecoverySpecification'))
      return tableCall(
        subject,
        'UpdateContinuousBackups',
        { tableName, pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true } },
        { continuousBackupsDescription: { continuousBackupsStatus: 'ENABLED' } },
      );
    const request = { tableName, billingMode: subject.properties['BillingMode'] };
    return tableCall(subject, 'UpdateTable', request, tableDescription(subject, 'UPDATING'));
  },
  delete: (subject) =>
    tableCall(
      subject,
      'DeleteTable',
      { tableName: subject.identifier },
      tableDescription(subject, 'DELETING'),
    ),
  tag: (subject, tags) =>
    tableCall(subject, 'TagResource', { resourceArn: tableArn(subject), tags }, null),
  untag: (subject, keys) =>
    tableCall(subject, 'UntagResource', { resourceArn: tableArn(subject), tagKeys: keys }, null),
};

const dbArn = (subject: Subject) => arnOf(subject, 'rds', `db:${subject.identifier}`);

/** The API's members begin with DB, of which CloudTrail lowers the first letter alone. */
function dbCall(subject: Subject, name: string, request: Record<string, unknown> = {}): ApiCall {
  const { DBInstanceClass, Engine, EngineVersion, MultiAZ } = subject.properties;
  const status =
    name === 'DeleteDBInstance' ? 'deleting' : name.startsWith('Create') ? 'creating' : 'available';
  return {
    service: 'rds',
    name,
    request: { dBInstanceIdentifier: subject.identifier, ...request },
    response: {
      dBInstanceIdentifier: subject.identifier,
      dBInstanceArn: dbArn(subject),
      dBInstanceClass: DBInstanceClass ?? 'db.t4g.micro',
      engine: Engine ?? 'postgres',
      engineVersion: EngineVersion,
      multiAZ: MultiAZ,
      dBInstanceStatus: status,
      vpcSecurityGroups: [],
      pendingModifiedValues: {},
    },
  };
}

const dbInstance: CallWriter = {
  create: (subject) => {
    const { DBInstanceClass, Engine, AllocatedStorage } = subject.properties;
    return dbCall(subject, 'CreateDBInstance', {
      dBInstanceClass: DBInstanceClass,
      engine: Engine,
      allocatedStorage: Number(AllocatedStorage),
      masterUserPassword: '****',
    });
  },
  update: (subject) => {
    const { changed, properties, random } = subject;
    if (changed.includes('DBInstanceStatus')) {
      const stopped = properties['DBInstanceStatus'] === 'stopped';
      return dbCall(subject, stopped ? 'StopDBInstance' : 'StartDBInstance');
    }
    if (random.oneIn(6)) return dbCall(subject, 'RebootDBInstance', { forceFailover: false });
    return dbCall(subject, 'ModifyDBInstance', {
      applyImmediately: true,
      allowMajorVersionUpgrade: false,
      maxAllocatedStorage: 100,
    });
  },
  delete: (subject) => dbCall(subject, 'DeleteDBInstance', { skipFinalSnapshot: true }),
  tag: (subject, tags) => ({
    service: 'rds',
    name: 'AddTagsToResource',
    request: { resourceName: dbArn(subject), tags },
    response: null,
  }),
  untag: (subject, keys) => ({
    service: 'rds',
    name: 'RemoveTagsFromResource',
    request: { resourceName: dbArn(subject), tagKeys: keys },
    response: null,
  }),
};

export const storageCalls: Readonly<Record<string, CallWriter>> = {
  'AWS::S3::Bucket': bucket,
  'AWS::DynamoDB::Table': table,
  'AWS::RDS::DBInstance': dbInstance,
};

import type { ServiceRoutes } from './route.js';

export const S3: ServiceRoutes = {
  source: 's3',
  routes: [
    {
      kind: 'AWS::S3::Bucket',
      present:
        'CreateBucket* PutBucket* DeleteBucket* UpdateBucket* PutAccelerateConfiguration PutAnalyticsConfiguration PutIntelligentTieringConfiguration PutInventoryConfiguration PutMetricsConfiguration PutReplicationConfiguration',
      absent: 'DeleteBucket',
      id: 'RP.bucketName',
    },
    {
      kind: 'AWS::S3::Bucket',
      present: 'TagResource UntagResource',
      id: 'RP.resourceArn ~ :s3:::([^/]+)$',
    },
    {
      kind: 'AWS::S3::BucketPolicy',
      present: 'PutBucketPolicy',
      absent: 'DeleteBucketPolicy DeleteBucket',
      id: 'RP.bucketName',
    },
    {
      kind: 'AWS::S3::AccessPoint',
      present:
        'CreateAccessPoint PutAccessPointPolicy DeleteAccessPointPolicy PutAccessPointPublicAccessBlock',
      absent: 'DeleteAccessPoint',
      id: 'RP.name',
    },
  ],
  // Objects are data, not resources.
  quiet:
    'PutObject* DeleteObject* CopyObject RestoreObject CreateMultipartUpload CompleteMultipartUpload AbortMultipartUpload UploadPart* PostObject WriteGetObjectResponse CreateSession RenameObject UpdateObject*',
};

const TABLE = ['RP.tableName ~ :table/([^/]+)', 'RP.tableName ~ ^[^:]+$'];

export const DYNAMODB: ServiceRoutes = {
  source: 'dynamodb',
  routes: [
    {
      kind: 'AWS::DynamoDB::Table',
      present:
        'CreateTable UpdateTable UpdateTimeToLive UpdateContinuousBackups UpdateContributorInsights EnableKinesisStreamingDestination DisableKinesisStreamingDestination UpdateKinesisStreamingDestination UpdateTableReplicaAutoScaling',
      absent: 'DeleteTable',
      id: TABLE,
    },
    {
      kind: 'AWS::DynamoDB::Table',
      present: 'RestoreTableFromBackup RestoreTableToPointInTime',
      id: 'RP.targetTableName',
    },
    {
      kind: 'AWS::DynamoDB::Table',
      present: 'ImportTable',
      id: ['RP.tableCreationParameters.tableName', 'RE.importTableDescription.tableArn ~ ([^/]+)$'],
    },
    {
      kind: 'AWS::DynamoDB::Table',
      present: 'TagResource UntagResource PutResourcePolicy DeleteResourcePolicy',
      id: 'RP.resourceArn ~ :table/([^/]+)',
    },
  ],
  quiet:
    'PutItem UpdateItem DeleteItem BatchWriteItem TransactWriteItems ExecuteStatement BatchExecuteStatement ExecuteTransaction CreateBackup DeleteBackup ExportTableToPointInTime',
};

export const EFS: ServiceRoutes = {
  source: 'elasticfilesystem',
  routes: [
    {
      kind: 'AWS::EFS::FileSystem',
      present:
        'CreateFileSystem UpdateFileSystem UpdateFileSystemProtection PutLifecycleConfiguration PutFileSystemPolicy DeleteFileSystemPolicy PutBackupPolicy CreateTags DeleteTags',
      absent: 'DeleteFileSystem',
      id: ['RE.fileSystemId', 'RP.fileSystemId'],
    },
    {
      kind: 'AWS::EFS::FileSystem',
      present: 'CreateReplicationConfiguration DeleteReplicationConfiguration',
      id: 'RP.sourceFileSystemId',
    },
    {
      kind: 'AWS::EFS::FileSystem',
      present: 'TagResource UntagResource',
      id: 'RP.resourceId ~ (fs-[0-9a-f]+)$',
    },
    {
      kind: 'AWS::EFS::MountTarget',
      present: 'CreateMountTarget ModifyMountTargetSecurityGroups',
      absent: 'DeleteMountTarget',
      id: ['RE.mountTargetId', 'RP.mountTargetId'],
    },
    {
      kind: 'AWS::EFS::AccessPoint',
      present: 'CreateAccessPoint',
      absent: 'DeleteAccessPoint',
      id: ['RE.accessPointId', 'RP.accessPointId'],
    },
    {
      kind: 'AWS::EFS::AccessPoint',
      present: 'TagResource UntagResource',
      id: 'RP.resourceId ~ (fsap-[0-9a-f]+)$',
    },
  ],
  quiet: 'NewClientConnection UpdateClientConnection ClientMount ClientWrite ClientRootAccess',
};

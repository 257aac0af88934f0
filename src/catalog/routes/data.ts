import { at, either, mapped, only, tail } from './find.js';
import type { Find } from './find.js';
import { route } from './route.js';
import type { Route } from './route.js';

const RDS_TAGGED = 'AddTagsToResource RemoveTagsFromResource';
const DB_INSTANCE_EVENTS =
  'CreateDBInstance CreateDBInstanceReadReplica ModifyDBInstance RestoreDBInstance* StartDBInstance StopDBInstance RebootDBInstance PromoteReadReplica AddRoleToDBInstance RemoveRoleFromDBInstance';
const DB_CLUSTER_EVENTS =
  'CreateDBCluster ModifyDBCluster RestoreDBCluster* StartDBCluster StopDBCluster FailoverDBCluster RebootDBCluster AddRoleToDBCluster RemoveRoleFromDBCluster PromoteReadReplicaDBCluster';

/** RDS keeps names in lower case, whatever a request spells (RDS API reference). */
const lower = (find: Find): Find => mapped(find, (text) => text.toLowerCase());
const DB_INSTANCE = lower(
  at(
    'RE.dBInstanceIdentifier',
    'RP.targetDBInstanceIdentifier',
    'RP.dBInstanceIdentifier',
    'RP.dbInstanceIdentifier',
  ),
);
const DB_CLUSTER = lower(
  at('RE.dBClusterIdentifier', 'RP.dBClusterIdentifier', 'RP.dbClusterIdentifier'),
);

/** RDS, Neptune and DocumentDB share their events: each kind of the pipeline reads, and finds its own. */
function databases(service: string): readonly Route[] {
  const kind = (name: string): string => `AWS::${service}::${name}`;
  return [
    route(kind('DBInstance'), 'rds', DB_INSTANCE_EVENTS, DB_INSTANCE, {
      absent: 'DeleteDBInstance',
    }),
    route(kind('DBInstance'), 'rds', RDS_TAGGED, only(at('RP.resourceName'), /:db:([^:]+)$/)),
    route(kind('DBCluster'), 'rds', DB_CLUSTER_EVENTS, DB_CLUSTER, { absent: 'DeleteDBCluster' }),
    route(kind('DBCluster'), 'rds', RDS_TAGGED, only(at('RP.resourceName'), /:cluster:([^:]+)$/)),
  ];
}

const CACHE_TAGGED = at('RP.resourceName');

/** Stores of data. */
export const DATA_ROUTES: readonly Route[] = [
  route('AWS::S3::Bucket', 's3', 'CreateBucket PutBucket* DeleteBucket?*', at('RP.bucketName'), {
    absent: 'DeleteBucket',
  }),
  route(
    'AWS::DynamoDB::Table',
    'dynamodb',
    'CreateTable UpdateTable UpdateTimeToLive UpdateContinuousBackups RestoreTable* EnableKinesisStreamingDestination DisableKinesisStreamingDestination',
    only(at('RP.targetTableName', 'RP.tableName'), /([^/]+)$/),
    { absent: 'DeleteTable' },
  ),
  route(
    'AWS::DynamoDB::Table',
    'dynamodb',
    'TagResource UntagResource PutResourcePolicy DeleteResourcePolicy',
    only(at('RP.resourceArn'), /:table\/([^/]+)/),
  ),
  route(
    'AWS::DynamoDB::GlobalTable',
    'dynamodb',
    'CreateTable UpdateTable UpdateTimeToLive UpdateContinuousBackups',
    only(at('RP.tableName'), /([^/]+)$/),
    { any: 'DeleteTable' },
  ),
  ...databases('RDS'),
  ...databases('Neptune'),
  ...databases('DocDB'),
  route(
    'AWS::ElastiCache::CacheCluster',
    'elasticache',
    'CreateCacheCluster ModifyCacheCluster RebootCacheCluster',
    at('RP.cacheClusterId', 'RE.cacheClusterId'),
    { absent: 'DeleteCacheCluster' },
  ),
  route(
    'AWS::ElastiCache::CacheCluster',
    'elasticache',
    RDS_TAGGED,
    only(CACHE_TAGGED, /:cluster:([^:]+)$/),
  ),
  route(
    'AWS::ElastiCache::ReplicationGroup',
    'elasticache',
    'CreateReplicationGroup ModifyReplicationGroup* IncreaseReplicaCount DecreaseReplicaCount TestFailover',
    at('RP.replicationGroupId', 'RE.replicationGroupId'),
    { absent: 'DeleteReplicationGroup' },
  ),
  route(
    'AWS::ElastiCache::ReplicationGroup',
    'elasticache',
    RDS_TAGGED,
    only(CACHE_TAGGED, /:replicationgroup:([^:]+)$/),
  ),
  route(
    'AWS::OpenSearchService::Domain',
    'es',
    'CreateDomain UpdateDomainConfig UpgradeDomain CreateElasticsearchDomain UpdateElasticsearchDomainConfig AddTags RemoveTags',
    either(at('RP.domainName'), tail(at('RP.aRN', 'RP.arn'))),
    { absent: 'DeleteDomain DeleteElasticsearchDomain' },
  ),
  route(
    'AWS::EFS::FileSystem',
    'elasticfilesystem',
    'CreateFileSystem UpdateFileSystem PutLifecycleConfiguration PutFileSystemPolicy DeleteFileSystemPolicy PutBackupPolicy CreateTags DeleteTags TagResource UntagResource',
    tail(at('RE.fileSystemId', 'RP.fileSystemId', 'RP.resourceId')),
    { absent: 'DeleteFileSystem' },
  ),
  route(
    'AWS::Redshift::Cluster',
    'redshift',
    'CreateCluster ModifyCluster* ResizeCluster PauseCluster ResumeCluster RebootCluster RestoreFromClusterSnapshot',
    at('RP.clusterIdentifier', 'RE.clusterIdentifier'),
    { absent: 'DeleteCluster' },
  ),
  route(
    'AWS::MSK::Cluster',
    'kafka',
    'CreateCluster UpdateBroker* UpdateCluster* UpdateMonitoring UpdateSecurity RebootBroker TagResource UntagResource',
    at('RE.clusterArn', 'RP.clusterArn', 'RP.resourceArn'),
    { absent: 'DeleteCluster' },
  ),
  route(
    'AWS::Kinesis::Stream',
    'kinesis',
    'CreateStream UpdateShardCount UpdateStreamMode SplitShard MergeShards AddTagsToStream RemoveTagsFromStream StartStreamEncryption StopStreamEncryption IncreaseStreamRetentionPeriod DecreaseStreamRetentionPeriod',
    either(at('RP.streamName'), tail(at('RP.streamARN'))),
    { absent: 'DeleteStream' },
  ),
];

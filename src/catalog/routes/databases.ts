import type { Route, ServiceRoutes } from './route.js';

const INSTANCE = ['RE.dBInstanceIdentifier', 'RP.dBInstanceIdentifier'];
const CLUSTER = ['RE.dBClusterIdentifier', 'RP.dBClusterIdentifier'];
const INSTANCE_EVENTS =
  'CreateDBInstance ModifyDBInstance CreateDBInstanceReadReplica RestoreDBInstanceFromDBSnapshot RestoreDBInstanceFromS3 PromoteReadReplica StartDBInstance StopDBInstance RebootDBInstance AddRoleToDBInstance RemoveRoleFromDBInstance SwitchoverReadReplica';
const CLUSTER_EVENTS =
  'CreateDBCluster ModifyDBCluster RestoreDBClusterFromSnapshot RestoreDBClusterFromS3 PromoteReadReplicaDBCluster StartDBCluster StopDBCluster RebootDBCluster FailoverDBCluster AddRoleToDBCluster RemoveRoleFromDBCluster ModifyCurrentDBClusterCapacity EnableHttpEndpoint DisableHttpEndpoint';
const TAGS = 'AddTagsToResource RemoveTagsFromResource';

/** Named by a name of their own in every call, and in ARNs behind a word of their own. */
function named(kind: string, noun: string, parameter: string, word: string): readonly Route[] {
  return [
    {
      kind,
      present: `Create${noun} Modify${noun} Reset${noun}`,
      absent: `Delete${noun}`,
      id: [`RE.${parameter}`, `RP.${parameter}`],
    },
    { kind, present: TAGS, id: `RP.resourceName ~ :${word}:([^:]+)$` },
  ];
}

const RDS_ROUTES: readonly Route[] = [
  {
    kind: 'AWS::RDS::DBInstance',
    present: INSTANCE_EVENTS,
    absent: 'DeleteDBInstance',
    id: INSTANCE,
  },
  // Whose list of replicas changes.
  {
    kind: 'AWS::RDS::DBInstance',
    present: 'CreateDBInstanceReadReplica',
    when: 'RP.sourceDBInstanceIdentifier',
    id: ['RP.sourceDBInstanceIdentifier ~ :db:([^:]+)$', 'RP.sourceDBInstanceIdentifier ~ ^[^:]+$'],
  },
  {
    kind: 'AWS::RDS::DBInstance',
    present: 'RestoreDBInstanceToPointInTime',
    id: ['RE.dBInstanceIdentifier', 'RP.targetDBInstanceIdentifier'],
  },
  // Renamed.
  {
    kind: 'AWS::RDS::DBInstance',
    present: 'ModifyDBInstance',
    when: 'RP.newDBInstanceIdentifier',
    id: 'RP.newDBInstanceIdentifier',
  },
  {
    kind: 'AWS::RDS::DBInstance',
    any: 'ModifyDBInstance',
    when: 'RP.newDBInstanceIdentifier',
    id: 'RP.dBInstanceIdentifier',
  },
  { kind: 'AWS::RDS::DBInstance', present: TAGS, id: 'RP.resourceName ~ :db:([^:]+)$' },
  {
    kind: 'AWS::RDS::DBInstance',
    present: 'ApplyPendingMaintenanceAction',
    id: 'RP.resourceIdentifier ~ :db:([^:]+)$',
  },
  {
    kind: 'AWS::RDS::DBCluster',
    present: CLUSTER_EVENTS,
    absent: 'DeleteDBCluster',
    id: [...CLUSTER, 'RP.resourceArn ~ :cluster:([^:]+)$'],
  },
  {
    kind: 'AWS::RDS::DBCluster',
    present: 'RestoreDBClusterToPointInTime',
    id: CLUSTER,
  },
  {
    kind: 'AWS::RDS::DBCluster',
    present: 'ModifyDBCluster',
    when: 'RP.newDBClusterIdentifier',
    id: 'RP.newDBClusterIdentifier',
  },
  {
    kind: 'AWS::RDS::DBCluster',
    any: 'ModifyDBCluster',
    when: 'RP.newDBClusterIdentifier',
    id: 'RP.dBClusterIdentifier',
  },
  { kind: 'AWS::RDS::DBCluster', present: TAGS, id: 'RP.resourceName ~ :cluster:([^:]+)$' },
  ...named('AWS::RDS::DBSubnetGroup', 'DBSubnetGroup', 'dBSubnetGroupName', 'subgrp'),
  ...named('AWS::RDS::DBParameterGroup', 'DBParameterGroup', 'dBParameterGroupName', 'pg'),
  ...named(
    'AWS::RDS::DBClusterParameterGroup',
    'DBClusterParameterGroup',
    'dBClusterParameterGroupName',
    'cluster-pg',
  ),
  ...named('AWS::RDS::OptionGroup', 'OptionGroup', 'optionGroupName', 'og'),
  ...named('AWS::RDS::GlobalCluster', 'GlobalCluster', 'globalClusterIdentifier', 'global-cluster'),
  ...named('AWS::RDS::EventSubscription', 'EventSubscription', 'subscriptionName', 'es'),
  ...named('AWS::RDS::DBProxy', 'DBProxy', 'dBProxyName', 'db-proxy'),
];

/** Neptune and DocumentDB tell of theirs as rds; the answer says which engine it is, the request not always. */
const NEPTUNE: readonly Route[] = [
  ...(
    [
      ['AWS::Neptune::DBInstance', INSTANCE_EVENTS, 'DeleteDBInstance', INSTANCE, 'db'],
      ['AWS::Neptune::DBCluster', CLUSTER_EVENTS, 'DeleteDBCluster', CLUSTER, 'cluster'],
    ] as const
  ).flatMap(([kind, present, absent, id, word]): Route[] => [
    { kind, present, absent, when: 'RE.engine ~ ^neptune', id },
    { kind, present, absent, unless: 'RE.engine', named: id[1]! },
    { kind, present: TAGS, named: `RP.resourceName ~ :${word}:([^:]+)$` },
  ]),
  {
    kind: 'AWS::Neptune::DBSubnetGroup',
    present: 'CreateDBSubnetGroup ModifyDBSubnetGroup',
    absent: 'DeleteDBSubnetGroup',
    id: ['RE.dBSubnetGroupName', 'RP.dBSubnetGroupName'],
  },
];

export const RDS: ServiceRoutes = {
  source: 'rds',
  routes: [...RDS_ROUTES, ...NEPTUNE],
  // Snapshots are no kind.
  quiet:
    'CreateDBSnapshot DeleteDBSnapshot CopyDBSnapshot ModifyDBSnapshot ModifyDBSnapshotAttribute CreateDBClusterSnapshot DeleteDBClusterSnapshot CopyDBClusterSnapshot ModifyDBClusterSnapshotAttribute StartExportTask CancelExportTask DeleteDBInstanceAutomatedBackup DeleteDBClusterAutomatedBackup',
};

export const ELASTICACHE: ServiceRoutes = {
  source: 'elasticache',
  routes: [
    {
      kind: 'AWS::ElastiCache::CacheCluster',
      present: 'CreateCacheCluster ModifyCacheCluster RebootCacheCluster',
      absent: 'DeleteCacheCluster',
      id: ['RE.cacheClusterId', 'RP.cacheClusterId'],
    },
    // Its members come, change and go with it.
    {
      kind: 'AWS::ElastiCache::CacheCluster',
      any: 'CreateReplicationGroup ModifyReplicationGroup DeleteReplicationGroup IncreaseReplicaCount DecreaseReplicaCount ModifyReplicationGroupShardConfiguration',
      id: 'RE.memberClusters[]',
    },
    {
      kind: 'AWS::ElastiCache::CacheCluster',
      present: TAGS,
      id: 'RP.resourceName ~ :cluster:([^:]+)$',
    },
    {
      kind: 'AWS::ElastiCache::ReplicationGroup',
      present:
        'CreateReplicationGroup ModifyReplicationGroup IncreaseReplicaCount DecreaseReplicaCount ModifyReplicationGroupShardConfiguration TestFailover',
      absent: 'DeleteReplicationGroup',
      id: ['RE.replicationGroupId', 'RP.replicationGroupId'],
    },
    {
      kind: 'AWS::ElastiCache::ReplicationGroup',
      present: TAGS,
      id: 'RP.resourceName ~ :replicationgroup:([^:]+)$',
    },
    {
      kind: 'AWS::ElastiCache::SubnetGroup',
      present: 'CreateCacheSubnetGroup ModifyCacheSubnetGroup',
      absent: 'DeleteCacheSubnetGroup',
      id: ['RE.cacheSubnetGroupName', 'RP.cacheSubnetGroupName'],
    },
    {
      kind: 'AWS::ElastiCache::ParameterGroup',
      present: 'CreateCacheParameterGroup ModifyCacheParameterGroup ResetCacheParameterGroup',
      absent: 'DeleteCacheParameterGroup',
      id: ['RE.cacheParameterGroupName', 'RP.cacheParameterGroupName'],
    },
    {
      kind: 'AWS::ElastiCache::User',
      present: 'CreateUser ModifyUser',
      absent: 'DeleteUser',
      id: ['RE.userId', 'RP.userId'],
    },
    {
      kind: 'AWS::ElastiCache::UserGroup',
      present: 'CreateUserGroup ModifyUserGroup',
      absent: 'DeleteUserGroup',
      id: ['RE.userGroupId', 'RP.userGroupId'],
    },
    {
      kind: 'AWS::ElastiCache::ServerlessCache',
      present: 'CreateServerlessCache ModifyServerlessCache',
      absent: 'DeleteServerlessCache',
      id: ['RE.serverlessCache.serverlessCacheName', 'RP.serverlessCacheName'],
    },
  ],
  quiet:
    'CreateSnapshot DeleteSnapshot CopySnapshot ExportServerlessCacheSnapshot CreateServerlessCacheSnapshot DeleteServerlessCacheSnapshot CopyServerlessCacheSnapshot',
};

export const OPENSEARCH: ServiceRoutes = {
  source: 'es',
  routes: [
    {
      kind: 'AWS::OpenSearchService::Domain',
      present:
        'CreateDomain CreateElasticsearchDomain UpdateDomainConfig UpdateElasticsearchDomainConfig UpgradeDomain UpgradeElasticsearchDomain StartServiceSoftwareUpdate StartElasticsearchServiceSoftwareUpdate CancelServiceSoftwareUpdate',
      absent: 'DeleteDomain DeleteElasticsearchDomain',
      id: ['RP.domainName', 'RE.domainStatus.domainName'],
    },
    {
      kind: 'AWS::OpenSearchService::Domain',
      present: 'AddTags RemoveTags',
      id: 'RP.aRN ~ :domain/(.+)$',
    },
  ],
};

export const REDSHIFT: ServiceRoutes = {
  source: 'redshift',
  routes: [
    {
      kind: 'AWS::Redshift::Cluster',
      present:
        'CreateCluster ModifyCluster* RebootCluster PauseCluster ResumeCluster ResizeCluster RestoreFromClusterSnapshot RotateEncryptionKey EnableLogging DisableLogging EnableSnapshotCopy DisableSnapshotCopy',
      absent: 'DeleteCluster',
      id: ['RE.clusterIdentifier', 'RP.clusterIdentifier'],
    },
    {
      kind: 'AWS::Redshift::Cluster',
      present: 'CreateTags DeleteTags',
      id: 'RP.resourceName ~ :cluster:([^:]+)$',
    },
  ],
  quiet:
    'CreateClusterSnapshot DeleteClusterSnapshot* CopyClusterSnapshot BatchDeleteClusterSnapshots',
};

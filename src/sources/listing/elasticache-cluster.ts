import type { DescribedKind } from './described-kind.js';

/** `AWS::ElastiCache::Cluster`: cache clusters as DescribeCacheClusters tells them, nodes included. */
export const ELASTICACHE_CLUSTER: DescribedKind = {
  kind: 'AWS::ElastiCache::Cluster',
  operations: { list: 'DescribeCacheClusters', read: 'DescribeCacheClusters' },
  absent: ['CacheClusterNotFound', 'CacheClusterNotFoundFault'],
  async page(clients, token, options) {
    const { DescribeCacheClustersCommand } = await import('@aws-sdk/client-elasticache');
    const command = new DescribeCacheClustersCommand({
      ShowCacheNodeInfo: true,
      ...(token !== undefined && { Marker: token }),
    });
    const { CacheClusters, Marker } = await (await clients.elastiCache()).send(command, options);
    return { items: CacheClusters, nextToken: Marker };
  },
  async one(clients, identifier, options) {
    const { DescribeCacheClustersCommand } = await import('@aws-sdk/client-elasticache');
    const command = new DescribeCacheClustersCommand({
      CacheClusterId: identifier,
      ShowCacheNodeInfo: true,
    });
    const { CacheClusters } = await (await clients.elastiCache()).send(command, options);
    return CacheClusters?.[0];
  },
  identify: (item) => (item as { readonly CacheClusterId?: string }).CacheClusterId,
};

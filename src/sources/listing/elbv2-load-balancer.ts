import type { DescribedKind } from './described-kind.js';

/** `AWS::ELBV2::LoadBalancer`: load balancers as DescribeLoadBalancers tells them. */
export const ELBV2_LOAD_BALANCER: DescribedKind = {
  kind: 'AWS::ELBV2::LoadBalancer',
  operations: { list: 'DescribeLoadBalancers', read: 'DescribeLoadBalancers' },
  absent: ['LoadBalancerNotFound', 'LoadBalancerNotFoundException'],
  async page(clients, token, options) {
    const { DescribeLoadBalancersCommand } =
      await import('@aws-sdk/client-elastic-load-balancing-v2');
    const command = new DescribeLoadBalancersCommand(token === undefined ? {} : { Marker: token });
    const answer = await (await clients.loadBalancing()).send(command, options);
    return { items: answer.LoadBalancers, nextToken: answer.NextMarker };
  },
  async one(clients, identifier, options) {
    const { DescribeLoadBalancersCommand } =
      await import('@aws-sdk/client-elastic-load-balancing-v2');
    const command = new DescribeLoadBalancersCommand({ LoadBalancerArns: [identifier] });
    const { LoadBalancers } = await (await clients.loadBalancing()).send(command, options);
    return LoadBalancers?.[0];
  },
  identify: (item) => (item as { readonly LoadBalancerArn?: string }).LoadBalancerArn,
};

import type { ExtraFacts } from './extra-facts.js';

/** `GetInstanceStatusAction`: status checks of an instance, as EC2's DescribeInstanceStatus tells them. */
export const INSTANCE_STATUS: ExtraFacts = {
  action: 'GetInstanceStatusAction',
  kind: 'AWS::EC2::Instance',
  operation: 'DescribeInstanceStatus',
  async ask(clients, identifier, options) {
    const { DescribeInstanceStatusCommand } = await import('@aws-sdk/client-ec2');
    const command = new DescribeInstanceStatusCommand({
      InstanceIds: [identifier],
      // Without it, instances that do not run are not told of.
      IncludeAllInstances: true,
    });
    const { InstanceStatuses } = await (await clients.ec2()).send(command, options);
    return InstanceStatuses?.[0] as Readonly<Record<string, unknown>> | undefined;
  },
};

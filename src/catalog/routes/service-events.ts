import type { ServiceRoutes } from './route.js';

/**
 * Events that services tell EventBridge themselves, without a call that CloudTrail could record: an
 * instance that has come up, a stack that is complete. Paths begin in the event's `detail`.
 */
export const SERVICE_EVENTS: readonly ServiceRoutes[] = [
  {
    source: 'aws.ec2',
    routes: [
      {
        kind: 'AWS::EC2::Instance',
        any: ['EC2 Instance State-change Notification'],
        id: 'instance-id',
      },
    ],
  },
  {
    source: 'aws.cloudformation',
    routes: [
      {
        kind: 'AWS::CloudFormation::Stack',
        any: ['CloudFormation Stack Status Change'],
        id: 'stack-id',
      },
    ],
  },
  {
    source: 'aws.ssm',
    routes: [{ kind: 'AWS::SSM::Parameter', any: ['Parameter Store Change'], id: 'name' }],
  },
  {
    source: 'aws.rds',
    routes: [
      {
        kind: 'AWS::RDS::DBInstance',
        any: ['RDS DB Instance Event'],
        id: ['SourceIdentifier', 'SourceArn ~ :db:([^:]+)$'],
      },
      {
        kind: 'AWS::RDS::DBCluster',
        any: ['RDS DB Cluster Event'],
        id: ['SourceIdentifier', 'SourceArn ~ :cluster:([^:]+)$'],
      },
    ],
  },
  {
    source: 'aws.autoscaling',
    routes: [
      {
        kind: 'AWS::AutoScaling::AutoScalingGroup',
        any: ['EC2 Instance Launch Successful', 'EC2 Instance Terminate Successful'],
        id: 'AutoScalingGroupName',
      },
    ],
  },
  {
    source: 'aws.cloudwatch',
    routes: [
      {
        kind: 'AWS::CloudWatch::Alarm',
        any: ['CloudWatch Alarm Configuration Change'],
        id: 'alarmName',
      },
    ],
  },
  {
    source: 'aws.glue',
    routes: [
      {
        kind: 'AWS::Glue::Crawler',
        any: ['Glue Crawler State Change'],
        id: 'crawlerName',
      },
    ],
  },
];

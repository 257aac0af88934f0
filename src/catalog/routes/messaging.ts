import type { ServiceRoutes } from './route.js';

export const SQS: ServiceRoutes = {
  source: 'sqs',
  routes: [
    {
      kind: 'AWS::SQS::Queue',
      present: 'CreateQueue SetQueueAttributes TagQueue UntagQueue AddPermission RemovePermission',
      absent: 'DeleteQueue',
      id: ['RE.queueUrl', 'RP.queueUrl'],
    },
  ],
  quiet:
    'SendMessage* DeleteMessage* ChangeMessageVisibility* PurgeQueue StartMessageMoveTask CancelMessageMoveTask',
};

export const SNS: ServiceRoutes = {
  source: 'sns',
  routes: [
    {
      kind: 'AWS::SNS::Topic',
      present:
        'CreateTopic SetTopicAttributes Subscribe ConfirmSubscription AddPermission RemovePermission PutDataProtectionPolicy TagResource UntagResource',
      absent: 'DeleteTopic',
      id: [
        'RE.topicArn',
        'RP.topicArn',
        'RP.resourceArn',
        'arn:{partition}:sns:{region}:{account}:{RP.name}',
      ],
    },
    {
      kind: 'AWS::SNS::Topic',
      present: 'Unsubscribe SetSubscriptionAttributes',
      id: 'RP.subscriptionArn ~ ^(arn:.*):',
    },
    {
      kind: 'AWS::SNS::Subscription',
      present: 'Subscribe ConfirmSubscription SetSubscriptionAttributes',
      absent: 'Unsubscribe',
      id: ['RE.subscriptionArn ~ ^arn:.*', 'RP.subscriptionArn ~ ^arn:.*'],
    },
  ],
  quiet: 'Publish PublishBatch',
};

/** Rules of the default bus have no bus in their ARNs. */
const RULE = [
  'RE.ruleArn',
  ...['RP.name', 'RP.rule'].flatMap((name) => [
    `arn:{partition}:events:{region}:{account}:rule/{RP.eventBusName ~ ^(?:arn:.*:event-bus/)?(?!default$)([^:]+)$}/{${name}}`,
    `arn:{partition}:events:{region}:{account}:rule/{${name}}`,
  ]),
];

export const EVENTS: ServiceRoutes = {
  source: 'events',
  routes: [
    {
      kind: 'AWS::Events::Rule',
      present: 'PutRule EnableRule DisableRule PutTargets RemoveTargets',
      absent: 'DeleteRule',
      id: RULE,
    },
    {
      kind: 'AWS::Events::Rule',
      present: 'TagResource UntagResource',
      id: 'RP.resourceARN ~ ^.*:rule/.*',
    },
    {
      kind: 'AWS::Events::EventBus',
      present: 'CreateEventBus UpdateEventBus',
      absent: 'DeleteEventBus',
      id: 'RP.name',
    },
    {
      kind: 'AWS::Events::EventBus',
      present: 'PutPermission RemovePermission',
      id: 'RP.eventBusName ~ ([^/]+)$',
    },
    {
      kind: 'AWS::Events::EventBus',
      present: 'TagResource UntagResource',
      id: 'RP.resourceARN ~ :event-bus/(.+)$',
    },
    {
      kind: 'AWS::Events::Archive',
      present: 'CreateArchive UpdateArchive',
      absent: 'DeleteArchive',
      id: 'RP.archiveName',
    },
    {
      kind: 'AWS::Events::Connection',
      present: 'CreateConnection UpdateConnection DeauthorizeConnection',
      absent: 'DeleteConnection',
      id: 'RP.name',
    },
    {
      kind: 'AWS::Events::ApiDestination',
      present: 'CreateApiDestination UpdateApiDestination',
      absent: 'DeleteApiDestination',
      id: 'RP.name',
    },
  ],
  quiet: 'PutEvents PutPartnerEvents StartReplay CancelReplay',
};

export const STEP_FUNCTIONS: ServiceRoutes = {
  source: 'states',
  routes: [
    {
      kind: 'AWS::StepFunctions::StateMachine',
      present: 'CreateStateMachine UpdateStateMachine PublishStateMachineVersion',
      absent: 'DeleteStateMachine',
      id: [
        'RE.stateMachineArn',
        'RP.stateMachineArn',
        'arn:{partition}:states:{region}:{account}:stateMachine:{RP.name}',
      ],
    },
    {
      kind: 'AWS::StepFunctions::StateMachine',
      present: 'TagResource UntagResource',
      id: 'RP.resourceArn ~ ^.*:stateMachine:.*',
    },
    {
      kind: 'AWS::StepFunctions::Activity',
      present: 'CreateActivity',
      absent: 'DeleteActivity',
      id: [
        'RE.activityArn',
        'RP.activityArn',
        'arn:{partition}:states:{region}:{account}:activity:{RP.name}',
      ],
    },
    {
      kind: 'AWS::StepFunctions::Activity',
      present: 'TagResource UntagResource',
      id: 'RP.resourceArn ~ ^.*:activity:.*',
    },
  ],
  quiet: 'StartExecution StartSyncExecution StopExecution RedriveExecution SendTask* UpdateMapRun',
};

/** The ARN stands percent-encoded in requests, since it is part of a path. */
export const MSK: ServiceRoutes = {
  source: 'kafka',
  routes: [
    {
      kind: 'AWS::MSK::Cluster',
      present:
        'CreateCluster CreateClusterV2 UpdateBroker* UpdateCluster* UpdateConnectivity UpdateMonitoring UpdateSecurity UpdateStorage PutClusterPolicy DeleteClusterPolicy BatchAssociateScramSecret BatchDisassociateScramSecret',
      absent: 'DeleteCluster',
      unless: 'RP.serverless.vpcConfigs[].subnetIds[]',
      id: ['RE.clusterArn', 'RP.clusterArn'],
    },
    {
      kind: 'AWS::MSK::ServerlessCluster',
      present: 'CreateClusterV2',
      when: 'RP.serverless.vpcConfigs[].subnetIds[]',
      id: 'RE.clusterArn',
    },
    {
      kind: 'AWS::MSK::ServerlessCluster',
      absent: 'DeleteCluster',
      named: 'RP.clusterArn',
    },
    {
      kind: 'AWS::MSK::Cluster',
      present: 'TagResource UntagResource',
      id: 'RP.resourceArn ~ ^.*:cluster/.*',
    },
    {
      kind: 'AWS::MSK::Configuration',
      present: 'CreateConfiguration UpdateConfiguration',
      absent: 'DeleteConfiguration',
      id: ['RE.arn', 'RP.arn'],
    },
  ],
  quiet: 'RebootBroker',
};

const STREAM = ['RP.streamName', 'RP.streamARN ~ :stream/([^/]+)'];

export const KINESIS: ServiceRoutes = {
  source: 'kinesis',
  routes: [
    {
      kind: 'AWS::Kinesis::Stream',
      present:
        'CreateStream MergeShards SplitShard UpdateShardCount UpdateStreamMode UpdateMaxRecordSize IncreaseStreamRetentionPeriod DecreaseStreamRetentionPeriod StartStreamEncryption StopStreamEncryption EnableEnhancedMonitoring DisableEnhancedMonitoring AddTagsToStream RemoveTagsFromStream',
      absent: 'DeleteStream',
      id: STREAM,
    },
    {
      kind: 'AWS::Kinesis::Stream',
      present: 'TagResource UntagResource',
      id: 'RP.resourceARN ~ :stream/([^/]+)$',
    },
    {
      kind: 'AWS::Kinesis::StreamConsumer',
      present: 'RegisterStreamConsumer',
      absent: 'DeregisterStreamConsumer',
      id: ['RE.consumer.consumerARN', 'RP.consumerARN'],
    },
  ],
  quiet: 'PutRecord PutRecords SubscribeToShard',
};

export const FIREHOSE: ServiceRoutes = {
  source: 'firehose',
  routes: [
    {
      kind: 'AWS::KinesisFirehose::DeliveryStream',
      present:
        'CreateDeliveryStream UpdateDestination StartDeliveryStreamEncryption StopDeliveryStreamEncryption TagDeliveryStream UntagDeliveryStream',
      absent: 'DeleteDeliveryStream',
      id: 'RP.deliveryStreamName',
    },
  ],
  quiet: 'PutRecord PutRecordBatch',
};

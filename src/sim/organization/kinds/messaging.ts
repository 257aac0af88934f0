import { awkwardText, policyText, rawNumber, tagList, WORDS } from '../awkward.js';
import type { KindModel } from '../kind-model.js';

const queue: KindModel = {
  kind: 'AWS::SQS::Queue',
  placement: 'regional',
  identifierProperties: ['QueueUrl'],
  bulkProperty: 'RedriveAllowPolicies',
  tagProperty: 'Tags',
  identifier: (id) => [
    `https://sqs.${id.region}.amazonaws.com/${id.accountId}/${WORDS[id.hash % 16] ?? ''}-${id.mark}${id.hash % 4 === 0 ? '.fifo' : ''}`,
  ],
  body: (id, random, [url]) => ({
    QueueName: (url ?? '').slice((url ?? '').lastIndexOf('/') + 1),
    Arn: `arn:${id.partition}:sqs:${id.region}:${id.accountId}:${(url ?? '').slice((url ?? '').lastIndexOf('/') + 1)}`,
    VisibilityTimeout: random.int(43_200),
    MessageRetentionPeriod: 345_600,
    MaximumMessageSize: 262_144,
    DelaySeconds: 0,
    FifoQueue: (url ?? '').endsWith('.fifo') ? true : undefined,
    SqsManagedSseEnabled: random.oneIn(2),
    RedrivePolicy: random.oneIn(2)
      ? {
          deadLetterTargetArn: `arn:${id.partition}:sqs:${id.region}:${id.accountId}:dlq`,
          maxReceiveCount: 5,
        }
      : undefined,
    Tags: tagList(random),
  }),
};

const topic: KindModel = {
  kind: 'AWS::SNS::Topic',
  placement: 'regional',
  identifierProperties: ['TopicArn'],
  bulkProperty: 'DeliveryStatusLogging',
  tagProperty: 'Tags',
  identifier: (id) => [
    `arn:${id.partition}:sns:${id.region}:${id.accountId}:${WORDS[id.hash % 16] ?? ''}-${id.mark}`,
  ],
  body: (_id, random, [arn]) => ({
    TopicName: (arn ?? '').slice((arn ?? '').lastIndexOf(':') + 1),
    DisplayName: awkwardText(random),
    Subscription: Array.from({ length: random.int(3) }, () => ({
      Protocol: 'email',
      Endpoint: `${random.pick(WORDS)}@example.com`,
    })),
    FifoTopic: false,
    DataProtectionPolicy: {},
    ArchivePolicy: null,
    Tags: tagList(random),
  }),
};

/** Names with slashes; sizes beyond 2^53. */
const logGroup: KindModel = {
  kind: 'AWS::Logs::LogGroup',
  placement: 'regional',
  identifierProperties: ['LogGroupName'],
  bulkProperty: 'FieldIndexPolicies',
  tagProperty: 'Tags',
  identifier: (id) => [`/aws/lambda/${WORDS[id.hash % 16] ?? ''}/${id.mark}`],
  body: (id, random, [name]) => ({
    Arn: `arn:${id.partition}:logs:${id.region}:${id.accountId}:log-group:${name ?? ''}:*`,
    RetentionInDays: random.oneIn(3) ? undefined : random.pick([1, 30, 365]),
    LogGroupClass: 'STANDARD',
    StoredBytes: random.oneIn(4) ? rawNumber('18446744073709551615') : random.int(1_000_000),
    DataProtectionPolicy: random.oneIn(2) ? undefined : JSON.parse(policyText(random, name ?? '')),
    Tags: tagList(random),
  }),
};

/** Names with spaces and signs that Port refuses in an identifier. */
const alarm: KindModel = {
  kind: 'AWS::CloudWatch::Alarm',
  placement: 'regional',
  identifierProperties: ['AlarmName'],
  bulkProperty: 'Metrics',
  tagProperty: 'Tags',
  identifier: (id) => [`High CPU > 90% (${WORDS[id.hash % 16] ?? ''}) ${id.mark}`],
  body: (id, random, [name]) => ({
    Arn: `arn:${id.partition}:cloudwatch:${id.region}:${id.accountId}:alarm:${name ?? ''}`,
    AlarmDescription: awkwardText(random),
    Threshold: 90.5,
    EvaluationPeriods: 1 + random.int(5),
    ComparisonOperator: 'GreaterThanThreshold',
    ActionsEnabled: random.oneIn(2),
    Dimensions: [{ Name: 'InstanceId', Value: `i-0${random.hex(16)}` }],
    Tags: tagList(random),
  }),
};

export const messagingKinds: readonly KindModel[] = [queue, topic, logGroup, alarm];

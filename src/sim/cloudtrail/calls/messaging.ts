import {
  arnOf,
  tagObject,
  tailOf,
  type ApiCall,
  type CallWriter,
  type Subject,
} from '../api-call.js';

const sqs = (
  name: string,
  request: Record<string, unknown>,
  response: Record<string, unknown> | null = null,
): ApiCall => ({ service: 'sqs', name, request, response });

/** Named by its URL everywhere; only the creation names it by name, and answers with the URL. */
const queue: CallWriter = {
  create: ({ identifier, properties }) =>
    sqs(
      'CreateQueue',
      {
        queueName: tailOf(identifier, '/'),
        attributes: { VisibilityTimeout: String(properties['VisibilityTimeout']) },
      },
      { queueUrl: identifier },
    ),
  update: ({ identifier, properties }) =>
    sqs('SetQueueAttributes', {
      queueUrl: identifier,
      attributes: { VisibilityTimeout: String(properties['VisibilityTimeout']) },
    }),
  delete: ({ identifier }) => sqs('DeleteQueue', { queueUrl: identifier }),
  tag: ({ identifier }, tags) => sqs('TagQueue', { queueUrl: identifier, tags: tagObject(tags) }),
  untag: ({ identifier }, keys) => sqs('UntagQueue', { queueUrl: identifier, tagKeys: keys }),
};

const sns = (
  name: string,
  request: Record<string, unknown>,
  response: Record<string, unknown> | null = null,
): ApiCall => ({ service: 'sns', name, request, response });

const topic: CallWriter = {
  create: ({ identifier }) =>
    sns('CreateTopic', { name: tailOf(identifier, ':') }, { topicArn: identifier }),
  update: ({ identifier, changed, properties, random }) => {
    if (changed.includes('Subscription'))
      return sns(
        'Subscribe',
        { topicArn: identifier, protocol: 'email', endpoint: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
        {
          subscriptionArn: random.oneIn(2)
            ? 'pending confirmation'
            : `${identifier}:${random.hex(8)}`,
        },
      );
    return sns('SetTopicAttributes', {
      topicArn: identifier,
      attributeName: 'DisplayName',
      attributeValue: properties['DisplayName'],
    });
  },
  delete: ({ identifier }) => sns('DeleteTopic', { topicArn: identifier }),
  tag: ({ identifier }, tags) => sns('TagResource', { resourceArn: identifier, tags }),
  untag: ({ identifier }, keys) => sns('UntagResource', { resourceArn: identifier, tagKeys: keys }),
};

const logs = (name: string, request: Record<string, unknown>): ApiCall => ({
  service: 'logs',
  name,
  request,
  response: null,
  apiVersion: '20140328',
});

const logGroupArn = (subject: Subject) => arnOf(subject, 'logs', `log-group:${subject.identifier}`);

/** Newer calls name a group by its ARN, without the `:*` that its property has. */
const logGroup: CallWriter = {
  create: ({ identifier }) => logs('CreateLogGroup', { logGroupName: identifier }),
  update: (subject) => {
    const { identifier: logGroupName, changed, properties } = subject;
    if (changed.includes('DataProtectionPolicy'))
      return logs(
        properties['DataProtectionPolicy'] === undefined
          ? 'DeleteDataProtectionPolicy'
          : 'PutDataProtectionPolicy',
        { logGroupIdentifier: subject.random.oneIn(2) ? logGroupArn(subject) : logGroupName },
      );
    const days = properties['RetentionInDays'];
    return days === undefined
      ? logs('DeleteRetentionPolicy', { logGroupName })
      : logs('PutRetentionPolicy', { logGroupName, retentionInDays: days });
  },
  delete: ({ identifier }) => logs('DeleteLogGroup', { logGroupName: identifier }),
  tag: (subject, tags) =>
    subject.random.oneIn(2)
      ? logs('TagLogGroup', { logGroupName: subject.identifier, tags: tagObject(tags) })
      : logs('TagResource', { resourceArn: logGroupArn(subject), tags: tagObject(tags) }),
  untag: (subject, keys) =>
    logs('UntagResource', { resourceArn: logGroupArn(subject), tagKeys: keys }),
};

const monitoring = (name: string, request: Record<string, unknown>): ApiCall => ({
  service: 'monitoring',
  name,
  request,
  response: null,
});

const alarmArn = (subject: Subject) => arnOf(subject, 'cloudwatch', `alarm:${subject.identifier}`);

const putAlarm = ({ identifier, properties }: Subject) =>
  monitoring('PutMetricAlarm', {
    alarmName: identifier,
    threshold: properties['Threshold'],
    evaluationPeriods: properties['EvaluationPeriods'],
    comparisonOperator: properties['ComparisonOperator'],
    metricName: 'CPUUtilization',
    namespace: 'AWS/EC2',
    period: 300,
  });

const alarm: CallWriter = {
  create: putAlarm,
  update: (subject) => {
    if (!subject.changed.includes('ActionsEnabled')) return putAlarm(subject);
    const enabled = subject.properties['ActionsEnabled'] === true;
    return monitoring(enabled ? 'EnableAlarmActions' : 'DisableAlarmActions', {
      alarmNames: [subject.identifier],
    });
  },
  delete: ({ identifier }) => monitoring('DeleteAlarms', { alarmNames: [identifier] }),
  tag: (subject, tags) => monitoring('TagResource', { resourceARN: alarmArn(subject), tags }),
  untag: (subject, keys) =>
    monitoring('UntagResource', { resourceARN: alarmArn(subject), tagKeys: keys }),
};

export const messagingCalls: Readonly<Record<string, CallWriter>> = {
  'AWS::SQS::Queue': queue,
  'AWS::SNS::Topic': topic,
  'AWS::Logs::LogGroup': logGroup,
  'AWS::CloudWatch::Alarm': alarm,
};

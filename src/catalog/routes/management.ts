import { arn, at, either, mapped, only } from './find.js';
import type { Find } from './find.js';
import { route } from './route.js';
import type { Route } from './route.js';

/** A topic's ARN; a subscription's is the topic's with one more part. */
const topic = (find: Find): Find => mapped(find, (text) => text.split(':').slice(0, 6).join(':'));

/** `arn:…:rule/NAME` on the default bus, `arn:…:rule/BUS/NAME` on another. */
const RULE: Find = (event) => {
  const known = at('RE.ruleArn')(event);
  if (known !== undefined) return known;
  const bus = at('RP.eventBusName')(event)?.[0]?.split('/').at(-1);
  const path = bus === undefined || bus === 'default' ? 'rule/{}' : `rule/${bus}/{}`;
  return arn('events', path, at('RP.rule', 'RP.name'))(event);
};

/** Queues, topics, rules, and what watches over the rest. */
export const MANAGEMENT_ROUTES: readonly Route[] = [
  route(
    'AWS::SQS::Queue',
    'sqs',
    'CreateQueue SetQueueAttributes AddPermission RemovePermission TagQueue UntagQueue',
    at('RE.queueUrl', 'RP.queueUrl'),
    { absent: 'DeleteQueue' },
  ),
  route(
    'AWS::SNS::Topic',
    'sns',
    'CreateTopic SetTopicAttributes Subscribe Unsubscribe TagResource UntagResource AddPermission RemovePermission PutDataProtectionPolicy',
    topic(at('RE.topicArn', 'RP.topicArn', 'RP.resourceArn', 'RP.subscriptionArn')),
    { absent: 'DeleteTopic' },
  ),
  route(
    'AWS::Events::Rule',
    'events',
    'PutRule EnableRule DisableRule PutTargets RemoveTargets',
    RULE,
    { absent: 'DeleteRule' },
  ),
  route(
    'AWS::Events::Rule',
    'events',
    'TagResource UntagResource',
    only(at('RP.resourceARN', 'RP.resourceArn'), /^arn:.*:rule\/.*$/),
  ),
  route('AWS::Events::EventBus', 'events', 'CreateEventBus UpdateEventBus', at('RP.name'), {
    absent: 'DeleteEventBus',
  }),
  route(
    'AWS::SSM::Parameter',
    'ssm',
    'PutParameter LabelParameterVersion UnlabelParameterVersion',
    at('RP.name'),
    { absent: 'DeleteParameter' },
  ),
  route('AWS::SSM::Parameter', 'ssm', '', at('RP.names[]'), { absent: 'DeleteParameters' }),
  route('AWS::SSM::Parameter', 'ssm', 'AddTagsToResource RemoveTagsFromResource', (event) =>
    at('RP.resourceType')(event)?.[0] === 'Parameter' ? at('RP.resourceId')(event) : [],
  ),
  route('AWS::SSM::Parameter', 'aws.ssm', '', at('name'), {
    any: `'Parameter Store Change'`,
  }),
  route(
    'AWS::Logs::LogGroup',
    'logs',
    'CreateLogGroup PutRetentionPolicy DeleteRetentionPolicy AssociateKmsKey DisassociateKmsKey TagLogGroup UntagLogGroup PutDataProtectionPolicy DeleteDataProtectionPolicy PutIndexPolicy',
    at('RP.logGroupName'),
    { absent: 'DeleteLogGroup' },
  ),
  route(
    'AWS::Logs::LogGroup',
    'logs',
    'TagResource UntagResource',
    only(at('RP.resourceArn'), /:log-group:([^:]+)/),
  ),
  route('AWS::CloudWatch::Alarm', 'monitoring', 'PutMetricAlarm', at('RP.alarmName')),
  route(
    'AWS::CloudWatch::Alarm',
    'monitoring',
    'EnableAlarmActions DisableAlarmActions SetAlarmState',
    at('RP.alarmNames[]', 'RP.alarmName'),
    { absent: 'DeleteAlarms' },
  ),
  route(
    'AWS::CloudWatch::Alarm',
    'monitoring',
    'TagResource UntagResource',
    only(at('RP.resourceARN', 'RP.resourceArn'), /:alarm:(.+)$/),
  ),
  route(
    'AWS::Cognito::UserPool',
    'cognito-idp',
    'CreateUserPool UpdateUserPool SetUserPoolMfaConfig AddCustomAttributes',
    either(at('RE.userPool.id'), at('RP.userPoolId')),
    { absent: 'DeleteUserPool' },
  ),
];

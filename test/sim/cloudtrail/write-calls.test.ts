import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ApiCall } from '../../../src/sim/cloudtrail/api-call.js';
import { anyKindCalls } from '../../../src/sim/cloudtrail/calls/any-kind.js';
import { makeRecord } from '../../../src/sim/cloudtrail/make-record.js';
import { joinCalls, writeCalls, type LoggedCall } from '../../../src/sim/cloudtrail/write-calls.js';
import { KINDS } from '../../../src/sim/organization/kinds/index.js';
import {
  createOrganization,
  type SimResource,
} from '../../../src/sim/organization/organization.js';
import { Random } from '../../../src/sim/organization/random.js';

const test = suite('sim/cloudtrail/write-calls');

const organization = () =>
  createOrganization({ accounts: 1, regions: ['eu-west-1'], resourcesPerScope: 2, bigEvery: 0 });

/** Makes a change, and shows how it is logged. */
function logged(
  change: (held: SimResource, all: ReturnType<typeof organization>) => void,
  kind: string,
): { held: SimResource; calls: LoggedCall[] } {
  const all = organization();
  const held = [...all.snapshot()].find((one) => one.kind === kind);
  if (held === undefined) throw new Error(`no ${kind}`);
  const calls: LoggedCall[] = [];
  all.onChange((told) => {
    const model = KINDS.get(told.key.kind);
    if (model === undefined) throw new Error(`no model of ${told.key.kind}`);
    calls.push(...writeCalls(told, model, all.partition, new Random(7)));
  });
  change(held, all);
  return { held, calls };
}

/** Kind, then how its creation, an update, its tagging and its deletion are logged, then what names it. */
const TABLE = [
  ['AWS::EC2::Instance', 'ec2', 'RunInstances', { InstanceType: 't3.nano' }, 'ModifyInstanceAttribute', 'CreateTags', 'TerminateInstances'],
  ['AWS::EC2::Volume', 'ec2', 'CreateVolume', { Size: 9 }, 'ModifyVolume', 'CreateTags', 'DeleteVolume'],
  ['AWS::EC2::SecurityGroup', 'ec2', 'CreateSecurityGroup', { SecurityGroupIngress: [{}, {}, {}, {}, {}] }, 'AuthorizeSecurityGroupIngress', 'CreateTags', 'DeleteSecurityGroup'],
  ['AWS::Lambda::Function', 'lambda', 'CreateFunction20150331', { Timeout: 5 }, 'UpdateFunctionConfiguration20150331v2', 'TagResource20170331v2', 'DeleteFunction20150331'],
  ['AWS::ECS::Cluster', 'ecs', 'CreateCluster', { ClusterSettings: [] }, 'UpdateCluster', 'TagResource', 'DeleteCluster'],
  ['AWS::ECS::Service', 'ecs', 'CreateService', { DesiredCount: 5 }, 'UpdateService', 'TagResource', 'DeleteService'],
  ['AWS::S3::Bucket', 's3', 'CreateBucket', { VersioningConfiguration: { Status: 'Enabled' } }, 'PutBucketVersioning', 'PutBucketTagging', 'DeleteBucket'],
  ['AWS::DynamoDB::Table', 'dynamodb', 'CreateTable', { BillingMode: 'X' }, 'UpdateTable', 'TagResource', 'DeleteTable'],
  ['AWS::RDS::DBInstance', 'rds', 'CreateDBInstance', { DBInstanceStatus: 'stopped' }, 'StopDBInstance', 'AddTagsToResource', 'DeleteDBInstance'],
  ['AWS::SQS::Queue', 'sqs', 'CreateQueue', { VisibilityTimeout: 5 }, 'SetQueueAttributes', 'TagQueue', 'DeleteQueue'],
  ['AWS::SNS::Topic', 'sns', 'CreateTopic', { DisplayName: 'x' }, 'SetTopicAttributes', 'TagResource', 'DeleteTopic'],
  ['AWS::Logs::LogGroup', 'logs', 'CreateLogGroup', { RetentionInDays: 3 }, 'PutRetentionPolicy', undefined, 'DeleteLogGroup'],
  ['AWS::CloudWatch::Alarm', 'monitoring', 'PutMetricAlarm', { ActionsEnabled: true }, 'EnableAlarmActions', 'TagResource', 'DeleteAlarms'],
  ['AWS::IAM::Role', 'iam', 'CreateRole', { Description: 'x' }, 'UpdateRole', 'TagRole', 'DeleteRole'],
  ['AWS::CloudFront::Distribution', 'cloudfront', 'CreateDistribution', { DistributionConfig: {} }, 'UpdateDistribution', 'TagResource', 'DeleteDistribution'],
  ['AWS::Route53::HostedZone', 'route53', 'CreateHostedZone', { HostedZoneConfig: {} }, 'UpdateHostedZoneComment', 'ChangeTagsForResource', 'DeleteHostedZone'],
  ['AWS::SSM::Parameter', 'ssm', 'PutParameter', { Value: 'x' }, 'PutParameter', 'AddTagsToResource', undefined],
  ['AWS::ApiGateway::RestApi', 'apigateway', 'CreateRestApi', { Description: 'x' }, 'UpdateRestApi', 'TagResource', 'DeleteRestApi'],
  ['AWS::ApiGateway::Resource', 'apigateway', 'CreateResource', { PathPart: 'x' }, 'UpdateResource', 'UpdateResource', 'DeleteResource'],
] as const; // prettier-ignore

/** The part of an identifier that every call about it must hold somewhere. */
function essence(identifier: string): string {
  return identifier.split('|').at(-2) === undefined
    ? (identifier.split('/').at(-1) as string)
    : (identifier.split('|')[0]?.split('/').at(-1) as string);
}

test('every kind is in the table', () => {
  assert.equal(TABLE.map(([kind]) => kind).toSorted(), [...KINDS.keys()].toSorted());
});

for (const [kind, service, created, change, updated, tagged, deleted] of TABLE) {
  const check = (call: ApiCall | undefined, name: string | undefined, identifier: string) => {
    if (call === undefined) throw new Error('nothing logged');
    assert.is(call.service, service);
    if (name !== undefined) assert.is(call.name, name);
    const text = JSON.stringify([call.request, call.response]);
    assert.ok(text.includes(JSON.stringify(essence(identifier)).slice(1, -1)), text);
  };

  test(`${kind}: each change is logged by the API's own call`, () => {
    const { held, calls } = logged((one, all) => {
      all.update(one, change);
      all.delete(one);
      const { identifier, properties } = one;
      all.create({ ...one, identifier, properties: { ...properties } });
    }, kind);
    const [update, gone, creation] = calls;
    assert.is(calls.length, 3);
    check(update?.call, updated, held.identifier);
    check(gone?.call, deleted, held.identifier);
    check(creation?.call, created, held.identifier);
    const global = held.region === 'global';
    for (const { region, accountId } of calls) {
      assert.is(region, global ? 'us-east-1' : 'eu-west-1');
      assert.is(accountId, held.accountId);
    }
  });

  const { tagProperty } = KINDS.get(kind) ?? {};
  if (tagProperty === undefined) continue;
  test(`${kind}: tags have calls of their own`, () => {
    const asMap = kind === 'AWS::SSM::Parameter';
    const tags = asMap ? { a: 'b', c: 'd' } : [{ Key: 'a', Value: 'b' }, { Key: 'c', Value: 'd' }]; // prettier-ignore
    const { held, calls } = logged((one, all) => {
      all.update(one, { [tagProperty]: undefined });
      all.update(one, { [tagProperty]: tags });
      all.update(one, { [tagProperty]: undefined });
      all.update(one, { [tagProperty]: tags, ...change });
    }, kind);
    const [, set, unset, other, again] = calls.slice(-5);
    check(set?.call, tagged, held.identifier);
    check(unset?.call, undefined, held.identifier);
    assert.ok(/Untag|Remove|Delete|ChangeTags/.test(unset?.call.name ?? ''), unset?.call.name);
    check(other?.call, updated, held.identifier);
    check(again?.call, undefined, held.identifier);
  });
}

test('instances that come in a row share one call; the request of a start counts them', () => {
  const all = organization();
  const calls: LoggedCall[] = [];
  const model = KINDS.get('AWS::EC2::Instance');
  if (model === undefined) throw new Error('no model');
  all.onChange((told) => calls.push(...writeCalls(told, model, 'aws', new Random(1))));
  const accountId = all.managementAccountId;
  for (const id of ['i-01', 'i-02', 'i-03'])
    all.create({ kind: model.kind, accountId, region: 'eu-west-1', identifier: id });
  const [a, b, c] = calls as [LoggedCall, LoggedCall, LoggedCall];
  const ab = joinCalls(a, b, 2) as LoggedCall;
  assert.is(joinCalls(ab, c, 2), undefined, 'no more than it may');
  assert.is(joinCalls(a, { ...b, accountId: 'other' }, 9), undefined);
  assert.is(joinCalls(a, { ...b, region: 'other' }, 9), undefined);
  const { call } = joinCalls(ab, c, 50) as LoggedCall;
  const items = (value: ApiCall['request']) =>
    (value?.['instancesSet'] as { items: Record<string, unknown>[] }).items;
  assert.equal(
    items(call.response).map(({ instanceId }) => instanceId),
    ['i-01', 'i-02', 'i-03'],
  );
  assert.is(items(call.request).length, 1);
  assert.is(items(call.request)[0]?.['maxCount'], 3);
});

test('kinds without calls of their own get plausible ones', () => {
  const { create } = anyKindCalls(['ThingName', 'Part']);
  const subject = {
    kind: 'AWS::Some::Thing',
    values: ['n', 'p'],
  } as unknown as Parameters<typeof create>[0];
  assert.equal(create(subject), {
    service: 'some',
    name: 'CreateThing',
    request: { thingName: 'n', part: 'p' },
    response: null,
  });
});

test('records have what all records have, and now and then what some have', () => {
  const { calls } = logged((one, all) => all.delete(one), 'AWS::S3::Bucket');
  const call = calls[0] as LoggedCall;
  const random = new Random(3);
  const at = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
  const records = Array.from({ length: 200 }, () => makeRecord(call, at, random));
  assert.is(new Set(records.map(({ eventID }) => eventID)).size, 200);
  for (const record of records) {
    assert.is(record.eventTime, '2026-01-02T03:04:05Z');
    assert.is(record.eventSource, 's3.amazonaws.com');
    assert.match(record.eventID, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  }
  const share = (name: string) => records.filter((record) => name in record).length / 200;
  assert.ok(share('resources') > 0.1 && share('resources') < 0.6);
  assert.ok(share('readOnly') > 0.7 && share('readOnly') < 1);
  const failed = makeRecord(call, at, random, { error: { code: 'X', message: 'y' } });
  assert.is(failed['errorCode'], 'X');
  assert.is(failed['responseElements'], null);
});

test.run();

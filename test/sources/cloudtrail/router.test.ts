import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { allTypes } from '../../../src/catalog/catalog.js';
import { createRouter } from '../../../src/sources/cloudtrail/router.js';
import { eventOf, tell } from './route-cases/route-case.js';
import type { Detail } from './route-cases/route-case.js';

const test = suite('sources/cloudtrail/router');

function told(
  kinds: readonly string[],
  source: string,
  name: string,
  detail: Detail = {},
): unknown {
  const router = createRouter(kinds);
  const event = eventOf(source, name, detail);
  const { targets, outcome } = router.route(event);
  // What is not wanted never comes to be routed, and what is routed must have been wanted.
  if (targets.length > 0) assert.ok(router.wants(event.source, event.name));
  return [outcome, ...targets.map(tell)];
}

test('only kinds of the pipeline are told of', () => {
  const detail = { RP: { volumeId: 'vol-1', instanceId: 'i-1' } };
  assert.equal(told(['AWS::EC2::Volume'], 'ec2', 'AttachVolume', detail), [
    'routed',
    'EC2::Volume = vol-1 present',
  ]);
  assert.equal(told(['AWS::EC2::VPC'], 'ec2', 'AttachVolume', detail), ['ignored']);
  assert.equal(told([], 'ec2', 'AttachVolume', detail), ['ignored']);
});

test('services without a kind in the pipeline are not wanted', () => {
  const router = createRouter(['AWS::S3::Bucket', 'AWS::EC2::Instance']);
  assert.not(router.wants('sqs.amazonaws.com', 'CreateQueue'));
  assert.not(router.wants('nobody.amazonaws.com', 'CreateThing'));
  assert.not(router.wants('aws.ssm', 'Parameter Store Change'));
  assert.not(router.wants('aws.ec2', 'AWS API Call via CloudTrail'));
  assert.ok(router.wants('aws.ec2', 'EC2 Instance State-change Notification'));
  assert.ok(router.wants('s3.amazonaws.com', 'PutBucketTagging'));
  assert.ok(router.wants('ec2.amazonaws.com.cn', 'RunInstances'));
});

test('what only reads, runs or sends is not wanted', () => {
  const router = createRouter([...allTypes().keys()]);
  for (const [source, name] of [
    ['ec2', 'DescribeInstances'],
    ['s3', 'GetBucketPolicy'],
    ['s3', 'PutObject'],
    ['ssm', 'UpdateInstanceInformation'],
    ['ecs', 'RunTask'],
    ['logs', 'PutLogEvents'],
    ['kms', 'CreateGrant'],
    ['iam', 'CreateAccessKey'],
    ['rds', 'CreateDBSnapshot'],
    ['athena', 'StartQueryExecution'],
    ['account', 'EnableRegion'],
  ] as const) {
    assert.not(router.wants(`${source}.amazonaws.com`, name), `${source} ${name}`);
  }
});

test('a change that nobody knows lists the kinds of its service', () => {
  const kinds = ['AWS::EC2::Instance', 'AWS::EC2::VPC', 'AWS::S3::Bucket'];
  assert.equal(told(kinds, 'ec2', 'FrobnicateEverything'), [
    'fallback',
    'EC2::Instance ?',
    'EC2::VPC ?',
  ]);
  assert.equal(told(kinds, 's3', 'PutSomethingNew', { RP: { bucketName: 'b' } }), [
    'fallback',
    'S3::Bucket ?',
  ]);
});

test('a change that says what it makes lists that kind alone, or nothing', () => {
  const kinds = ['AWS::ApiGateway::RestApi', 'AWS::ApiGateway::Resource'];
  assert.equal(told(kinds, 'apigateway', 'CreateResource', { RP: { restApiId: 'a' } }), [
    'fallback',
    'ApiGateway::Resource ?',
  ]);
  assert.equal(told(kinds.slice(0, 1), 'apigateway', 'CreateResource'), ['ignored']);
  assert.equal(told(['AWS::EC2::Instance'], 'ec2', 'CreateVpcPeeringConnection'), ['ignored']);
});

test('kinds without rows live by what the registry gives away', () => {
  const profiles = ['AWS::RolesAnywhere::Profile'];
  const created = { RE: { profile: { profileId: 'u' } } };
  assert.equal(told(profiles, 'rolesanywhere', 'CreateProfile', created), [
    'routed',
    'RolesAnywhere::Profile = u present',
  ]);
  assert.equal(told(profiles, 'rolesanywhere', 'UpdateProfile', { RP: { profileId: 'u' } }), [
    'routed',
    'RolesAnywhere::Profile = u present',
  ]);
  const anchors = ['AWS::RolesAnywhere::TrustAnchor'];
  const detail = { RP: { trustAnchorId: 'u' } };
  assert.equal(told(anchors, 'rolesanywhere', 'DeleteTrustAnchor', detail), [
    'routed',
    'RolesAnywhere::TrustAnchor = u absent',
  ]);
  assert.equal(told(anchors, 'rolesanywhere', 'DeleteTrustAnchor', { RP: null }), [
    'fallback',
    'RolesAnywhere::TrustAnchor ?',
  ]);
});

test('a guess never takes a name for an ARN', () => {
  const kinds = ['AWS::ACMPCA::CertificateAuthority'];
  const name = 'DeleteCertificateAuthority';
  const arn = 'arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/u';
  assert.equal(told(kinds, 'acm-pca', name, { RP: { certificateAuthorityArn: arn } }), [
    'routed',
    `ACMPCA::CertificateAuthority = ${arn} absent`,
  ]);
  assert.equal(told(kinds, 'acm-pca', name, { RP: { certificateAuthorityArn: 'name' } }), [
    'fallback',
    'ACMPCA::CertificateAuthority ?',
  ]);
});

test('tags of kinds without rows: the ARN says whose they are', () => {
  const kinds = ['AWS::RolesAnywhere::TrustAnchor', 'AWS::RolesAnywhere::Profile'];
  const tag = (resource: string): unknown =>
    told(kinds, 'rolesanywhere', 'TagResource', {
      RP: { resourceArn: `arn:aws:rolesanywhere:eu-west-1:111122223333:${resource}` },
    });
  assert.equal(tag('trust-anchor/u'), ['fallback', 'RolesAnywhere::TrustAnchor ?']);
  assert.equal(tag('crl/u'), ['ignored']);
});

test("kinds of Ocean's that share resources with a type are told of as it is", () => {
  const arn = 'arn:aws:acm:eu-west-1:111122223333:certificate/u';
  assert.equal(
    told(
      ['AWS::ACM::Certificate', 'AWS::CertificateManager::Certificate'],
      'acm',
      'DeleteCertificate',
      {
        RP: { certificateArn: arn },
      },
    ),
    [
      'routed',
      `ACM::Certificate = ${arn} absent`,
      `CertificateManager::Certificate = ${arn} absent`,
    ],
  );
  assert.equal(
    told(['AWS::ElastiCache::Cluster'], 'elasticache', 'DeleteCacheCluster', {
      RP: { cacheClusterId: 'c' },
    }),
    ['routed', 'ElastiCache::Cluster = c absent'],
  );
  assert.equal(told(['AWS::Organizations::Account'], 'organizations', 'MoveAccount'), [
    'fallback',
    'Organizations::Account ?',
  ]);
});

test('what another account owns is looked for there, what AWS owns nowhere', () => {
  const topic = 'arn:aws:sns:us-east-1:999900001111:t';
  assert.equal(told(['AWS::SNS::Topic'], 'sns', 'Subscribe', { RP: { topicArn: topic } }), [
    'routed',
    `SNS::Topic = ${topic} present in 999900001111 in us-east-1`,
  ]);
  const policyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
  assert.equal(
    told(['AWS::IAM::ManagedPolicy'], 'iam', 'AttachRolePolicy', { RP: { policyArn } }),
    ['ignored'],
  );
});

test('rows that disagree expect anything', () => {
  const detail = { RP: { functionName: 'f', qualifier: '1' } };
  assert.equal(told(['AWS::Lambda::Function'], 'lambda', 'DeleteFunction', detail), [
    'routed',
    'Lambda::Function = f any',
  ]);
});

test('no event of any type crashes it, whatever it holds', () => {
  const router = createRouter([...allTypes().keys()]);
  const names = ['CreateThing', 'DeleteThing', 'TagResource', 'UntagResource', 'UpdateThing', ''];
  const sources = ['ec2', 'apigateway', 'autoscaling', 'glue', 'iot', 'sagemaker', 'toString'];
  for (const source of sources) {
    for (const name of [...names, '__proto__', 'constructor']) {
      for (const RP of [
        null,
        [],
        'x',
        { resourceArn: 'arn:' },
        { resourceArn: 'arn:aws:x:y:z:a' },
      ]) {
        const { outcome } = router.route(eventOf(source, name, { RP }));
        assert.ok(['routed', 'fallback', 'ignored'].includes(outcome));
      }
    }
  }
});

test.run();

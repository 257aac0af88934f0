import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ConfigError } from '../../../src/errors/config-error.js';
import { sampleResource } from '../../../src/pipeline/trial/sample-resource.js';

const test = suite('pipeline/trial/sample-resource');

const KINDS = ['AWS::EC2::VPC', 'AWS::IAM::Role'];
const seen = (given: unknown, kinds = KINDS, named?: string) => {
  const { body, ...rest } = sampleResource(given, kinds, named);
  return { ...rest, resource: JSON.parse(body) as Record<string, unknown> };
};

test('a resource that mappings see is taken as it is', () => {
  const whole = {
    Identifier: 'vpc-1',
    Properties: { VpcId: 'vpc-1' },
    __Kind: 'AWS::EC2::VPC',
    __AccountId: '222222222222',
    __Region: 'cn-north-1',
    Type: 'AWS::EC2::VPC',
    __ExtraContext: { AccountId: '222222222222', Region: 'cn-north-1' },
    __Partition: 'aws-cn',
    __Account: { id: '222222222222' },
  };
  const { kind, region, resource, filled } = seen(whole);
  assert.equal([kind, region, filled, resource], ['AWS::EC2::VPC', 'cn-north-1', [], whole]);
});

test('what Cloud Control answers is made one, and told', () => {
  const { kind, region, resource, filled } = seen({
    TypeName: 'AWS::IAM::Role',
    ResourceDescription: { Identifier: 'r', Properties: '{"RoleName":"r"}' },
  });
  assert.is(kind, 'AWS::IAM::Role');
  assert.is(region, 'global');
  assert.equal(resource['Properties'], { RoleName: 'r' });
  assert.equal(resource['__ExtraContext'], { AccountId: '111111111111', Region: 'global' });
  assert.is(filled.length, 6);
});

test('the kind comes from the command line, the resource, or the pipeline’s only one', () => {
  assert.is(seen({ Type: KINDS[0] }, KINDS, KINDS[1]).kind, KINDS[1]);
  assert.is(seen({ Properties: {} }, ['AWS::EC2::VPC']).kind, 'AWS::EC2::VPC');
  // The fields of a kind with an API of its own stand at the top, and nothing is made up beside them.
  const stack = seen({ StackName: 's' }, ['AWS::CloudFormation::Stack']);
  assert.equal([stack.resource, stack.filled], [{ StackName: 's' }, []]);
});

test('refuses what can not be mapped', () => {
  const refused = (code: string, ...args: Parameters<typeof seen>): void => {
    assert.throws(
      () => seen(...args),
      (error: unknown) => error instanceof ConfigError && error.code === code,
    );
  };
  for (const given of [null, 1, 'x', []]) refused('sample.no-object', given);
  refused('sample.kind', { Properties: {} });
  refused('sample.kind', { __Kind: 'AWS::S3::Bucket' });
  refused('sample.kind', {}, KINDS, 'AWS::S3::Bucket');
  refused('sample.properties', { __Kind: KINDS[0], Properties: '{' });
});

test.run();

import type { Random } from '../organization/random.js';
import type { ApiCall } from './api-call.js';
import { makeRecord, type TrailRecord } from './make-record.js';

/** Where noise may come from. */
export interface Surroundings {
  readonly accountIds: readonly string[];
  readonly regions: readonly string[];
}

/** Calls that only look, and how they are logged. */
const READS: readonly ApiCall[] = [
  read('ec2', 'DescribeInstances', { instancesSet: {}, filterSet: { items: [] } }),
  read('ec2', 'DescribeVolumes', { volumeSet: {}, filterSet: {} }),
  read('ec2', 'DescribeSecurityGroups', { securityGroupSet: {}, maxResults: 1000 }),
  read('sts', 'AssumeRole', { roleArn: 'arn:aws:iam::111122223333:role/x', roleSessionName: 'ci' }),
  read('sts', 'GetCallerIdentity', null),
  read('s3', 'GetBucketTagging', { bucketName: 'some-bucket', tagging: '' }),
  read('s3', 'ListBuckets', { Host: 's3.amazonaws.com' }),
  read('lambda', 'GetFunction20150331v2', { functionName: 'some-function' }),
  read('lambda', 'ListTags20170331', { resource: 'some-function' }),
  read('dynamodb', 'DescribeTable', { tableName: 'some-table' }),
  read('iam', 'GetRole', { roleName: 'some-role' }),
  read('kms', 'Decrypt', { encryptionContext: { 'aws:lambda:FunctionArn': 'arn' } }),
  read('logs', 'DescribeLogGroups', { logGroupNamePrefix: '/aws/' }),
  read('rds', 'DescribeDBInstances', null),
  read('monitoring', 'DescribeAlarms', { maxRecords: 100 }),
  read('ssm', 'GetParameters', { names: ['/some/parameter'], withDecryption: true }),
  read('ecs', 'DescribeServices', { cluster: 'some', services: ['service'] }),
];

/** Calls that would have changed something. */
const FAILURES: readonly (readonly [ApiCall, code: string])[] = [
  [change('ec2', 'RunInstances', { instancesSet: { items: [{ imageId: 'ami-1' }] } }), 'Client.UnauthorizedOperation'],
  [change('ec2', 'TerminateInstances', { instancesSet: { items: [{ instanceId: 'i-0aaaaaaaaaaaaaaaa' }] } }), 'Client.InvalidInstanceID.NotFound'],
  [change('s3', 'DeleteBucket', { bucketName: 'a-full-bucket' }), 'BucketNotEmpty'],
  [change('lambda', 'CreateFunction20150331', { functionName: 'some-function' }), 'InvalidParameterValueException'],
  [change('dynamodb', 'DeleteTable', { tableName: 'some-table' }), 'ResourceInUseException'],
  [change('iam', 'DeleteRole', { roleName: 'some-role' }), 'AccessDenied'],
  [change('ssm', 'PutParameter', { name: '/some/parameter' }), 'ThrottlingException'],
]; // prettier-ignore

/** Changes of what no organization here holds, or of services that have no resources here. */
const FOREIGN: readonly ApiCall[] = [
  change('ec2', 'StartInstances', { instancesSet: { items: [{ instanceId: 'i-0bbbbbbbbbbbbbbbb' }] } }),
  change('s3', 'PutBucketPolicy', { bucketName: 'elsewhere' }),
  change('sqs', 'SetQueueAttributes', { queueUrl: 'https://sqs.us-east-1.amazonaws.com/1/q' }),
  change('dynamodb', 'UpdateTable', { tableName: 'elsewhere' }),
]; // prettier-ignore

const FOREIGN_ACCOUNTS = ['999999999901', '999999999902'] as const;

function read(service: string, name: string, request: ApiCall['request']): ApiCall {
  return { service, name, request, response: null };
}

function change(service: string, name: string, request: ApiCall['request']): ApiCall {
  return { service, name, request, response: { _return: true } };
}

/** A record that changes nothing that is mapped: mostly reads, then failures, then changes elsewhere. */
export function noiseRecord(
  { accountIds, regions }: Surroundings,
  at: number,
  random: Random,
): TrailRecord {
  const place = { accountId: random.pick(accountIds), region: random.pick(regions) };
  const draw = random.int(20);
  if (draw < 16)
    return makeRecord({ ...place, call: random.pick(READS) }, at, random, { readOnly: true });
  if (draw < 19) {
    const [call, code] = random.pick(FAILURES);
    return makeRecord({ ...place, call }, at, random, { error: { code, message: `${code}.` } });
  }
  return makeRecord(
    { ...place, accountId: random.pick(FOREIGN_ACCOUNTS), call: random.pick(FOREIGN) },
    at,
    random,
  );
}

import { createHash } from 'node:crypto';

/** A record of CloudTrail as it is written, with what a test gives in place of the usual. */
export function trailRecord(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    eventVersion: '1.11',
    userIdentity: {
      type: 'AssumedRole',
      principalId: 'AROAEXAMPLE:session',
      arn: 'arn:aws:sts::111122223333:assumed-role/Operator/session',
      accountId: '111122223333',
      sessionContext: {
        sessionIssuer: { type: 'Role', userName: 'Operator', accountId: '111122223333' },
        attributes: { creationDate: '2026-01-05T10:00:00Z', mfaAuthenticated: 'false' },
      },
    },
    eventTime: '2026-01-05T10:20:30Z',
    eventSource: 'ec2.amazonaws.com',
    eventName: 'RunInstances',
    awsRegion: 'eu-west-1',
    sourceIPAddress: '198.51.100.7',
    userAgent: 'aws-cli/2.15',
    requestParameters: null,
    responseElements: null,
    requestID: '0b1c',
    eventID: 'aaaaaaaa-0000-4000-8000-000000000001',
    readOnly: false,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: '111122223333',
    eventCategory: 'Management',
    ...fields,
  };
}

/** An event of EventBridge around a detail. */
export function envelope(
  detail: unknown,
  fields: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    version: '0',
    id: 'bbbbbbbb-0000-4000-8000-000000000001',
    'detail-type': 'AWS API Call via CloudTrail',
    source: 'aws.ec2',
    account: '111122223333',
    time: '2026-01-05T10:20:31Z',
    region: 'eu-west-1',
    resources: [],
    detail,
    ...fields,
  };
}

/** A message of a CloudWatch Logs subscription. */
export function logMessage(
  messages: readonly string[],
  messageType = 'DATA_MESSAGE',
): Record<string, unknown> {
  return {
    messageType,
    owner: '111122223333',
    logGroup: 'trail',
    logStream: '111122223333_CloudTrail_eu-west-1',
    subscriptionFilters: ['to-kinesis'],
    logEvents: messages.map((message, at) => ({ id: `${at}`, timestamp: 1767608430000, message })),
  };
}

/** An aggregate as the Kinesis Producer Library writes it: partition keys, then records. */
export function kplAggregate(records: readonly Uint8Array[]): Buffer {
  const message = Buffer.concat([
    field(1, Buffer.from('key')),
    ...records.map((data) =>
      field(3, Buffer.concat([Buffer.from([0x08, 0x00]), field(3, Buffer.from(data))])),
    ),
  ]);
  const sum = createHash('md5').update(message).digest();
  return Buffer.concat([Buffer.from('f3899ac2', 'hex'), message, sum]);
}

function field(number: number, data: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2]), varint(data.length), data]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (; value >= 0x80; value = Math.floor(value / 128)) bytes.push((value & 0x7f) | 0x80);
  return Buffer.from([...bytes, value]);
}

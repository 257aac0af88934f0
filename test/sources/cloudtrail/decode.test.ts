import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createDecoder } from '../../../src/sources/cloudtrail/decode.js';
import type { Decoded } from '../../../src/sources/cloudtrail/decode.js';
import { envelope, kplAggregate, logMessage, trailRecord } from './records.js';

const test = suite('sources/cloudtrail/decode');

const WANTED = new Set([
  'RunInstances',
  'CreateFunction',
  'EC2 Instance State-change Notification',
]);
const decoder = createDecoder({ wants: (_, name) => WANTED.has(name), maxBytes: 64 * 1024 });

function decode(data: unknown): Decoded {
  return decoder.decode(data instanceof Uint8Array ? data : Buffer.from(JSON.stringify(data)));
}

function names({ events }: Decoded): string[] {
  return events.map(({ name }) => name);
}

function reasons({ poison }: Decoded): string[] {
  return poison.map(({ reason }) => reason);
}

const NOISE = trailRecord({ eventName: 'DescribeInstances', readOnly: true });

test('a bare record', () => {
  const record = trailRecord();
  assert.equal(
    { ...decode(record) },
    {
      events: [
        {
          id: 'aaaaaaaa-0000-4000-8000-000000000001',
          source: 'ec2.amazonaws.com',
          name: 'RunInstances',
          accountId: '111122223333',
          region: 'eu-west-1',
          at: Date.parse('2026-01-05T10:20:30Z'),
          detail: record,
        },
      ],
      dropped: {},
      poison: [],
    },
  );
});

test('an envelope of EventBridge around a record', () => {
  const record = trailRecord();
  const [event] = decode(envelope(record)).events;
  assert.ok(event);
  assert.is(event.source, 'ec2.amazonaws.com');
  assert.is(event.id, record['eventID']);
  assert.equal(event.detail, record);
});

test('what the record lacks is taken from the envelope', () => {
  const [event] = decode(
    envelope({ eventSource: 'ec2.amazonaws.com', eventName: 'RunInstances' }),
  ).events;
  assert.ok(event);
  assert.is(event.accountId, '111122223333');
  assert.is(event.region, 'eu-west-1');
  assert.is(event.id, 'bbbbbbbb-0000-4000-8000-000000000001');
  assert.ok(Number.isNaN(event.at));
});

test('an event that a service tells itself', () => {
  const detail = { 'instance-id': 'i-1', state: 'running' };
  const type = 'EC2 Instance State-change Notification';
  assert.equal(decode(envelope(detail, { 'detail-type': type })).events, [
    {
      id: 'bbbbbbbb-0000-4000-8000-000000000001',
      source: 'aws.ec2',
      name: type,
      accountId: '111122223333',
      region: 'eu-west-1',
      at: Date.parse('2026-01-05T10:20:31Z'),
      detail,
    },
  ]);
  assert.equal(decode(envelope(detail, { 'detail-type': 'Other' })).dropped, { unmapped: 1 });
});

test('a list of records', () => {
  const decoded = decode({ Records: [trailRecord(), NOISE, 7, trailRecord()] });
  assert.equal(names(decoded), ['RunInstances', 'RunInstances']);
  assert.equal(decoded.dropped, { readOnly: 1 });
  assert.equal(reasons(decoded), ['unknown-shape']);
});

test('a subscription of CloudWatch Logs', () => {
  const messages = [trailRecord(), NOISE].map((record) => JSON.stringify(record));
  const decoded = decode(
    gzipSync(JSON.stringify(logMessage([...messages, 'no record', '{"a":1}']))),
  );
  assert.equal(names(decoded), ['RunInstances']);
  assert.equal(decoded.dropped, { readOnly: 1 });
  assert.equal(reasons(decoded), ['not-json', 'unknown-shape']);
  assert.equal(decode(logMessage([], 'CONTROL_MESSAGE')).dropped, { control: 1 });
  assert.equal(reasons(decode({ messageType: 'DATA_MESSAGE' })), ['unknown-shape']);
});

test('a message of CloudWatch Logs that was cut takes no other with it', () => {
  const whole = JSON.stringify(trailRecord());
  for (const [at, cut] of [whole.slice(0, 400), whole.slice(0, -1), '', '{', '"'].entries()) {
    const decoded = decode(logMessage([cut, whole, JSON.stringify(NOISE), cut, whole]));
    assert.equal(names(decoded), ['RunInstances', 'RunInstances'], String(at));
    assert.equal(decoded.dropped, { readOnly: 1 });
    assert.is(decoded.poison.length, 2);
  }
});

test('gzip of any form', () => {
  assert.equal(names(decode(gzipSync(JSON.stringify(trailRecord())))), ['RunInstances']);
  assert.equal(names(decode(gzipSync(JSON.stringify(envelope(trailRecord()))))), ['RunInstances']);
});

test('an aggregate of the Kinesis Producer Library', () => {
  const [good, noise] = [trailRecord(), NOISE].map((record) => Buffer.from(JSON.stringify(record)));
  const decoded = decode(kplAggregate([good!, noise!, Buffer.from('junk'), gzipSync(good!)]));
  assert.equal(names(decoded), ['RunInstances', 'RunInstances']);
  assert.equal(decoded.dropped, { readOnly: 1 });
  assert.equal(reasons(decoded), ['not-json']);
});

test('a damaged aggregate is poison', () => {
  const bytes = kplAggregate([Buffer.from(JSON.stringify(trailRecord()))]);
  bytes[40]! ^= 1;
  assert.equal(reasons(decode(bytes)), ['bad-aggregate']);
  const [head, sum] = ['f3899ac2', 'd41d8cd98f00b204e9800998ecf8427e'];
  assert.equal(reasons(decode(Buffer.from(`${head}${sum}`, 'hex'))), ['not-json']);
});

test('an aggregate whose fields do not fit is poison', () => {
  for (const message of ['1aff', '1a7f00', '0b', 'ffffffffffffffffffff']) {
    const bytes = Buffer.from(message, 'hex');
    const aggregate = kplAggregate([]);
    const forged = Buffer.concat([aggregate.subarray(0, 4), bytes, md5(bytes)]);
    assert.equal(reasons(decode(forged)), ['bad-aggregate'], message);
  }
});

test('documents after each other, with line feeds between or without', () => {
  const [good, noise] = [trailRecord(), NOISE].map((record) => JSON.stringify(record));
  for (const between of ['\n', '', ' ', '\r\n', '\n\n', '\t']) {
    const decoded = decode(Buffer.from([noise, good, noise, good].join(between) + between));
    assert.equal(names(decoded), ['RunInstances', 'RunInstances'], JSON.stringify(between));
    assert.equal(decoded.dropped, { readOnly: 2 });
    assert.equal(reasons(decoded), []);
  }
});

test('a record that is written over several lines', () => {
  const pretty = JSON.stringify(trailRecord(), null, 2);
  assert.equal(names(decode(Buffer.from(`${pretty}\n${pretty}\n`))), [
    'RunInstances',
    'RunInstances',
  ]);
});

test('a damaged line takes no other with it', () => {
  const good = JSON.stringify(trailRecord());
  for (const bad of ['{"a":"b', 'junk', '{"eventName":', '}', good.slice(0, 300)]) {
    const decoded = decode(Buffer.from([good, bad, good].join('\n')));
    assert.equal(names(decoded), ['RunInstances', 'RunInstances'], bad);
    assert.ok(decoded.poison.length > 0, bad);
  }
});

test('what follows a document unasked is poison', () => {
  for (const junk of ['x', 'null', '7', '{', '\n{"a"', '[']) {
    const decoded = decode(Buffer.from(JSON.stringify(NOISE) + junk));
    assert.equal(decoded.dropped, { readOnly: 1 }, junk);
    assert.is(decoded.poison.length, 1, junk);
  }
});

test('names are taken without their dates', () => {
  for (const eventName of [
    'CreateFunction20150331',
    'CreateFunction20150331v2',
    'CreateFunction2020_05_31',
  ]) {
    assert.equal(names(decode(trailRecord({ eventName }))), ['CreateFunction']);
  }
});

test('the account is that of the resource, else of who called', () => {
  const account = (fields: Record<string, unknown>): unknown =>
    decode(trailRecord(fields)).events[0]?.accountId;
  assert.is(account({ recipientAccountId: '999900001111' }), '999900001111');
  assert.is(account({ recipientAccountId: undefined }), '111122223333');
  assert.is(account({ recipientAccountId: '', userIdentity: null }), undefined);
});

test('failed calls and calls that only read are no news', () => {
  assert.equal(decode(trailRecord({ errorCode: 'AccessDenied' })).dropped, { failed: 1 });
  assert.equal(decode(trailRecord({ errorMessage: 'no' })).dropped, { failed: 1 });
  assert.equal(decode(trailRecord({ errorCode: null })).dropped, {});
  assert.equal(decode(trailRecord({ readOnly: true })).dropped, { readOnly: 1 });
  assert.equal(decode(trailRecord({ readOnly: undefined })).dropped, {});
  assert.equal(decode(NOISE).dropped, { readOnly: 1 });
  assert.equal(decode(trailRecord({ eventName: 'ListThings', readOnly: undefined })).dropped, {
    readOnly: 1,
  });
  assert.equal(decode(trailRecord({ eventName: 'IssueCertificate' })).dropped, { unmapped: 1 });
});

test('what a request names counts for nothing', () => {
  const requestParameters = {
    readOnly: true,
    errorCode: 'no',
    eventName: 'DescribeInstances',
    mountPoints: [{ readOnly: true }],
    text: '"},{"readOnly":true,"eventName":"DescribeInstances"}',
  };
  for (const record of [
    trailRecord({ requestParameters }),
    { requestParameters, ...trailRecord() },
  ]) {
    assert.equal(names(decode({ ...record, requestParameters })), ['RunInstances']);
    assert.equal(names(decode(envelope({ ...record, requestParameters }))), ['RunInstances']);
  }
});

test('poison is told with its reason', () => {
  const reason = (data: unknown): string[] => reasons(decode(data));
  assert.equal(reason(Buffer.alloc(0)), ['empty']);
  assert.equal(reason(Buffer.from(' \n ')), ['empty']);
  assert.equal(reason(Buffer.from('hello')), ['not-json']);
  assert.equal(reason(Buffer.from([0xff, 0x00, 0x7b])), ['not-json', 'not-json']);
  assert.equal(reason(gzipSync('x'.repeat(100)).subarray(0, 15)), ['not-gzip']);
  assert.equal(reason(Buffer.from([0x1f, 0x8b])), ['not-gzip']);
  assert.equal(reason(null), ['unknown-shape']);
  assert.equal(reason('text'), ['unknown-shape']);
  assert.equal(reason({}), ['unknown-shape']);
  assert.equal(reason(trailRecord({ eventName: undefined })), ['unknown-shape']);
  assert.equal(reason(trailRecord({ eventName: 7 })), ['unknown-shape']);
  assert.equal(reason(trailRecord({ awsRegion: null })), ['unknown-shape']);
  assert.equal(reason(envelope([], {})), ['unknown-shape']);
  assert.equal(reason(envelope({}, { source: 1 })), ['unknown-shape']);
  const state = { 'detail-type': 'EC2 Instance State-change Notification', account: null };
  assert.equal(reason(envelope({}, state)), ['unknown-shape']);
});

test('a bomb is not set off, however it is wrapped', () => {
  const bomb = gzipSync(Buffer.alloc(65 * 1024, 0x20));
  assert.equal(reasons(decode(bomb)), ['too-large']);
  const half = gzipSync(`${JSON.stringify(NOISE)}${' '.repeat(40 * 1024)}`);
  const decoded = decode(kplAggregate([half, half, half]));
  assert.equal(decoded.dropped, { readOnly: 1 });
  assert.equal(reasons(decoded), ['too-large', 'too-large']);
  let nested = gzipSync(JSON.stringify(NOISE));
  for (let depth = 0; depth < 5; depth += 1) nested = gzipSync(nested);
  assert.equal(reasons(decode(nested)), ['too-deep']);
});

test('poison says nothing of what it holds', () => {
  const decoded = decode(Buffer.from('{"password":"hunter2"'));
  assert.not.match(JSON.stringify(decoded.poison), 'hunter2');
});

test('bytes that are no Buffer', () => {
  const bytes = new TextEncoder().encode(`xx${JSON.stringify(trailRecord())}`);
  assert.equal(names(decoder.decode(bytes.subarray(2))), ['RunInstances']);
});

function md5(bytes: Buffer): Buffer {
  return createHash('md5').update(bytes).digest();
}

test.run();

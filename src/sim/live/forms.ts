import { gzipSync } from 'node:zlib';
import type { TrailRecord } from '../cloudtrail/make-record.js';
import type { BridgeEvent } from '../cloudtrail/state-changes.js';
import type { Random } from '../organization/random.js';
import { aggregate } from './kpl.js';

/** The forms in which CloudTrail reaches a stream. */
export const FORMS = ['eventBridge', 'logs', 'bare', 'records', 'kpl'] as const;

export type Form = (typeof FORMS)[number];

/** How often each form is used, in relation to the others. */
export type FormWeights = Readonly<Partial<Record<Form, number>>>;

/** Events that one record holds at most, in the forms that hold several. */
export const MOST_EVENTS: Readonly<Record<Form, number>> = {
  eventBridge: 1,
  bare: 1,
  logs: 20,
  records: 10,
  kpl: 20,
};

/** Draws a form. */
export function drawForm(weights: FormWeights, random: Random): Form {
  const entries = FORMS.map((form) => [form, weights[form] ?? 0] as const);
  const sum = entries.reduce((total, [, weight]) => total + weight, 0);
  let at = (random.bits() / 2 ** 32) * sum;
  for (const [form, weight] of entries) {
    at -= weight;
    if (at < 0) return form;
  }
  return 'eventBridge';
}

/** CloudTrail's record as a rule of EventBridge passes it on. */
export function envelope(record: TrailRecord, random: Random): BridgeEvent {
  return {
    version: '0',
    id: `${record.eventID.slice(0, 24)}${random.hex(12)}`,
    'detail-type': 'AWS API Call via CloudTrail',
    source: `aws.${record.eventSource.slice(0, record.eventSource.indexOf('.'))}`,
    account: record.recipientAccountId,
    time: record.eventTime,
    region: record.awsRegion,
    resources: [],
    detail: record,
  };
}

/** Writes records of CloudTrail in a form; all the records of a group stand in one record of the stream. */
export function encodeRecords(
  form: Form,
  records: readonly TrailRecord[],
  partitionKey: string,
  random: Random,
): Buffer {
  const [first] = records as [TrailRecord];
  switch (form) {
    case 'eventBridge':
      return Buffer.from(JSON.stringify(envelope(first, random)));
    case 'bare':
      return Buffer.from(JSON.stringify(first));
    case 'records':
      return Buffer.from(JSON.stringify({ Records: records }));
    case 'logs':
      return subscription(
        records.map((record) => JSON.stringify(record)),
        first,
        random,
      );
    case 'kpl': {
      // A producer aggregates whatever it is given.
      const texts = records.map((record) =>
        JSON.stringify(random.oneIn(2) ? envelope(record, random) : record),
      );
      return aggregate(
        texts.map((text) => Buffer.from(text)),
        partitionKey,
      );
    }
  }
}

/** A message of a CloudWatch Logs subscription: gzip of a list of lines, each a record as text. */
function subscription(lines: readonly string[], first: TrailRecord, random: Random): Buffer {
  const { recipientAccountId: owner, awsRegion, eventTime } = first;
  return logsMessage({
    messageType: 'DATA_MESSAGE',
    owner,
    logGroup: 'aws-cloudtrail-logs',
    logStream: `${owner}_CloudTrail_${awsRegion}`,
    subscriptionFilters: ['to-kinesis'],
    logEvents: lines.map((message) => ({
      id: `3${String(random.bits()).padStart(10, '0').repeat(5)}`,
      timestamp: Date.parse(eventTime),
      message,
    })),
  });
}

/** The message that CloudWatch Logs sends to see whether the stream is there. */
export function controlMessage(): Buffer {
  return logsMessage({
    messageType: 'CONTROL_MESSAGE',
    owner: 'CloudwatchLogs',
    logGroup: '',
    logStream: '',
    subscriptionFilters: [],
    logEvents: [
      {
        id: '',
        timestamp: Date.now(),
        message: 'CWL CONTROL MESSAGE: Checking health of destination Kinesis stream.',
      },
    ],
  });
}

/** Speed over size: what is put is read once. */
function logsMessage(message: unknown): Buffer {
  return gzipSync(JSON.stringify(message), { level: 1 });
}

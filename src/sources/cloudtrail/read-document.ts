import type { ChangeEvent } from '../../model/change-event.js';
import { bareEventName } from './event-name.js';

type Fields = Readonly<Record<string, unknown>>;

/** What is done with what a document holds. */
export interface DocumentReader {
  readonly event: (
    event: ChangeEvent,
    record: { readonly failed: boolean; readonly readOnly: boolean },
  ) => void;
  readonly drop: (reason: 'control') => void;
  readonly spoil: (reason: string, message: string) => void;
  /** A document within the document, as text. */
  readonly text: (text: string) => void;
}

/** Finds the events of a parsed document, whatever its form. */
export function readDocument(value: unknown, reader: DocumentReader): void {
  if (Array.isArray(value)) {
    for (const item of value as unknown[]) readDocument(item, reader);
    return;
  }
  if (!isFields(value)) {
    reader.spoil('unknown-shape', `expected a JSON object, got ${nameOf(value)}`);
    return;
  }
  const { Records: records, messageType, logEvents, detail } = value;
  if (Array.isArray(records)) readDocument(records, reader);
  else if (typeof messageType === 'string') readLogs(messageType, logEvents, reader);
  else if (isFields(detail) && typeof value['detail-type'] === 'string')
    readEnvelope(value, detail, reader);
  else readRecord(value, value, reader);
}

/** A subscription of CloudWatch Logs: each event's message is a record as text. */
function readLogs(messageType: string, logEvents: unknown, reader: DocumentReader): void {
  if (messageType === 'CONTROL_MESSAGE') reader.drop('control');
  else if (!Array.isArray(logEvents)) reader.spoil('unknown-shape', 'a log message has no events');
  else {
    for (const event of logEvents as unknown[]) {
      const message = isFields(event) ? event['message'] : undefined;
      if (typeof message === 'string') reader.text(message);
      else reader.spoil('unknown-shape', 'a log event has no message');
    }
  }
}

/** An event of EventBridge: a call that CloudTrail tells of, or the service's own. */
function readEnvelope(envelope: Fields, detail: Fields, reader: DocumentReader): void {
  if (typeof detail['eventSource'] === 'string' && typeof detail['eventName'] === 'string') {
    readRecord(detail, envelope, reader);
    return;
  }
  const { source, account, region, id, time } = envelope;
  const name = envelope['detail-type'] as string;
  if (typeof source !== 'string' || typeof account !== 'string' || typeof region !== 'string') {
    reader.spoil('unknown-shape', 'an EventBridge event names no source, account or region');
    return;
  }
  reader.event(
    { id: textOf(id), source, name, accountId: account, region, at: timeOf(time), detail },
    { failed: false, readOnly: false },
  );
}

function readRecord(record: Fields, around: Fields, reader: DocumentReader): void {
  const { eventSource: source, eventName, eventID, eventTime, errorCode, errorMessage } = record;
  if (typeof source !== 'string' || typeof eventName !== 'string' || eventName === '') {
    reader.spoil('unknown-shape', 'it names no event source and event name');
    return;
  }
  const accountId = accountOf(record, around);
  const region = record['awsRegion'] ?? around['region'];
  if (accountId === undefined || typeof region !== 'string') {
    reader.spoil('unknown-shape', `${source} ${eventName} names no account or region`);
    return;
  }
  const failed = isSet(errorCode) || isSet(errorMessage);
  reader.event(
    {
      id: textOf(eventID) || textOf(around['id']),
      source,
      name: bareEventName(eventName),
      accountId,
      region,
      at: timeOf(eventTime),
      detail: record,
    },
    { failed, readOnly: record['readOnly'] === true || record['readOnly'] === 'true' },
  );
}

function accountOf(record: Fields, around: Fields): string | undefined {
  const identity = record['userIdentity'];
  const candidates = [
    record['recipientAccountId'],
    isFields(identity) ? identity['accountId'] : undefined,
    around['account'],
  ];
  return candidates.find((one): one is string => typeof one === 'string' && one !== '');
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function timeOf(value: unknown): number {
  return typeof value === 'string' ? Date.parse(value) : Number.NaN;
}

function nameOf(value: unknown): string {
  return value === null ? 'null' : `a ${typeof value}`;
}

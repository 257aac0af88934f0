import type { ChangeEvent } from '../../model/change-event.js';
import { bareEventName } from './event-name.js';

type Fields = Readonly<Record<string, unknown>>;

/** An event whose names are known; the rest of it is read when it is wanted. */
export interface FoundEvent {
  readonly source: string;
  /** Without its date. */
  readonly name: string;
  readonly readOnly: boolean;
  readonly failed: boolean;
  /** The event, or what it lacks. */
  readonly read: () => ChangeEvent | string;
}

/** What is done with what a document holds. */
export interface DocumentReader {
  readonly event: (event: FoundEvent) => void;
  /** CloudWatch Logs said that the subscription works. */
  readonly control: () => void;
  /** A part is of no known shape. */
  readonly spoil: (message: string) => void;
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
    reader.spoil(`expected a JSON object, got ${nameOf(value)}`);
    return;
  }
  const { Records: records, messageType, logEvents, detail } = value;
  if (isRecord(value)) readRecord(value, value, reader);
  else if (Array.isArray(records)) readDocument(records, reader);
  else if (typeof messageType === 'string') readLogs(messageType, logEvents, reader);
  else if (isFields(detail) && typeof value['detail-type'] === 'string') {
    if (isRecord(detail)) readRecord(detail, value, reader);
    else readServiceEvent(value, detail, reader);
  } else reader.spoil('it names no event: no eventSource and eventName, no detail-type and detail');
}

/** A subscription of CloudWatch Logs: each event's message is a record as text. */
function readLogs(messageType: string, logEvents: unknown, reader: DocumentReader): void {
  if (messageType === 'CONTROL_MESSAGE') reader.control();
  else if (!Array.isArray(logEvents)) reader.spoil('a message of CloudWatch Logs has no logEvents');
  else {
    for (const event of logEvents as unknown[]) {
      const message = isFields(event) ? event['message'] : undefined;
      if (typeof message === 'string') reader.text(message);
      else reader.spoil('an event of CloudWatch Logs has no message');
    }
  }
}

/** An event of EventBridge that a service tells itself, without CloudTrail. */
function readServiceEvent(envelope: Fields, detail: Fields, reader: DocumentReader): void {
  const { source, account, region, id, time } = envelope;
  const name = envelope['detail-type'] as string;
  if (typeof source !== 'string') {
    reader.spoil('an event of EventBridge names no source');
    return;
  }
  const read = (): ChangeEvent | string => {
    if (!isText(account) || !isText(region)) return `${source} ${name} names no account or region`;
    return { id: textOf(id), source, name, accountId: account, region, at: timeOf(time), detail };
  };
  reader.event({ source, name, readOnly: false, failed: false, read });
}

/** A record of CloudTrail, by itself or in an envelope of EventBridge. */
function readRecord(record: CloudTrailRecord, envelope: Fields, reader: DocumentReader): void {
  const { eventSource: source, errorCode, errorMessage, readOnly } = record;
  const name = bareEventName(record.eventName);
  const read = (): ChangeEvent | string => {
    const accountId = accountOf(record, envelope);
    const region = isText(record['awsRegion']) ? record['awsRegion'] : envelope['region'];
    if (accountId === undefined || !isText(region)) {
      return `${source} ${name} names no account or region`;
    }
    const id = textOf(record['eventID']) || textOf(envelope['id']);
    return { id, source, name, accountId, region, at: timeOf(record['eventTime']), detail: record };
  };
  reader.event({
    source,
    name,
    readOnly: readOnly === true || readOnly === 'true',
    failed: isSet(errorCode) || isSet(errorMessage),
    read,
  });
}

type CloudTrailRecord = Fields & { readonly eventSource: string; readonly eventName: string };

function isRecord(fields: Fields): fields is CloudTrailRecord {
  return typeof fields['eventSource'] === 'string' && typeof fields['eventName'] === 'string';
}

/** The account whose resource it is, else who called, else the account of the envelope. */
function accountOf(record: Fields, envelope: Fields): string | undefined {
  const { recipientAccountId, userIdentity } = record;
  if (isText(recipientAccountId)) return recipientAccountId;
  const caller = isFields(userIdentity) ? userIdentity['accountId'] : undefined;
  if (isText(caller)) return caller;
  return isText(envelope['account']) ? envelope['account'] : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
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

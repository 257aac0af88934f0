import { isAscii } from 'node:buffer';
import { gunzipSync } from 'node:zlib';
import type { ChangeEvent } from '../../model/change-event.js';
import { createGate } from './gate.js';
import type { Gate, Verdict } from './gate.js';
import { isKplAggregate, kplRecords } from './kpl-records.js';
import { findLogMessages } from './log-messages.js';
import { readDocument } from './read-document.js';
import type { FoundEvent } from './read-document.js';
import { splitDocuments } from './split-documents.js';
import type { Range } from './split-documents.js';

/** Why an event is no news. */
export type DropReason =
  /** It changed nothing. */
  | 'readOnly'
  /** It was refused or failed. */
  | 'failed'
  /** No kind of the pipeline has to do with it. */
  | 'unmapped'
  /** CloudWatch Logs said that the subscription works. */
  | 'control';

/** A part of a record that could not be read. */
export interface Poison {
  /** `empty`, `not-json`, `not-gzip`, `too-large`, `bad-aggregate`, `too-deep` or `unknown-shape`. */
  readonly reason: string;
  /** What was found and expected; nothing of the record's content. */
  readonly message: string;
}

/** What a record of the stream holds. */
export interface Decoded {
  readonly events: readonly ChangeEvent[];
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>;
  readonly poison: readonly Poison[];
}

export interface DecoderOptions {
  /** Whether events of a source and a name (without its date) are to be read at all. */
  readonly wants: (source: string, name: string) => boolean;
  /** Bytes that all of a record may decompress to. Default 16 MiB. */
  readonly maxBytes?: number;
}

/** Reads records of the stream. */
export interface Decoder {
  decode(data: Uint8Array): Decoded;
}

/** An aggregate may hold compressed records, and those documents: deeper than that nothing nests. */
const DEEPEST = 3;
const MAX_BYTES = 16 * 1024 * 1024;

const NOTHING: readonly never[] = [];
const DROPPED: Readonly<Record<'readOnly' | 'unmapped' | 'failed', Decoded>> = {
  failed: { events: NOTHING, dropped: { failed: 1 }, poison: NOTHING },
  readOnly: { events: NOTHING, dropped: { readOnly: 1 }, poison: NOTHING },
  unmapped: { events: NOTHING, dropped: { unmapped: 1 }, poison: NOTHING },
};

/**
 * Makes a decoder for every form in which CloudTrail comes through Kinesis: EventBridge events,
 * subscriptions of CloudWatch Logs (gzip), bare records, `{"Records":[…]}`, several documents in one
 * record, and aggregates of the Kinesis Producer Library. The form is told by the content.
 *
 * Most records of a busy organization are read-only noise, so names are read from the text first, and
 * what nobody wants is dropped unparsed. Nothing is thrown: what can't be read is poison, and the rest
 * of its record still counts.
 */
export function createDecoder(options: DecoderOptions): Decoder {
  const gate = createGate(options.wants);
  const maxBytes = options.maxBytes ?? MAX_BYTES;
  return {
    decode(data) {
      const bytes = Buffer.isBuffer(data)
        ? data
        : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
      // One character a byte: positions are those of the bytes.
      const text = bytes.toString('latin1');
      const verdict = gate.peek(text);
      if (verdict !== 'wanted' && verdict !== 'unsure') return DROPPED[verdict];
      const record: Opened = {
        gate,
        maxBytes,
        bytesLeft: maxBytes,
        events: [],
        dropped: {},
        poison: [],
      };
      if (verdict === 'wanted') readText(record, isAscii(bytes) ? text : bytes.toString());
      else open(record, bytes, 0, text);
      return { events: record.events, dropped: record.dropped, poison: record.poison };
    },
  };
}

/** A record of the stream that is more than one unwanted event, and what it held so far. */
interface Opened {
  readonly gate: Gate;
  readonly maxBytes: number;
  /** What is left of it for the rest of the record. */
  bytesLeft: number;
  readonly events: ChangeEvent[];
  readonly dropped: Partial<Record<DropReason, number>>;
  readonly poison: Poison[];
}

/** Tells the form of some bytes, and reads them. `text` is the bytes, a character each. */
function open(record: Opened, bytes: Buffer, depth: number, text?: string): void {
  if (depth > DEEPEST) spoil(record, 'too-deep', `it nests deeper than ${DEEPEST} records`);
  else if (bytes[0] === 0x1f && bytes[1] === 0x8b) openGzip(record, bytes, depth);
  else if (isKplAggregate(bytes)) openAggregate(record, bytes, depth);
  else readDocuments(record, bytes, text ?? bytes.toString('latin1'));
}

function openGzip(record: Opened, bytes: Buffer, depth: number): void {
  let plain: Buffer;
  try {
    plain = gunzipSync(bytes, { maxOutputLength: Math.max(1, record.bytesLeft) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      spoil(record, 'too-large', `it decompresses to more than ${record.maxBytes} bytes`);
    } else spoil(record, 'not-gzip', 'it begins like gzip and cannot be decompressed');
    return;
  }
  record.bytesLeft -= plain.length;
  open(record, plain, depth + 1);
}

function openAggregate(record: Opened, bytes: Buffer, depth: number): void {
  let records: readonly Buffer[];
  try {
    records = kplRecords(bytes);
  } catch (error) {
    spoil(record, 'bad-aggregate', (error as Error).message);
    return;
  }
  for (const one of records) open(record, one, depth + 1);
}

function readDocuments(record: Opened, bytes: Buffer, text: string): void {
  const verdict = record.gate.peek(text);
  if (drops(record, verdict)) return;
  if (verdict === 'wanted') {
    readText(record, bytes.toString());
    return;
  }
  const messages = findLogMessages(text);
  if (messages !== undefined) {
    for (const range of messages) readLogMessage(record, bytes, text, range);
    return;
  }
  const ranges = splitDocuments(text, ([start, end]) => {
    return parsed(text.slice(start, end)) !== undefined;
  });
  if (ranges.length === 0) spoil(record, 'empty', 'it is empty');
  for (const [start, end] of ranges) {
    if (drops(record, record.gate.peek(text.slice(start, end)))) continue;
    readText(record, bytes.toString('utf8', start, end));
  }
}

/** A CloudTrail record that stands escaped in a string: only if it is wanted is it taken out. */
function readLogMessage(record: Opened, bytes: Buffer, text: string, [start, end]: Range): void {
  if (drops(record, record.gate.peekEscaped(text.slice(start, end)))) return;
  // With the quotes around it.
  const message = parsed(bytes.toString('utf8', start - 1, end + 1));
  if (typeof message === 'string') readMessage(record, message);
  else spoil(record, 'not-json', 'a message of CloudWatch Logs is no string of JSON');
}

function readMessage(record: Opened, message: string): void {
  if (!drops(record, record.gate.peek(message))) readText(record, message);
}

/** Reads a document whose names tell that it is wanted, or do not tell. */
function readText(record: Opened, text: string): void {
  const value = parsed(text);
  if (value === undefined) {
    spoil(record, 'not-json', 'it is neither whole JSON nor gzip nor an aggregate');
    return;
  }
  readDocument(value, {
    event: (event) => keep(record, event),
    control: () => drop(record, 'control'),
    spoil: (message) => spoil(record, 'unknown-shape', message),
    text: (message) => readMessage(record, message),
  });
}

function keep(record: Opened, found: FoundEvent): void {
  const unwanted = record.gate.verdict(found.source, found.name);
  if (unwanted !== undefined) drop(record, unwanted);
  else if (found.failed) drop(record, 'failed');
  else if (found.readOnly) drop(record, 'readOnly');
  else {
    const event = found.read();
    if (typeof event === 'string') spoil(record, 'unknown-shape', event);
    else record.events.push(event);
  }
}

function drops(record: Opened, verdict: Verdict | 'failed' | 'unsure'): boolean {
  if (verdict === 'wanted' || verdict === 'unsure') return false;
  drop(record, verdict);
  return true;
}

function drop({ dropped }: Opened, reason: DropReason): void {
  dropped[reason] = (dropped[reason] ?? 0) + 1;
}

function spoil({ poison }: Opened, reason: string, message: string): void {
  poison.push({ reason, message });
}

/** Undefined where the text is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { gunzipSync } from 'node:zlib';
import type { ChangeEvent } from '../../model/change-event.js';
import { Gate } from './gate.js';
import { isKplAggregate, kplRecords } from './kpl-records.js';
import { findLogMessages } from './log-messages.js';
import { readDocument } from './read-document.js';
import type { FoundEvent } from './read-document.js';
import { isOneObject, splitDocuments } from './split-documents.js';
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
const DROPPED: Readonly<Record<'readOnly' | 'unmapped', Decoded>> = {
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
  const gate = new Gate(options.wants);
  return {
    decode(data) {
      const bytes = Buffer.isBuffer(data)
        ? data
        : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
      const text = bytes.toString('latin1');
      if (isOneObject(text)) {
        const reason = gate.peek(text);
        if (reason !== undefined) return DROPPED[reason];
      }
      return new Decoding(options.maxBytes ?? MAX_BYTES, gate).run(bytes);
    },
  };
}

/** One record of the stream on its way. */
class Decoding implements Decoded {
  readonly events: ChangeEvent[] = [];
  readonly dropped: Partial<Record<DropReason, number>> = {};
  readonly poison: Poison[] = [];
  readonly #gate: Gate;
  readonly #maxBytes: number;
  /** What is left of it for the rest of the record. */
  #bytesLeft: number;

  constructor(maxBytes: number, gate: Gate) {
    this.#maxBytes = maxBytes;
    this.#bytesLeft = maxBytes;
    this.#gate = gate;
  }

  run(bytes: Buffer): Decoded {
    this.#bytes(bytes, 0);
    return this;
  }

  #bytes(bytes: Buffer, depth: number): void {
    if (depth > DEEPEST) this.#spoil('too-deep', `it nests deeper than ${DEEPEST} records`);
    else if (bytes[0] === 0x1f && bytes[1] === 0x8b) this.#gzip(bytes, depth);
    else if (isKplAggregate(bytes)) this.#aggregate(bytes, depth);
    else this.#documents(bytes);
  }

  #gzip(bytes: Buffer, depth: number): void {
    let plain: Buffer;
    try {
      plain = gunzipSync(bytes, { maxOutputLength: Math.max(1, this.#bytesLeft) });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
        this.#spoil('too-large', `it decompresses to more than ${this.#maxBytes} bytes`);
      } else this.#spoil('not-gzip', 'it begins like gzip and cannot be decompressed');
      return;
    }
    this.#bytesLeft -= plain.length;
    this.#bytes(plain, depth + 1);
  }

  #aggregate(bytes: Buffer, depth: number): void {
    let records: readonly Buffer[];
    try {
      records = kplRecords(bytes);
    } catch (error) {
      this.#spoil('bad-aggregate', (error as Error).message);
      return;
    }
    for (const record of records) this.#bytes(record, depth + 1);
  }

  #documents(bytes: Buffer): void {
    // One character a byte: positions are those of the bytes.
    const text = bytes.toString('latin1');
    const messages = findLogMessages(text);
    if (messages !== undefined) {
      for (const range of messages) this.#logMessage(text, bytes, range);
      return;
    }
    if (isOneObject(text)) {
      this.#document(text, bytes);
      return;
    }
    const ranges = splitDocuments(
      text,
      ([start, end]) => parsed(text.slice(start, end)) !== undefined,
    );
    if (ranges.length === 0) this.#spoil('empty', 'it is empty');
    for (const [start, end] of ranges) {
      this.#document(text.slice(start, end), bytes.subarray(start, end));
    }
  }

  /** A record that stands escaped in a string: only if it is wanted is it taken out. */
  #logMessage(text: string, bytes: Buffer, [start, end]: Range): void {
    const reason = this.#gate.peekEscaped(text.slice(start, end));
    if (reason !== undefined) {
      this.#drop(reason);
      return;
    }
    // With the quotes around it.
    const message = parsed(bytes.toString('utf8', start - 1, end + 1));
    if (typeof message === 'string') this.#document(message);
    else this.#spoil('not-json', 'a message of CloudWatch Logs is no string of JSON');
  }

  /** `text` is what the document's bytes say, or those bytes one character each. */
  #document(text: string, bytes?: Buffer): void {
    const reason = this.#gate.peek(text);
    if (reason !== undefined) {
      this.#drop(reason);
      return;
    }
    const value = parsed(bytes === undefined ? text : bytes.toString());
    if (value === undefined) {
      this.#spoil('not-json', 'it is neither whole JSON nor gzip nor an aggregate');
      return;
    }
    readDocument(value, {
      event: (event) => this.#event(event),
      control: () => this.#drop('control'),
      spoil: (message) => this.#spoil('unknown-shape', message),
      text: (message) => this.#document(message),
    });
  }

  #event(found: FoundEvent): void {
    const unwanted = this.#gate.verdict(found.source, found.name);
    if (unwanted !== undefined) this.#drop(unwanted);
    else if (found.readOnly) this.#drop('readOnly');
    else if (found.failed) this.#drop('failed');
    else {
      const event = found.read();
      if (typeof event === 'string') this.#spoil('unknown-shape', event);
      else this.events.push(event);
    }
  }

  #drop(reason: DropReason): void {
    this.dropped[reason] = (this.dropped[reason] ?? 0) + 1;
  }

  #spoil(reason: string, message: string): void {
    this.poison.push({ reason, message });
  }
}

/** Undefined where the text is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

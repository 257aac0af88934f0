import { gunzipSync } from 'node:zlib';
import type { ChangeEvent } from '../../model/change-event.js';
import { bareEventName, isReadOnlyName } from './event-name.js';
import { isKplAggregate, kplRecords } from './kpl-records.js';
import { InternedNames } from './interned-names.js';
import type { InternedName } from './interned-names.js';
import { NamePeeker } from './peek-names.js';
import { readDocument } from './read-document.js';
import { mayBeJoined, splitDocuments } from './split-documents.js';

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
  /** e.g. `not-json`, `not-gzip`, `too-large`, `bad-aggregate`, `unknown-shape`. */
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
  /** Whether events of a source and (bare) name are to be read at all. */
  readonly wants: (source: string, name: string) => boolean;
  /** Bytes that a record may decompress to. Default 16 MiB. */
  readonly maxBytes?: number;
}

/** Reads records of the stream. */
export interface Decoder {
  decode(data: Uint8Array): Decoded;
}

/** An aggregate may hold compressed records, and those documents: deeper than that nothing nests. */
const DEEPEST = 3;
/** Names a source whose verdicts are remembered. */
const VERDICTS_A_SOURCE = 5_000;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

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
 * Most records of a busy organization are read-only noise, so names are read from the bytes first, and
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
      const last = bytes.length - 1;
      if (bytes[0] === OPEN_BRACE && bytes[last] === CLOSE_BRACE && !mayBeJoined(bytes)) {
        const reason = gate.drops(bytes, 0, bytes.length);
        if (reason !== undefined) return DROPPED[reason];
      }
      return new Decoding(options, gate).run(bytes);
    },
  };
}

type Verdict = 'readOnly' | 'unmapped' | undefined;

/** Decides from the names of an event, as its bytes tell them, whether it is dropped unread. */
class Gate {
  readonly #wants: DecoderOptions['wants'];
  readonly #peeker = new NamePeeker(new InternedNames());
  readonly #verdicts = new WeakMap<InternedName, Map<InternedName, Verdict>>();

  constructor(wants: DecoderOptions['wants']) {
    this.#wants = wants;
  }

  /** Undefined where it is wanted, or where the bytes do not tell. */
  drops(bytes: Buffer, start: number, end: number): Verdict {
    const names = this.#peeker.peek(bytes, start, end);
    if (names === undefined) return undefined;
    let verdicts = this.#verdicts.get(names.source);
    if (verdicts === undefined) {
      verdicts = new Map<InternedName, Verdict>();
      this.#verdicts.set(names.source, verdicts);
    }
    const known = verdicts.get(names.name);
    if (known !== undefined || verdicts.has(names.name)) return known;
    const name = bareEventName(names.name.text);
    const wanted = this.#wants(names.source.text, name);
    const verdict = wanted ? undefined : isReadOnlyName(name) ? 'readOnly' : 'unmapped';
    if (verdicts.size < VERDICTS_A_SOURCE) verdicts.set(names.name, verdict);
    return verdict;
  }
}

class Decoding implements Decoded {
  readonly events: ChangeEvent[] = [];
  readonly dropped: Partial<Record<DropReason, number>> = {};
  readonly poison: Poison[] = [];
  readonly #options: DecoderOptions;
  readonly #gate: Gate;

  constructor(options: DecoderOptions, gate: Gate) {
    this.#options = options;
    this.#gate = gate;
  }

  run(bytes: Buffer): Decoded {
    this.#bytes(bytes, 0);
    return this;
  }

  #bytes(bytes: Buffer, depth: number): void {
    if (depth > DEEPEST) return this.#spoil('unknown-shape', 'records are nested too deep');
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) return this.#gzip(bytes, depth);
    if (isKplAggregate(bytes)) return this.#aggregate(bytes, depth);
    const ranges = splitDocuments(bytes);
    for (const [start, end] of ranges) this.#document(bytes, start, end);
  }

  #gzip(bytes: Buffer, depth: number): void {
    const { maxBytes = 16 * 1024 * 1024 } = this.#options;
    let plain: Buffer;
    try {
      plain = gunzipSync(bytes, { maxOutputLength: maxBytes });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ERR_BUFFER_TOO_LARGE') {
        this.#spoil('too-large', `it decompresses to more than ${maxBytes} bytes`);
      } else this.#spoil('not-gzip', 'it begins like gzip and cannot be decompressed');
      return;
    }
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

  #document(bytes: Buffer, start: number, end: number): void {
    // What ends like an object and names its event at the right depth is taken for what it says.
    if (bytes[start] === OPEN_BRACE && bytes[end - 1] === CLOSE_BRACE) {
      const reason = this.#gate.drops(bytes, start, end);
      if (reason !== undefined) return this.#drop(reason);
    }
    let value: unknown;
    try {
      value = JSON.parse(bytes.toString('utf8', start, end));
    } catch {
      const what = start === end ? 'it is empty' : 'it is neither JSON, gzip nor an aggregate';
      this.#spoil('not-json', what);
      return;
    }
    readDocument(value, {
      event: (event, record) => this.#event(event, record),
      drop: (reason) => this.#drop(reason),
      spoil: (reason, message) => this.#spoil(reason, message),
      text: (text) => {
        const message = Buffer.from(text);
        this.#document(message, 0, message.length);
      },
    });
  }

  #event(
    event: ChangeEvent,
    record: { readonly failed: boolean; readonly readOnly: boolean },
  ): void {
    const { source, name } = event;
    if (!this.#options.wants(source, name)) {
      this.#drop(record.readOnly || isReadOnlyName(name) ? 'readOnly' : 'unmapped');
    } else if (record.readOnly) this.#drop('readOnly');
    else if (record.failed) this.#drop('failed');
    else this.events.push(event);
  }

  #drop(reason: DropReason): void {
    this.dropped[reason] = (this.dropped[reason] ?? 0) + 1;
  }

  #spoil(reason: string, message: string): void {
    this.poison.push({ reason, message });
  }
}

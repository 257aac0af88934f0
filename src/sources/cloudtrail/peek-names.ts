import type { InternedName, InternedNames } from './interned-names.js';

/** Who tells, and what: enough to drop most events unread. */
export interface EventNames {
  readonly source: InternedName;
  readonly name: InternedName;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

const KEYS = {
  eventSource: Buffer.from('eventSource'),
  eventName: Buffer.from('eventName'),
  source: Buffer.from('source'),
  detailType: Buffer.from('detail-type'),
  detail: Buffer.from('detail'),
  records: Buffer.from('Records'),
  messageType: Buffer.from('messageType'),
  logEvents: Buffer.from('logEvents'),
} as const;

/**
 * Reads the names of the event that a JSON object holds from its bytes, as far as they are needed:
 * `eventSource` and `eventName` of a CloudTrail record, bare or as the `detail` of an EventBridge
 * event, else `source` and `detail-type`.
 *
 * Keys count at their own depth alone, in any order, with any white space: a request's parameters can
 * hold keys of the same names. One reader serves one document after the other and keeps nothing.
 */
export class NamePeeker {
  readonly #names: InternedNames;
  #bytes: Uint8Array = new Uint8Array();
  #end = 0;
  #at = 0;
  #source: InternedName | undefined;
  #name: InternedName | undefined;
  #envelopeSource: InternedName | undefined;
  #detailType: InternedName | undefined;

  constructor(names: InternedNames) {
    this.#names = names;
  }

  /**
   * Undefined where the bytes do not tell for sure (another shape, escapes in what matters, anything
   * that is no JSON): then the whole is to be parsed.
   */
  peek(bytes: Uint8Array, start: number, end: number): EventNames | undefined {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    this.#source = this.#name = this.#envelopeSource = this.#detailType = undefined;
    return this.#found(this.#object(false));
  }

  #found(sure: boolean): EventNames | undefined {
    const source = this.#source;
    const name = this.#name;
    if (source !== undefined && name !== undefined) return { source, name };
    if (!sure || source !== undefined || name !== undefined) return undefined;
    if (this.#envelopeSource === undefined || this.#detailType === undefined) return undefined;
    return { source: this.#envelopeSource, name: this.#detailType };
  }

  /** Reads an object's members until both names are known. False where it can't be read for sure. */
  #object(isDetail: boolean): boolean {
    if (this.#byte() !== OPEN_BRACE) return false;
    this.#at += 1;
    if (this.#byte() === CLOSE_BRACE) {
      this.#at += 1;
      return true;
    }
    for (;;) {
      if (!this.#member(isDetail)) return false;
      if (this.#source !== undefined && this.#name !== undefined) return true;
      const next = this.#byte();
      this.#at += 1;
      if (next === CLOSE_BRACE) return true;
      if (next !== COMMA) return false;
    }
  }

  #member(isDetail: boolean): boolean {
    if (this.#byte() !== QUOTE) return false;
    const from = this.#at + 1;
    if (!this.#skipString()) return false;
    const length = this.#at - 1 - from;
    if (this.#byte() !== COLON) return false;
    this.#at += 1;
    const value = this.#byte();
    // Told apart by length before any byte is compared.
    if (length === 11) {
      if (this.#is(from, KEYS.eventSource)) {
        return (this.#source = this.#text(value)) !== undefined;
      }
      if (this.#is(from, KEYS.messageType)) return false;
      if (!isDetail && this.#is(from, KEYS.detailType)) {
        return (this.#detailType = this.#text(value)) !== undefined;
      }
    } else if (length === 9) {
      if (this.#is(from, KEYS.eventName)) return (this.#name = this.#text(value)) !== undefined;
      if (this.#is(from, KEYS.logEvents)) return false;
    } else if (length === 7) {
      if (this.#is(from, KEYS.records)) return false;
    } else if (length === 6 && !isDetail) {
      if (this.#is(from, KEYS.source)) {
        return (this.#envelopeSource = this.#text(value)) !== undefined;
      }
      if (value === OPEN_BRACE && this.#is(from, KEYS.detail)) return this.#object(true);
    }
    // A key with escapes could be any of them.
    return !this.#hasEscape(from, length) && this.#skipValue(value);
  }

  #is(from: number, key: Uint8Array): boolean {
    const bytes = this.#bytes;
    for (let at = 0; at < key.length; at += 1) if (bytes[from + at] !== key[at]) return false;
    return true;
  }

  #hasEscape(from: number, length: number): boolean {
    const bytes = this.#bytes;
    for (let at = from; at < from + length; at += 1) if (bytes[at] === BACKSLASH) return true;
    return false;
  }

  #text(first: number): InternedName | undefined {
    if (first !== QUOTE) return undefined;
    const from = this.#at + 1;
    return this.#skipString() ? this.#names.of(this.#bytes, from, this.#at - 1) : undefined;
  }

  #skipValue(first: number): boolean {
    if (first === QUOTE) return this.#skipString();
    if (first === OPEN_BRACE || first === OPEN_BRACKET) return this.#skipNested();
    const bytes = this.#bytes;
    for (; this.#at < this.#end; this.#at += 1) {
      const byte = bytes[this.#at];
      if (byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET) return true;
    }
    return false;
  }

  /** From an opening quote to past the closing one. */
  #skipString(): boolean {
    const bytes = this.#bytes;
    const end = this.#end;
    for (let at = this.#at + 1; at < end; at += 1) {
      const byte = bytes[at];
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) {
        this.#at = at + 1;
        return true;
      }
    }
    return false;
  }

  /** From an opening bracket to past the one that closes it. */
  #skipNested(): boolean {
    const bytes = this.#bytes;
    const end = this.#end;
    let depth = 0;
    for (let at = this.#at; at < end; at += 1) {
      const byte = bytes[at]!;
      if (byte === QUOTE) {
        at += 1;
        while (at < end && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
      } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        depth += 1;
      } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        depth -= 1;
        if (depth === 0) {
          this.#at = at + 1;
          return true;
        }
      }
    }
    return false;
  }

  /** The next byte that is no white space, without passing it; NaN at the end. */
  #byte(): number {
    const bytes = this.#bytes;
    for (; this.#at < this.#end; this.#at += 1) {
      const byte = bytes[this.#at]!;
      if (byte > 0x20) return byte;
    }
    return Number.NaN;
  }
}

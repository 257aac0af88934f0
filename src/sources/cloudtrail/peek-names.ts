import { skipNested, skipSpace, skipString, skipValue } from './json-text.js';

/** Who tells, and what: enough to drop most events unread. */
export interface EventNames {
  readonly source: string;
  readonly name: string;
}

/** How far a text has been read, and what it told so far. */
interface Reading {
  readonly text: string;
  /** Nothing before it has escapes. */
  readonly escape: number;
  at: number;
  source: string | undefined;
  name: string | undefined;
  envelopeSource: string | undefined;
  detailType: string | undefined;
  hasDetail: boolean;
}

const QUOTE = 0x22;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Reads the names of the event that a JSON object holds from its text, as far as they are needed:
 * `eventSource` and `eventName` of a CloudTrail record, bare or as the `detail` of an EventBridge
 * event, else `source` and `detail-type`. The text may be bytes taken for Latin-1, so names beyond
 * ASCII are not what they seem.
 *
 * Keys count at their own depth alone, in any order, with any white space: a request's parameters can
 * hold keys of the same names. Undefined where the text does not tell for sure (another shape, escapes
 * in what matters, anything that is no JSON): then the whole is to be parsed. Of a key that an object
 * holds twice, which no service writes, the first counts.
 */
export function peekNames(text: string): EventNames | undefined {
  const escape = text.indexOf('\\');
  const reading: Reading = {
    text,
    escape: escape < 0 ? text.length : escape,
    at: skipSpace(text, 0),
    source: undefined,
    name: undefined,
    envelopeSource: undefined,
    detailType: undefined,
    hasDetail: false,
  };
  if (text.charCodeAt(reading.at) !== OPEN_BRACE || !readMembers(reading, false)) return undefined;
  const { source, name, envelopeSource, detailType, hasDetail } = reading;
  if (source !== undefined && name !== undefined) return { source, name };
  if (source !== undefined || name !== undefined) return undefined;
  if (envelopeSource === undefined || detailType === undefined || !hasDetail) return undefined;
  return { source: envelopeSource, name: detailType };
}

/** Reads an object's members until the names are known. False where it can't be read for sure. */
function readMembers(reading: Reading, isDetail: boolean): boolean {
  const { text } = reading;
  reading.at = skipSpace(text, reading.at + 1);
  if (text.charCodeAt(reading.at) === CLOSE_BRACE) {
    reading.at += 1;
    return true;
  }
  for (;;) {
    if (!readMember(reading, isDetail)) return false;
    if (isKnown(reading, isDetail)) return true;
    reading.at = skipSpace(text, reading.at);
    const next = text.charCodeAt(reading.at);
    reading.at += 1;
    if (next === CLOSE_BRACE) return true;
    if (next !== COMMA) return false;
    reading.at = skipSpace(text, reading.at);
  }
}

/** A detail counts as one only beside a `detail-type`, which may come after it. */
function isKnown({ source, name, detailType }: Reading, isDetail: boolean): boolean {
  return source !== undefined && name !== undefined && (!isDetail || detailType !== undefined);
}

function readMember(reading: Reading, isDetail: boolean): boolean {
  const { text } = reading;
  if (text.charCodeAt(reading.at) !== QUOTE) return false;
  const from = reading.at + 1;
  const to = skipString(text, reading.at) - 1;
  // A key with escapes could be any key.
  if (to < 0 || hasEscape(reading, from, to)) return false;
  reading.at = skipSpace(text, to + 1);
  if (text.charCodeAt(reading.at) !== COLON) return false;
  reading.at = skipSpace(text, reading.at + 1);
  // Told apart by length before any character is compared.
  switch (to - from) {
    case 11:
      if (text.startsWith('eventSource', from)) {
        return (reading.source = readString(reading)) !== undefined;
      }
      if (isDetail) break;
      if (text.startsWith('detail-type', from)) {
        return (reading.detailType = readString(reading)) !== undefined;
      }
      if (text.startsWith('messageType', from)) return false;
      break;
    case 9:
      if (text.startsWith('eventName', from)) {
        return (reading.name = readString(reading)) !== undefined;
      }
      break;
    case 7:
      if (!isDetail && text.startsWith('Records', from)) return false;
      break;
    case 6:
      if (isDetail) break;
      if (text.startsWith('source', from)) {
        return (reading.envelopeSource = readString(reading)) !== undefined;
      }
      if (text.startsWith('detail', from)) return readDetail(reading);
  }
  reading.at = skipValue(text, reading.at);
  return reading.at >= 0;
}

function readDetail(reading: Reading): boolean {
  if (reading.text.charCodeAt(reading.at) !== OPEN_BRACE) return false;
  // Names from two depths are no event's.
  if (hasOneName(reading)) return false;
  const from = reading.at;
  if (!readMembers(reading, true)) return false;
  if (isKnown(reading, true)) return true;
  if (hasOneName(reading)) return false;
  reading.hasDetail = true;
  reading.at = skipNested(reading.text, from);
  return reading.at >= 0;
}

function hasOneName({ source, name }: Reading): boolean {
  return (source === undefined) !== (name === undefined);
}

function readString(reading: Reading): string | undefined {
  const { text, at } = reading;
  const from = at + 1;
  if (text.charCodeAt(at) !== QUOTE) return undefined;
  const to = skipString(text, at) - 1;
  if (to < 0 || hasEscape(reading, from, to)) return undefined;
  reading.at = to + 1;
  return text.slice(from, to);
}

function hasEscape({ text, escape }: Reading, from: number, to: number): boolean {
  return escape < to && text.slice(from, to).includes('\\');
}

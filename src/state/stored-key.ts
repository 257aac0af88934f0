import { createHash } from 'node:crypto';

/**
 * How keys are kept in ordered storage. Keys may be any string; storage takes well-formed UTF-8 of a
 * bounded length. A key that fits is stored as it is. Any other keeps its head, so that prefix scans
 * still find it, and ends in a hash; the full key is then kept beside the value.
 *
 * The order of a table is the byte order of its stored keys, which for well-formed strings is the order
 * of code points. {@link MARK} and {@link LAST} are Unicode noncharacters: no key is stored with them
 * as they are, so a mark tells a hashed key exactly and LAST bounds a prefix exactly.
 */

/** Longest stored head in bytes; LMDB takes keys up to 1,978 bytes. */
const HEAD_BYTES = 1_800;
const MARK = '\uffff';
/** Sorts after everything that a stored key can hold. */
export const LAST = '\u{10ffff}';
// A lone surrogate would be lost in UTF-8, and the two noncharacters have meanings of their own here.
const AWKWARD = /[\uffff\u{10ffff}\p{Cs}]/u;
/** Of the strings that hold none of these units none is awkward, and telling that is next to nothing. */
const PERHAPS_AWKWARD = /[\ud800-\uffff]/;

/** The form under which a key is stored: equal keys, and only those, are stored equally. */
export function toStoredKey(key: string): string {
  const head = storedHead(key);
  if (head === key && key !== '') return key;
  return head + MARK + createHash('sha256').update(key, 'utf16le').digest('base64url').slice(0, 22);
}

/** Whether a stored key ends in a hash, so that the full key must be kept beside the value. */
export function isHashed(stored: string): boolean {
  return stored.includes(MARK);
}

/**
 * The longest prefix of a key that its stored form is certain to begin with. Where it is shorter than
 * a prefix asked for, a scan must compare the full keys as well.
 */
export function storedHead(key: string): string {
  // A UTF-16 unit takes at most three bytes, so most keys need no counting.
  const fits = key.length * 3 <= HEAD_BYTES || Buffer.byteLength(key) <= HEAD_BYTES;
  const at = PERHAPS_AWKWARD.test(key) ? key.search(AWKWARD) : -1;
  if (fits) return at < 0 ? key : key.slice(0, at);
  return cut(at < 0 ? key : key.slice(0, at));
}

/** The longest prefix of a well-formed string that takes at most HEAD_BYTES and splits no character. */
function cut(text: string): string {
  if (Buffer.byteLength(text) <= HEAD_BYTES) return text;
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(HEAD_BYTES));
  return text.slice(0, read);
}

/** Orders well-formed strings by code point, which is the byte order of their UTF-8. */
export function compareStored(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Lifts surrogates above the rest of the plane, where the characters that they spell belong. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NEWLINE = 0x0a;
const OPEN = new Set([0x7b, 0x5b]);
const CLOSE = new Set([0x7d, 0x5d]);
/** White space that compact JSON holds nowhere: strings escape it. */
const BREAKS = [NEWLINE, 0x09, 0x0d];
const JOINTS = ['}{', ' {'].map((text) => Buffer.from(text));

/** Where a document stands in the bytes. */
export type Range = readonly [start: number, end: number];

/**
 * Where the JSON documents in some bytes begin and end: one mostly, several where Firehose or a
 * producer has joined them, with line feeds between or without.
 */
export function splitDocuments(bytes: Buffer): readonly Range[] {
  const [start, end] = trimmed(bytes);
  return mayBeJoined(bytes) ? split(bytes, start, end) : [[start, end]];
}

/** False where the bytes surely hold one document alone; costs a fraction of a parse. */
export function mayBeJoined(bytes: Buffer): boolean {
  for (const byte of BREAKS) if (bytes.indexOf(byte) >= 0) return true;
  for (const joint of JOINTS) if (bytes.indexOf(joint) >= 0) return true;
  return false;
}

function split(bytes: Buffer, start: number, end: number): Range[] {
  const ranges: Range[] = [];
  let depth = 0;
  let from = -1;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at]!;
    if (from < 0) {
      if (byte <= 0x20) continue;
      from = at;
    }
    if (byte === QUOTE) {
      at += 1;
      while (at < end && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
    } else if (OPEN.has(byte)) {
      depth += 1;
    } else if (CLOSE.has(byte)) {
      depth -= 1;
      if (depth > 0) continue;
      ranges.push([from, at + 1]);
      from = -1;
      depth = 0;
    } else if (byte === NEWLINE && depth === 0) {
      // A line that is no document: whoever parses it says so.
      ranges.push([from, at]);
      from = -1;
    }
  }
  if (from >= 0) ranges.push([from, end]);
  return ranges;
}

function trimmed(bytes: Buffer): Range {
  let start = 0;
  let end = bytes.length;
  while (start < end && bytes[start]! <= 0x20) start += 1;
  while (end > start && bytes[end - 1]! <= 0x20) end -= 1;
  return [start, end];
}

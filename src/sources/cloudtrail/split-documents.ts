import { skipSpace, skipValue } from './json-text.js';

/** Where a document stands in a text. */
export type Range = readonly [start: number, end: number];

const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;

/**
 * Whether a text is surely one JSON object alone: it begins and ends like one, and no brace in it is
 * followed by what can only begin another document. Looks at braces behind `from` only.
 */
export function isOneObject(text: string, from = 0): boolean {
  const last = text.length - 1;
  if (text.charCodeAt(0) !== OPEN_BRACE || text.charCodeAt(last) !== CLOSE_BRACE) return false;
  for (let at = text.indexOf('}', from); at < last; at = text.indexOf('}', at + 1)) {
    let next = text.charCodeAt(at + 1);
    if (next <= SPACE) next = text.charCodeAt(skipSpace(text, at + 1));
    if (next === COMMA || next === CLOSE_BRACE || next === CLOSE_BRACKET) continue;
    // These two follow a brace within a string.
    if (next === QUOTE || next === BACKSLASH) continue;
    return false;
  }
  return true;
}

/**
 * Where the documents in a text begin and end: one mostly, several where Firehose or a producer has
 * joined them, with line feeds between or without. What is no document is a range as well, so that
 * whoever parses it can say so.
 */
export function splitDocuments(text: string, parses: (range: Range) => boolean): readonly Range[] {
  const lines = splitLines(text);
  // JSON that runs over several lines has some that do not look like an object of their own.
  if (lines.length > 1 && lines.every((line) => looksLikeObject(text, line))) return lines;
  const documents = splitByBrackets(text);
  // A damaged document takes the next ones with it; lines end that.
  if (lines.length > 1 && !documents.every(parses))
    return lines.flatMap((line) => within(text, line));
  return documents;
}

function within(text: string, [start, end]: Range): readonly Range[] {
  return splitByBrackets(text.slice(start, end)).map(([from, to]) => [start + from, start + to]);
}

function splitLines(text: string): Range[] {
  const lines: Range[] = [];
  for (let at = 0; at < text.length;) {
    const feed = text.indexOf('\n', at);
    const line = trimmed(text, at, feed < 0 ? text.length : feed);
    if (line !== undefined) lines.push(line);
    at = feed < 0 ? text.length : feed + 1;
  }
  return lines;
}

function looksLikeObject(text: string, [start, end]: Range): boolean {
  return isOneObject(text.slice(start, end));
}

function splitByBrackets(text: string): Range[] {
  const ranges: Range[] = [];
  for (let at = skipSpace(text, 0); at < text.length;) {
    const end = endOfDocument(text, at);
    const range = trimmed(text, at, end);
    if (range !== undefined) ranges.push(range);
    at = skipSpace(text, end);
  }
  return ranges;
}

function endOfDocument(text: string, at: number): number {
  const first = text.charCodeAt(at);
  if (first === OPEN_BRACE || first === OPEN_BRACKET || first === QUOTE) {
    const end = skipValue(text, at);
    return end < 0 ? text.length : end;
  }
  // No document: to where one may begin.
  const next = [text.indexOf('{', at), text.indexOf('\n', at)].filter((found) => found >= 0);
  return Math.min(text.length, ...next);
}

function trimmed(text: string, from: number, to: number): Range | undefined {
  let start = from;
  let end = to;
  while (start < end && text.charCodeAt(start) <= 0x20) start += 1;
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end -= 1;
  return start < end ? [start, end] : undefined;
}

/**
 * Walks JSON text without parsing it. Everything here takes for granted that the text is JSON: what is
 * not ends with -1 or with a position that the parser will quarrel with later.
 *
 * Positions are hopped to with `indexOf`, which the engine runs an order of magnitude faster than a loop
 * over characters.
 *
 * @module
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const SPACE = 0x20;

/** How far back a quote is looked for before a bracket is in doubt. */
const FARTHEST = 48;

/** The first position at or after `at` that is no white space. */
export function skipSpace(text: string, at: number): number {
  while (text.charCodeAt(at) <= SPACE) at += 1;
  return at;
}

/** How often a text was escaped: JSON itself, or JSON within a string of JSON (`{\\"a\\":1}`). */
export type Level = 0 | 1;

/** From an opening quote to past the closing one; -1 where there is none. */
export function skipString(text: string, at: number, level: Level = 0): number {
  for (let quote = at; ;) {
    quote = text.indexOf('"', quote + 1);
    if (quote < 0) return -1;
    const slashes = slashesBefore(text, quote, level);
    // A quote of the text around it.
    if (slashes < 0) return -1;
    if (slashes % 2 === 0) return quote + 1;
  }
}

/** Past the value that begins at `at`; -1 where it has no end. */
export function skipValue(text: string, at: number): number {
  const first = text.charCodeAt(at);
  if (first === QUOTE) return skipString(text, at);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return skipNested(text, at);
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === COMMA || code === CLOSE_BRACE || code === CLOSE_BRACKET) return at;
  }
  return -1;
}

/**
 * From an opening brace or bracket to past the one that closes it; -1 where there is none, and in
 * escaped text also where it is not plain to see.
 *
 * Brackets of the other sort need no counting, and whether a bracket stands in a string is mostly plain
 * from the quote before it; where it is not, every string is walked.
 */
export function skipNested(text: string, from: number, level: Level = 0): number {
  const isBrace = text.charCodeAt(from) === OPEN_BRACE;
  const [open, close] = isBrace ? ['{', '}'] : ['[', ']'];
  let depth = 1;
  let opened = text.indexOf(open, from + 1);
  let closed = text.indexOf(close, from + 1);
  while (closed >= 0) {
    for (; opened >= 0 && opened < closed; opened = text.indexOf(open, opened + 1)) {
      const outside = isOutsideStrings(text, opened, from, level);
      if (outside === undefined) return level === 0 ? skipNestedByStrings(text, from) : -1;
      if (outside) depth += 1;
    }
    const outside = isOutsideStrings(text, closed, from, level);
    if (outside === undefined) return level === 0 ? skipNestedByStrings(text, from) : -1;
    if (outside && --depth === 0) return closed + 1;
    closed = text.indexOf(close, closed + 1);
  }
  return -1;
}

/**
 * Whether a bracket is structure and not part of a string, told from the last quote before it: that
 * quote closes a string (then the bracket is outside), opens one, or is escaped in one. A quote that
 * opens follows `:`, `,`, `[` or `{`; one that closes is followed by `:`, `,`, `}` or `]`. Undefined
 * where it could be either.
 */
function isOutsideStrings(
  text: string,
  at: number,
  from: number,
  level: Level,
): boolean | undefined {
  if (level === 0 && isPlainlyOutside(text, at)) return true;
  let quote = at - 1;
  const last = Math.max(from, at - FARTHEST);
  while (quote > last && text.charCodeAt(quote) !== QUOTE) quote -= 1;
  if (quote <= from) return true;
  if (text.charCodeAt(quote) !== QUOTE) return undefined;
  const slashes = slashesBefore(text, quote, level);
  if (slashes !== 0) return slashes < 0 ? undefined : slashes % 2 === 0;
  let before = quote - 1 - level;
  // White space is escaped too: what stands there could be any letter.
  if (level > 0 && text.charCodeAt(before - 1) === BACKSLASH) return undefined;
  while (text.charCodeAt(before) <= SPACE) {
    if (level > 0) return undefined;
    before -= 1;
  }
  const code = text.charCodeAt(before);
  if (code !== COLON && code !== COMMA && code !== OPEN_BRACKET && code !== OPEN_BRACE) return true;
  const next = text.charCodeAt(skipSpace(text, quote + 1));
  if (next === COLON || next === COMMA || next === CLOSE_BRACE || next === CLOSE_BRACKET) {
    return undefined;
  }
  return false;
}

/** The commonest cases: right behind a string that ends with a letter or a digit, or behind a key and a colon. */
function isPlainlyOutside(text: string, at: number): boolean {
  const quote = text.charCodeAt(at - 1) === COLON ? at - 2 : at - 1;
  if (text.charCodeAt(quote) !== QUOTE) return false;
  const last = text.charCodeAt(quote - 1);
  return (last >= 0x30 && last <= 0x39) || ((last | 0x20) >= 0x61 && (last | 0x20) <= 0x7a);
}

function skipNestedByStrings(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = skipString(text, at) - 1;
      if (at < 0) return -1;
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      depth += 1;
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}

/**
 * How many backslashes stand before a quote, in the text as it was before it was escaped; -1 where the
 * quote is none of that text's.
 */
function slashesBefore(text: string, quote: number, level: Level): number {
  let before = quote - 1;
  while (text.charCodeAt(before) === BACKSLASH) before -= 1;
  const slashes = quote - 1 - before;
  if (level === 0) return slashes;
  return slashes % 2 === 0 ? -1 : (slashes - 1) / 2;
}

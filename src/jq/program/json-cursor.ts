const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Walks compact, valid JSON text (as `jq -c` prints it) without parsing it, so that values can be cut
 * out exactly as they were printed: digits beyond what a double holds survive, and nothing is built
 * only to be written again.
 */
export class JsonCursor {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** Whether the value here opens with this character. */
  sees(character: '[' | '{' | '0'): boolean {
    return this.text.charCodeAt(this.at) === character.charCodeAt(0);
  }

  /** Steps into the array here; false (and past it) where it is empty. */
  enter(): boolean {
    this.#expect(OPEN_BRACKET);
    if (this.text.charCodeAt(this.at) !== CLOSE_BRACKET) return true;
    this.at += 1;
    return false;
  }

  /** Past the comma to the next element; false (and past the array) where it ends. */
  next(): boolean {
    if (this.text.charCodeAt(this.at) === COMMA) {
      this.at += 1;
      return true;
    }
    this.#expect(CLOSE_BRACKET);
    return false;
  }

  /** The text of the value here; moves past it. */
  take(): string {
    const start = this.at;
    this.at = endOfValue(this.text, start);
    return this.text.slice(start, this.at);
  }

  #expect(code: number): void {
    if (this.text.charCodeAt(this.at) !== code) {
      throw new SyntaxError(`unexpected output of JQ at ${this.at}`);
    }
    this.at += 1;
  }
}

function endOfValue(text: string, start: number): number {
  const code = text.charCodeAt(start);
  if (code === QUOTE) return endOfString(text, start);
  if (code === OPEN_BRACKET || code === OPEN_BRACE) return endOfContainer(text, start);
  let at = start;
  for (; at < text.length; at += 1) {
    const next = text.charCodeAt(at);
    if (next === COMMA || next === CLOSE_BRACKET || next === CLOSE_BRACE) break;
  }
  return at;
}

function endOfContainer(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length;) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at);
      continue;
    }
    at += 1;
    if (code === OPEN_BRACKET || code === OPEN_BRACE) depth += 1;
    else if ((code === CLOSE_BRACKET || code === CLOSE_BRACE) && --depth === 0) return at;
  }
  throw new SyntaxError('unexpected end of the output of JQ');
}

function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return at + 1;
  }
  throw new SyntaxError('unexpected end of the output of JQ');
}

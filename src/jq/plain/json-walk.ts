const QUOTE = 0x22;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Deeper than any resource, and far from the depth at which JQ gives up. */
const DEEPEST = 200;
const ESCAPE = /["\\/bfnrt]|u[0-9a-fA-F]{4}/y;
const WORDS = ['true', 'false', 'null'];

/**
 * Walks JSON text without space between its tokens and makes sure that it is JSON: whatever it steps
 * over is known to be one value. It builds nothing, which is many times cheaper than parsing.
 */
export class JsonWalk {
  readonly #text: string;
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Whether the value here opens with this character. */
  sees(character: '{' | '['): boolean {
    return this.#text.charCodeAt(this.at) === character.charCodeAt(0);
  }

  /** The text from a place to here. */
  since(start: number): string {
    return this.#text.slice(start, this.at);
  }

  /** Into the object here, behind its first name; the name in its quotes, '' where the object is empty, undefined where it is none. */
  enter(): string | undefined {
    if (this.#text.charCodeAt(this.at) !== OPEN_BRACE) return undefined;
    this.at += 1;
    if (this.#text.charCodeAt(this.at) !== CLOSE_BRACE) return this.#name();
    this.at += 1;
    return '';
  }

  /** Behind the next name of the object; '' where it ends here, undefined where this is no JSON. */
  next(): string | undefined {
    const code = this.#text.charCodeAt(this.at);
    this.at += 1;
    if (code === COMMA) return this.#name();
    return code === CLOSE_BRACE ? '' : undefined;
  }

  /** Steps over the value here; false where there is none that is valid. */
  skip(depth = 0): boolean {
    const code = this.#text.charCodeAt(this.at);
    if (code === QUOTE) return this.#string();
    if (code === OPEN_BRACE) return depth < DEEPEST && this.#skipObject(depth + 1);
    if (code === OPEN_BRACKET) return depth < DEEPEST && this.#skipList(depth + 1);
    if (code === MINUS || isDigit(code)) return this.#number();
    for (const word of WORDS) {
      if (!this.#text.startsWith(word, this.at)) continue;
      this.at += word.length;
      return true;
    }
    return false;
  }

  #skipObject(depth: number): boolean {
    for (let name = this.enter(); name !== undefined; name = this.next()) {
      if (name === '') return true;
      if (!this.skip(depth)) return false;
    }
    return false;
  }

  #skipList(depth: number): boolean {
    this.at += 1;
    if (this.#text.charCodeAt(this.at) === CLOSE_BRACKET) {
      this.at += 1;
      return true;
    }
    for (;;) {
      if (!this.skip(depth)) return false;
      const code = this.#text.charCodeAt(this.at);
      this.at += 1;
      if (code === CLOSE_BRACKET) return true;
      if (code !== COMMA) return false;
    }
  }

  #name(): string | undefined {
    const start = this.at;
    if (this.#text.charCodeAt(start) !== QUOTE || !this.#string()) return undefined;
    const name = this.since(start);
    if (this.#text.charCodeAt(this.at) !== COLON) return undefined;
    this.at += 1;
    return name;
  }

  #string(): boolean {
    const text = this.#text;
    for (let at = this.at + 1; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        this.at = at + 1;
        return true;
      }
      if (code < 0x20) return false;
      if (code !== BACKSLASH) continue;
      ESCAPE.lastIndex = at + 1;
      if (!ESCAPE.test(text)) return false;
      at = ESCAPE.lastIndex - 1;
    }
    return false;
  }

  #number(): boolean {
    const text = this.#text;
    if (text.charCodeAt(this.at) === MINUS) this.at += 1;
    if (text.charCodeAt(this.at) === ZERO) this.at += 1;
    else if (!this.#digits()) return false;
    if (text.charCodeAt(this.at) === DOT) {
      this.at += 1;
      if (!this.#digits()) return false;
    }
    if ((text.charCodeAt(this.at) | 0x20) !== 0x65) return true;
    this.at += 1;
    const sign = text.charCodeAt(this.at);
    if (sign === PLUS || sign === MINUS) this.at += 1;
    return this.#digits();
  }

  /** Steps over digits; false where there is none. */
  #digits(): boolean {
    const start = this.at;
    while (isDigit(this.#text.charCodeAt(this.at))) this.at += 1;
    return this.at > start;
  }
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

import type { Path } from './plain-expression.js';

interface Node {
  /** Place in the list of paths; undefined where only something below is asked for. */
  at: number | undefined;
  readonly below: Map<string, Node>;
  /** Places of everything at or below it. */
  readonly all: number[];
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Deeper than any resource, and far from the depth at which JQ gives up. */
const DEEPEST = 200;
/** A number that JQ prints as it stands: no exponent, no zero at its end, few enough digits. */
const PLAIN_NUMBER =
  /^(?:0|-?[1-9][0-9]{0,14}|-?(?:0\.(?!0000)|[1-9][0-9]{0,6}\.)[0-9]{0,7}[1-9])$/;
/** What JQ may print in another way than JSON.stringify does: these characters, numbers with an exponent. */
const UNLIKE = /[\u007f\ud800-\udfff]|\\u[dD]/;
const EXPONENT = /[:,[]-?[0-9]+(?:\.[0-9]+)?[eE]/;

/**
 * Cuts the values at some paths out of one line of JSON, which must be valid, in one walk over the
 * text: what nobody asked for is stepped over, not built. Gives undefined for the whole line where
 * something in it is not as plain as JSON of AWS nearly always is (space between tokens, escapes in
 * names, a path through a list, a number that JQ would write in another way): that line is JQ's.
 */
export class ValuePicker {
  readonly #root: Node = { at: undefined, below: new Map(), all: [] };
  readonly #paths: number;
  #text = '';
  #at = 0;
  #values: string[] = [];

  constructor(paths: readonly Path[]) {
    this.#paths = paths.length;
    for (const [at, path] of paths.entries()) {
      let node = this.#root;
      node.all.push(at);
      for (const name of path) {
        let next = node.below.get(name);
        if (next === undefined)
          node.below.set(name, (next = { at: undefined, below: new Map(), all: [] }));
        next.all.push(at);
        node = next;
      }
      node.at = at;
    }
  }

  /** The values in the order of the paths; undefined where only JQ can tell. */
  pick(line: string): readonly string[] | undefined {
    this.#text = line;
    this.#at = 0;
    // The resource itself is asked for: nothing can be stepped over.
    if (this.#root.at !== undefined) return undefined;
    // What is missing is null.
    this.#values = new Array<string>(this.#paths).fill('null');
    if (!this.#object(this.#root)) return undefined;
    if (this.#at !== line.length) return undefined;
    return this.#values.every(isPlain) ? this.#values : undefined;
  }

  /** Walks the object here; false where it is none or not plain. */
  #object(node: Node): boolean {
    const text = this.#text;
    if (text.charCodeAt(this.#at) !== OPEN_BRACE) return false;
    this.#at += 1;
    if (text.charCodeAt(this.#at) === CLOSE_BRACE) {
      this.#at += 1;
      return true;
    }
    for (;;) {
      if (text.charCodeAt(this.#at) !== QUOTE) return false;
      const end = text.indexOf('"', this.#at + 1);
      if (end < 0 || text.charCodeAt(end + 1) !== COLON) return false;
      const name = text.slice(this.#at + 1, end);
      if (name.includes('\\')) return false;
      this.#at = end + 2;
      const next = node.below.get(name);
      if (next === undefined ? !this.#skip() : !this.#take(next)) return false;
      const code = text.charCodeAt(this.#at);
      this.#at += 1;
      if (code === CLOSE_BRACE) return true;
      if (code !== COMMA) return false;
    }
  }

  #take(node: Node): boolean {
    const start = this.#at;
    // Of a name that comes twice the last one counts, with all below it.
    for (const at of node.all) this.#values[at] = 'null';
    if (node.below.size > 0 && this.#text.charCodeAt(start) === OPEN_BRACE) {
      if (!this.#object(node)) return false;
    } else {
      if (!this.#skip()) return false;
      // JQ refuses to look for a field in anything but an object and null.
      if (node.below.size > 0 && this.#text.slice(start, this.#at) !== 'null') return false;
    }
    if (node.at !== undefined) this.#values[node.at] = this.#text.slice(start, this.#at);
    return true;
  }

  #skip(): boolean {
    const text = this.#text;
    const first = text.charCodeAt(this.#at);
    if (first === QUOTE) return this.#skipText();
    if (first !== OPEN_BRACE && first !== OPEN_BRACKET) {
      const start = this.#at;
      for (; this.#at < text.length; this.#at += 1) {
        const code = text.charCodeAt(this.#at);
        if (code === COMMA || code === CLOSE_BRACE || code === CLOSE_BRACKET) break;
        if (code <= 0x20) return false;
      }
      return this.#at > start;
    }
    let depth = 0;
    while (this.#at < text.length) {
      const code = text.charCodeAt(this.#at);
      if (code === QUOTE) {
        if (!this.#skipText()) return false;
        continue;
      }
      this.#at += 1;
      if (code === OPEN_BRACE || code === OPEN_BRACKET) {
        if (++depth > DEEPEST) return false;
      } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
        if (--depth === 0) return true;
      }
    }
    return false;
  }

  #skipText(): boolean {
    const text = this.#text;
    for (let at = text.indexOf('"', this.#at + 1); at >= 0; at = text.indexOf('"', at + 1)) {
      let slashes = 0;
      while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes += 1;
      if (slashes % 2 === 0) {
        this.#at = at + 1;
        return true;
      }
    }
    return false;
  }
}

/** Whether JQ prints the value exactly as it stands. */
function isPlain(json: string): boolean {
  const first = json.charCodeAt(0);
  if (first === QUOTE) return !UNLIKE.test(json) && (!json.includes('\\') || isCanonical(json));
  if (first === OPEN_BRACE || first === OPEN_BRACKET) {
    return !UNLIKE.test(json) && !EXPONENT.test(json) && isCanonical(json);
  }
  return json === 'null' || json === 'true' || json === 'false' || PLAIN_NUMBER.test(json);
}

function isCanonical(json: string): boolean {
  return JSON.stringify(JSON.parse(json)) === json;
}

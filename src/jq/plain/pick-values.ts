import { JsonWalk } from './json-walk.js';
import type { Path } from './plain-expression.js';

interface Node {
  /** Place in the list of paths; undefined where only something below is asked for. */
  at: number | undefined;
  readonly below: Map<string, Node>;
  /** Places of everything at or below it. */
  readonly all: number[];
}

/** A number that JQ prints as it stands: no exponent, no zero at its end, few enough digits. */
const PLAIN_NUMBER =
  /^(?:0|-?[1-9][0-9]{0,14}|-?(?:0\.(?!0000)|[1-9][0-9]{0,6}\.)[0-9]{0,7}[1-9])$/;
/** What JQ may print in another way than JSON.stringify does: these characters, numbers with an exponent. */
const UNLIKE = /[\u007f\ud800-\udfff]|\\u[dD]/;
const EXPONENT = /[:,[]-?[0-9]+(?:\.[0-9]+)?[eE]/;

/**
 * Cuts the values at some paths out of one line of JSON, in one walk over the text: what nobody asked
 * for is looked at and stepped over, not built. Gives undefined for the whole line where
 * something in it is not as plain as JSON of AWS nearly always is (no JSON at all, space between tokens, escapes in
 * names, a path through a list, a number that JQ would write in another way): that line is JQ's.
 */
export class ValuePicker {
  readonly #root: Node = { at: undefined, below: new Map(), all: [] };
  readonly #paths: number;
  #walk = new JsonWalk('');
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
    this.#walk = new JsonWalk(line);
    // The resource itself is asked for: nothing can be stepped over.
    if (this.#root.at !== undefined) return undefined;
    // What is missing is null.
    this.#values = new Array<string>(this.#paths).fill('null');
    if (!this.#object(this.#root)) return undefined;
    if (this.#walk.at !== line.length) return undefined;
    return this.#values.every(isPlain) ? this.#values : undefined;
  }

  /** Walks the object here; false where it is none or not plain. */
  #object(node: Node): boolean {
    const walk = this.#walk;
    for (let name = walk.enter(); name !== undefined; name = walk.next()) {
      if (name === '') return true;
      if (name.includes('\\')) return false;
      const below = node.below.get(name.slice(1, -1));
      if (below === undefined ? !walk.skip() : !this.#take(below)) return false;
    }
    return false;
  }

  #take(node: Node): boolean {
    const walk = this.#walk;
    const start = walk.at;
    // Of a name that comes twice the last one counts, with all below it.
    for (const at of node.all) this.#values[at] = 'null';
    if (node.below.size > 0 && walk.sees('{')) {
      if (!this.#object(node)) return false;
    } else {
      if (!walk.skip()) return false;
      // JQ refuses to look for a field in anything but an object and null.
      if (node.below.size > 0 && walk.since(start) !== 'null') return false;
    }
    if (node.at !== undefined) this.#values[node.at] = walk.since(start);
    return true;
  }
}

/** Whether JQ prints the value exactly as it stands. */
function isPlain(json: string): boolean {
  if (json.startsWith('"'))
    return !UNLIKE.test(json) && (!json.includes('\\') || isCanonical(json));
  if (json.startsWith('{') || json.startsWith('[')) {
    return !UNLIKE.test(json) && !EXPONENT.test(json) && isCanonical(json);
  }
  return json === 'null' || json === 'true' || json === 'false' || PLAIN_NUMBER.test(json);
}

function isCanonical(json: string): boolean {
  return JSON.stringify(JSON.parse(json)) === json;
}

/** Groups larger than this are not kept: walking them in order is as good. */
const LARGEST = 32;
const TOO_LARGE = null;

/**
 * Keys by the group that they belong to, for look-ups of a few keys among very many. Groups are small
 * by nature; one that grows large is given up until everything is cleared.
 */
export class KeyGroups {
  readonly #groups = new Map<string, string[] | typeof TOO_LARGE>();

  /** A key that is not held yet. */
  add(group: string, key: string): void {
    const keys = this.#groups.get(group);
    if (keys === undefined) this.#groups.set(group, [key]);
    else if (keys === TOO_LARGE) return;
    else if (keys.length < LARGEST) keys.push(key);
    else this.#groups.set(group, TOO_LARGE);
  }

  delete(group: string, key: string): void {
    const keys = this.#groups.get(group);
    if (keys === undefined || keys === TOO_LARGE) return;
    const at = keys.indexOf(key);
    if (at >= 0) keys.splice(at, 1);
    if (keys.length === 0) this.#groups.delete(group);
  }

  /** The keys of a group, in no particular order; undefined where it is too large to tell. */
  get(group: string): readonly string[] | undefined {
    const keys = this.#groups.get(group);
    if (keys === TOO_LARGE) return undefined;
    return keys ?? NONE;
  }
}

const NONE: readonly string[] = [];

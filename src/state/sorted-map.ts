import type { ChunkRequest } from './scan.js';
import { KeyGroups } from './key-groups.js';
import { compareStored } from './stored-key.js';

const ABOVE_SURROGATES = /[\ud800-\uffff]/;
/** Up to so many new keys are moved to their places one by one; more are sorted in together. */
const INSERT_ONE_BY_ONE = 32;
/** So many places of deleted keys are kept before they are looked for. */
const SLACK = 1_000;

/** The group of a key, or of every key that begins with this prefix; undefined where that is open. */
export type GroupOf = (text: string) => string | undefined;

/**
 * A map that can be walked in the order of its stored keys. New keys are sorted in when a walk first
 * needs them, so that writing alone costs no more than a Map does. A walk within one group, where keys
 * have any, needs no sorting of the rest.
 */
export class SortedMap<T> {
  readonly #groupOf: GroupOf | undefined;
  /** Made when a walk within a group is first asked for. */
  #groups: KeyGroups | undefined;
  readonly #values = new Map<string, T>();
  #order: string[] = [];
  #added: string[] = [];
  /** Plain comparison orders by code point as long as no key holds a unit above the surrogates. */
  #plain = true;

  constructor(groupOf?: GroupOf) {
    this.#groupOf = groupOf;
  }

  get size(): number {
    return this.#values.size;
  }

  get(key: string): T | undefined {
    return this.#values.get(key);
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  set(key: string, value: T): void {
    const before = this.#values.size;
    this.#values.set(key, value);
    if (this.#values.size === before) return;
    this.#added.push(key);
    if (this.#groups !== undefined) this.#group(this.#groups, key);
    if (this.#added.length + this.#order.length > SLACK + 2 * this.#values.size) this.#compact();
  }

  /** The key's place in the order is given up later, when keys are sorted in or become too many. */
  delete(key: string): boolean {
    const held = this.#values.delete(key);
    if (this.#values.size === 0) {
      this.#order = [];
      this.#added = [];
      this.#groups = undefined;
    } else if (held && this.#groups !== undefined) {
      const group = this.#groupOf?.(key);
      if (group !== undefined) this.#groups.delete(group, key);
    }
    return held;
  }

  /** In no particular order. */
  entries(): IterableIterator<[string, T]> {
    return this.#values.entries();
  }

  /** The first entries of a range. */
  slice(request: ChunkRequest): (readonly [string, T])[] {
    const { start, exclusive, head, limit } = request;
    const found: (readonly [string, T])[] = [];
    if (this.#values.size === 0) return found;
    const group = this.#groupOf?.(head);
    const keys = group === undefined ? undefined : this.#grouped().get(group);
    if (keys !== undefined) return this.#sliceOf(keys, request);
    this.#sort();
    for (let i = this.#indexOf(start); i < this.#order.length && found.length < limit; i++) {
      const key = this.#order[i] as string;
      if (exclusive && key === start) continue;
      if (!key.startsWith(head)) break;
      const value = this.#values.get(key);
      if (value !== undefined) found.push([key, value]);
    }
    return found;
  }

  #grouped(): KeyGroups {
    if (this.#groups !== undefined) return this.#groups;
    const groups = new KeyGroups();
    for (const key of this.#values.keys()) this.#group(groups, key);
    this.#groups = groups;
    return groups;
  }

  #group(groups: KeyGroups, key: string): void {
    const group = this.#groupOf?.(key);
    if (group !== undefined) groups.add(group, key);
  }

  #sliceOf(
    keys: readonly string[],
    { start, exclusive, head, limit }: ChunkRequest,
  ): (readonly [string, T])[] {
    return keys
      .filter((key) => key.startsWith(head) && compareStored(key, start) >= (exclusive ? 1 : 0))
      .sort(compareStored)
      .slice(0, limit)
      .map((key) => [key, this.#values.get(key) as T] as const);
  }

  #compare = (a: string, b: string): number =>
    this.#plain ? (a < b ? -1 : a > b ? 1 : 0) : compareStored(a, b);

  /** The first place whose key is not before `key`. */
  #indexOf(key: string): number {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(this.#order[middle] as string, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Gives up the places of deleted keys. */
  #compact(): void {
    this.#order = this.#live(this.#order);
    this.#added = this.#live(this.#added);
  }

  #live(keys: readonly string[]): string[] {
    const live: string[] = [];
    for (const key of keys) if (this.#values.has(key)) live.push(key);
    return live;
  }

  #sort(): void {
    if (this.#added.length === 0) return;
    if (this.#plain && this.#added.some((key) => ABOVE_SURROGATES.test(key))) {
      this.#plain = false;
      this.#order.sort(this.#compare);
    }
    if (this.#added.length <= INSERT_ONE_BY_ONE) {
      for (const key of this.#added) {
        const at = this.#indexOf(key);
        if (this.#order[at] !== key) this.#order.splice(at, 0, key);
      }
    } else {
      const all = this.#order.concat(this.#added.sort(this.#compare)).sort(this.#compare);
      this.#order = all.filter((key, i) => key !== all[i - 1] && this.#values.has(key));
    }
    this.#added = [];
  }
}

import type { StateStore, StateWrite } from './state-store.js';

const KEY = 'richer-kinds';

/** The kinds whose reads were seen to hold more than their listings. Few, and asked for often: kept in memory. */
export class RicherKinds {
  readonly #kinds: Set<string>;

  constructor(store: StateStore) {
    this.#kinds = new Set(store.get<readonly string[]>('meta', KEY));
  }

  has(kind: string): boolean {
    return this.#kinds.has(kind);
  }

  /** Remembers a kind; nothing to write where it is known already. */
  add(kind: string): StateWrite[] {
    if (this.#kinds.has(kind)) return [];
    this.#kinds.add(kind);
    return [{ op: 'put', table: 'meta', key: KEY, value: [...this.#kinds] }];
  }
}

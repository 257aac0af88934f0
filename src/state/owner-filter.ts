import { setImmediate as breathe } from 'node:timers/promises';
import { hash64 } from '../model/hash64.js';
import { ownedEntityOf } from './owner-key.js';
import type { StateStore } from './state-store.js';

/** 4 MiB: of a million entities one look-up in some thousand million is answered "perhaps" in vain, of ten million one in fifty. */
const WORDS = 1 << 20;
const PROBES = 4;
/** Look-ups that went to the store before its rows are worth gathering. */
const PATIENCE = 2_000;
/** Rows gathered before other work gets its turn. */
const BREATH = 500;

/**
 * Tells of most entities that nobody owns them, without a look into the store: a Bloom filter over the
 * rows of owners. It may say "perhaps" of an entity that nobody owns (any more), and never "nobody" of
 * one that somebody does.
 *
 * It answers at once where the store is empty, and else once the rows were gathered, which begins
 * when it has been asked often: a resync into a new Port asks for every entity, a few live changes are
 * not worth the walk.
 */
export class OwnerFilter {
  readonly #store: StateStore;
  #bits: Uint32Array | undefined;
  #asked = 0;
  #state: 'new' | 'gathering' | 'whole' | 'failed' = 'new';

  constructor(store: StateStore) {
    this.#store = store;
  }

  /** A row of this key is about to be written. */
  add(ownerKey: string): void {
    if (this.#state !== 'new') this.#add(ownerKey);
  }

  /** Whether it is certain that the store holds no row of this entity. */
  isFree(entityKey: string): boolean {
    if (this.#state === 'new') this.#begin();
    if (this.#state !== 'whole') return false;
    const group = ownedEntityOf(`${entityKey}\u0001`);
    return group !== undefined && !this.#has(group);
  }

  #begin(): void {
    this.#asked += 1;
    const empty = this.#asked === 1 && this.#store.count('owners') === 0;
    if (!empty && this.#asked < PATIENCE) return;
    this.#bits = new Uint32Array(WORDS);
    this.#state = empty ? 'whole' : 'gathering';
    if (empty) return;
    this.#gather().then(
      () => {
        this.#state = 'whole';
      },
      () => {
        // The store was closed, or can't be read: whoever needs it will say so.
        this.#state = 'failed';
      },
    );
  }

  async #gather(): Promise<void> {
    let rows = 0;
    for (const [key] of this.#store.range('owners', { keysOnly: true })) {
      this.#add(key);
      rows += 1;
      if (rows % BREATH === 0) await breathe();
    }
  }

  #add(ownerKey: string): void {
    const group = ownedEntityOf(ownerKey);
    if (group === undefined || this.#bits === undefined) return;
    const [a, b] = hash64(group);
    for (let i = 0; i < PROBES; i += 1) {
      const bit = (a + Math.imul(i, b)) >>> 0;
      const word = (bit >>> 5) & (WORDS - 1);
      this.#bits[word] = this.#bits[word]! | (1 << (bit & 31));
    }
  }

  #has(group: string): boolean {
    const [a, b] = hash64(group);
    for (let i = 0; i < PROBES; i += 1) {
      const bit = (a + Math.imul(i, b)) >>> 0;
      if ((this.#bits![(bit >>> 5) & (WORDS - 1)]! & (1 << (bit & 31))) === 0) return false;
    }
    return true;
  }
}

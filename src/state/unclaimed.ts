import type { StateStore, StateWrite } from './state-store.js';

/**
 * Entities of this integration that Port held before this state existed: a resource that maps to one
 * claims it, and one that nothing claims is deleted in the end. Keys are encoded entity keys.
 */
export class UnclaimedTable {
  readonly #store: StateStore;
  /** Claims are asked for with every write; where nothing was adopted they cost nothing. */
  #empty: boolean;
  #misses = 0;

  constructor(store: StateStore) {
    this.#store = store;
    this.#empty = this.#isEmpty();
  }

  /** Notes an entity that Port was found to hold; one that is noted already keeps its count. */
  adopt(entityKey: string): StateWrite[] {
    this.#empty = false;
    if (this.has(entityKey)) return [];
    return [{ op: 'put', table: 'unclaimed', key: entityKey, value: 0 }];
  }

  has(entityKey: string): boolean {
    return this.#store.get('unclaimed', entityKey) !== undefined;
  }

  /** A resource maps to the entity: it is ours from here on. Nothing to write where it was not adopted. */
  claim(entityKey: string): StateWrite[] {
    if (this.#empty) return [];
    if (this.has(entityKey)) return [{ op: 'delete', table: 'unclaimed', key: entityKey }];
    this.#misses += 1;
    if (this.#misses % 256 === 0) this.#empty = this.#isEmpty();
    return [];
  }

  /** One more resync in which everything that could yield it was complete did not claim the entity. */
  miss(entityKey: string): StateWrite {
    const value = (this.#store.get<number>('unclaimed', entityKey) ?? 0) + 1;
    return { op: 'put', table: 'unclaimed', key: entityKey, value };
  }

  /** It could not be told whether it is claimed: the resyncs in a row are counted anew. */
  forgive(entityKey: string): StateWrite[] {
    const missed = this.#store.get<number>('unclaimed', entityKey) ?? 0;
    return missed === 0 ? [] : [{ op: 'put', table: 'unclaimed', key: entityKey, value: 0 }];
  }

  /** Removes it after its deletion. */
  remove(entityKey: string): StateWrite {
    return { op: 'delete', table: 'unclaimed', key: entityKey };
  }

  /** Every unclaimed entity, of one blueprint where given, with the resyncs in a row that missed it. */
  list(blueprintPrefix = ''): Iterable<readonly [entityKey: string, missed: number]> {
    return this.#store.range<number>('unclaimed', { prefix: blueprintPrefix });
  }

  count(): number {
    return this.#store.count('unclaimed');
  }

  #isEmpty(): boolean {
    for (const _ of this.#store.range('unclaimed', { limit: 1 })) return false;
    return true;
  }
}

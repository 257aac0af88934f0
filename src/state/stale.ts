import type { EntityKey } from '../model/entity.js';
import { encodeEntityKey } from '../model/entity.js';
import { SEPARATOR } from '../model/resource-key.js';
import { clearBefore, prefixOf } from './scopes.js';
import type { IndexGroup } from './index-table.js';
import type { StateStore, StateWrite } from './state-store.js';

/** Something that a resync found reason to delete, once all its scopes have ended. */
export interface StaleCandidate {
  /** Encoded resource key. */
  readonly resourceKey: string;
  /**
   * `missing`: its complete listing did not hold it; `left`: its kind, account or region is no longer
   * part of the pipeline; `moved`: its mapping no longer yields the entity.
   */
  readonly reason: 'missing' | 'left' | 'moved';
  /** The one entity that is meant; absent where all entities of the resource are. */
  readonly entity?: EntityKey;
  /** Encoded scope in which it was found. */
  readonly scope: string;
}

const CANDIDATE = 'c';
const LEFT = 'l';

/** What resyncs found that may have to be deleted. */
export class StaleTable {
  readonly #store: StateStore;

  constructor(store: StateStore) {
    this.#store = store;
  }

  /** Notes a candidate; the same resource (and entity) in one generation is one candidate. */
  add(generation: number, candidate: StaleCandidate): StateWrite {
    const key = candidateKey(generation, candidate);
    return { op: 'put', table: 'stale', key, value: { ...candidate } };
  }

  /** Takes a candidate back: it was seen, or it was deleted. */
  remove(
    generation: number,
    candidate: Pick<StaleCandidate, 'resourceKey' | 'entity'>,
  ): StateWrite {
    return { op: 'delete', table: 'stale', key: candidateKey(generation, candidate) };
  }

  /** The candidates of a generation, in no promised order. */
  *list(generation: number): Generator<StaleCandidate> {
    const prefix = CANDIDATE + prefixOf(generation);
    for (const [, candidate] of this.#store.range<StaleCandidate>('stale', { prefix })) {
      yield candidate;
    }
  }

  count(generation: number): number {
    return this.#store.count('stale', CANDIDATE + prefixOf(generation));
  }

  /** Removes up to `limit` candidates of generations before this one; call until nothing is left. */
  clearBefore(generation: number, limit = 1_000): StateWrite[] {
    return clearBefore(this.#store, 'stale', CANDIDATE, generation, limit);
  }

  /** How many complete discoveries in a row said that a kind, account or region is gone. */
  left(group: IndexGroup): number {
    return this.#store.get<number>('stale', leftKey(group)) ?? 0;
  }

  /** One more complete discovery said so. */
  noteLeft(group: IndexGroup): StateWrite {
    return { op: 'put', table: 'stale', key: leftKey(group), value: this.left(group) + 1 };
  }

  /** It is part of the pipeline again, or everything of it is deleted. */
  forgetLeft(group: IndexGroup): StateWrite[] {
    return this.left(group) === 0 ? [] : [{ op: 'delete', table: 'stale', key: leftKey(group) }];
  }

  /** Everything that discoveries said is gone. */
  *allLeft(): Generator<IndexGroup & { readonly discoveries: number }> {
    for (const [key, discoveries] of this.#store.range<number>('stale', { prefix: LEFT })) {
      const [kind = '', accountId = '', region = ''] = key.slice(LEFT.length).split(SEPARATOR, 3);
      yield { kind, accountId, region, discoveries };
    }
  }
}

/** The length of the resource key tells it from the entity key, whatever characters they hold. */
function candidateKey(
  generation: number,
  { resourceKey, entity }: Pick<StaleCandidate, 'resourceKey' | 'entity'>,
): string {
  const key = CANDIDATE + prefixOf(generation) + resourceKey;
  if (entity === undefined) return key + SEPARATOR;
  return key + SEPARATOR + encodeEntityKey(entity) + SEPARATOR + resourceKey.length.toString();
}

function leftKey({ kind, accountId, region }: IndexGroup): string {
  return LEFT + kind + SEPARATOR + accountId + SEPARATOR + region;
}

import { LRUCache } from 'lru-cache';
import { encodeEntityKey } from '../model/entity.js';
import { SEPARATOR } from '../model/resource-key.js';
import type { StateWrite } from '../state/state-store.js';
import type { UnclaimedTable } from '../state/unclaimed.js';

/** Targets that were looked for lately: most entities relate to the same few. */
const REMEMBERED = 10_000;

/**
 * Keeps adopted entities that ours relate to. Port attributes to us what it made for the sake of a
 * relation (`createMissingRelatedEntities`), and nothing ever maps to that: it is not stale, and its
 * deletion would take its dependents along.
 */
export class RelatedClaims {
  readonly #unclaimed: UnclaimedTable;
  readonly #seen = new LRUCache<string, true>({ max: REMEMBERED });
  #blueprints: readonly string[] | undefined;

  constructor(unclaimed: UnclaimedTable) {
    this.#unclaimed = unclaimed;
  }

  /** Forgets which blueprints there are, when entities were adopted. */
  reset(): void {
    this.#blueprints = undefined;
    this.#seen.clear();
  }

  /**
   * Claims what an entity relates to. A relation does not name the blueprint it points to, so every
   * unclaimed entity with the identifier is kept.
   *
   * @param json the entity as Port is sent it
   */
  claim(json: string): StateWrite[] {
    this.#blueprints ??= blueprintsOf(this.#unclaimed);
    if (this.#blueprints.length === 0 || !json.includes('"relations":')) return [];
    const { relations } = JSON.parse(json) as { readonly relations?: Record<string, unknown> };
    const writes: StateWrite[] = [];
    for (const target of Object.values(relations ?? {}).flat()) {
      if (typeof target !== 'string' || this.#seen.has(target)) continue;
      this.#seen.set(target, true);
      for (const blueprint of this.#blueprints) {
        writes.push(...this.#unclaimed.claim(encodeEntityKey({ blueprint, identifier: target })));
      }
    }
    return writes;
  }
}

/** The blueprints that unclaimed entities have: one look-up each, however many entities. */
function blueprintsOf(unclaimed: UnclaimedTable): readonly string[] {
  const found = new Set<string>();
  for (const [entity] of unclaimed.list()) found.add(entity.slice(0, entity.indexOf(SEPARATOR)));
  return [...found];
}

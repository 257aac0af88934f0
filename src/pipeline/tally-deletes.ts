import { encodeEntityKey } from '../model/entity.js';
import { decodeResourceKey } from '../model/resource-key.js';
import type { DeleteTally } from '../resync/threshold.js';
import type { StaleCandidate } from '../state/stale.js';
import type { Parts } from './parts.js';

/** What the candidates of a resync amount to. */
export interface Tally {
  readonly kinds: ReadonlyMap<string, DeleteTally>;
  readonly all: DeleteTally;
  /** The candidates that amount to at most `limit` deletes, and how many of the limit are left. */
  take(limit: number): { readonly candidates: readonly StaleCandidate[]; readonly left: number };
}

/**
 * Counts the entities that a resync's candidates would delete: those of which every owner is a
 * candidate. Holds one entry a candidate, nothing for the rest of the index.
 *
 * @param unclaimed adopted entities that would be deleted besides
 */
export async function tallyDeletes(parts: Parts, unclaimed: number): Promise<Tally> {
  const { index, stale } = parts.state;
  const candidates = [...stale.list(parts.generation)];
  if (candidates.length === 0 && unclaimed === 0) {
    return {
      kinds: new Map(),
      all: { deletes: 0, total: 0 },
      take: () => ({ candidates: [], left: 0 }),
    };
  }
  const givingUp = new Map<string, number>();
  const costs = candidates.map((candidate) => entitiesOf(parts, candidate));
  for (const entities of costs) {
    for (const entity of entities) givingUp.set(entity, (givingUp.get(entity) ?? 0) + 1);
  }
  const isDeleted = (entity: string): boolean =>
    (givingUp.get(entity) ?? 0) >= index.owners(entity).length;

  const counted = new Set<string>();
  const perCandidate: number[] = [];
  const byKind = new Map<string, number>();
  for (const [at, entities] of costs.entries()) {
    const fresh = entities.filter((entity) => !counted.has(entity) && isDeleted(entity));
    for (const entity of fresh) counted.add(entity);
    perCandidate.push(fresh.length);
    const { kind } = decodeResourceKey(candidates[at]!.resourceKey);
    byKind.set(kind, (byKind.get(kind) ?? 0) + fresh.length);
  }
  const totals = await index.countEntities();
  const kinds = new Map<string, DeleteTally>();
  for (const [kind, deletes] of byKind)
    kinds.set(kind, { deletes, total: totals.byKind.get(kind) ?? 0 });
  return {
    kinds,
    all: { deletes: counted.size + unclaimed, total: totals.total + parts.state.unclaimed.count() },
    take(limit) {
      let left = limit;
      const taken = candidates.filter((_, at) => {
        if (perCandidate[at]! > left) return false;
        left -= perCandidate[at]!;
        return true;
      });
      return { candidates: taken, left };
    },
  };
}

/** The entities that a candidate would give up. */
function entitiesOf(parts: Parts, candidate: StaleCandidate): readonly string[] {
  if (candidate.entity) return [encodeEntityKey(candidate.entity)];
  const record = parts.state.index.get(candidate.resourceKey);
  return (record?.entities ?? []).filter((owned) => !owned.foreign).map(encodeEntityKey);
}

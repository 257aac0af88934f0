import { setImmediate as breathe } from 'node:timers/promises';
import type { SeenSet } from '../flow/seen-set.js';
import type { Tick } from '../model/observation.js';
import { decodeResourceKey } from '../model/resource-key.js';
import { encodeScope } from '../model/scope.js';
import type { Scope } from '../model/scope.js';
import type { StateWrite } from '../state/state-store.js';
import type { ListingEnd } from './list-scope.js';
import type { Parts } from './parts.js';
import { isWanted, seenName } from './wanted.js';

/** Records looked at before other work gets its turn. */
const BREATH = 1_000;

/**
 * What a complete listing did not hold though the index does, and of how many. A record that was
 * written after the listing began cannot be missing from it.
 */
export async function missingIn(
  parts: Parts,
  listing: ListingEnd,
): Promise<{ readonly missing: readonly string[]; readonly held: number }> {
  const scope = encodeScope(listing.scope);
  const missing: string[] = [];
  let held = 0;
  let looked = 0;
  for (const id of parts.state.index.keysAround(scope)) {
    looked += 1;
    if (looked % BREATH === 0) await breathe();
    const { region, identifier } = decodeResourceKey(id);
    if (listing.seen.has(seenName(region, identifier))) {
      held += 1;
      continue;
    }
    // Nearly all were seen: only of the others the record is worth its reading.
    const record = parts.state.index.get(id);
    if (record?.scope !== scope) continue;
    held += 1;
    if (record.tick < listing.from && isWanted(parts, listing.scope.kind, region)) missing.push(id);
  }
  return { missing, held };
}

/** What some listings of a family showed. */
export interface FamilyView {
  /** Names of the resources that they showed. */
  readonly seen: Pick<SeenSet, 'has'>;
  /** By encoded scope, when its listing began; of complete listings alone. */
  readonly listedFrom: ReadonlyMap<string, Tick>;
  /** Present once all parents are known: which scopes no parent stands for any more, and since when that is known. */
  readonly gone?: { readonly from: Tick; readonly isGone: (scope: string) => boolean };
}

/** The same for scopes of one family, with one look at its keys. */
export async function missingInFamily(
  parts: Parts,
  family: Scope,
  { seen, listedFrom, gone }: FamilyView,
): Promise<{ readonly missing: readonly string[]; readonly held: number }> {
  const missing: string[] = [];
  let held = 0;
  let looked = 0;
  for (const id of parts.state.index.keysAround(encodeScope(family))) {
    looked += 1;
    if (looked % BREATH === 0) await breathe();
    const { region, identifier } = decodeResourceKey(id);
    if (seen.has(seenName(region, identifier))) {
      held += 1;
      continue;
    }
    const record = parts.state.index.get(id);
    if (record === undefined) continue;
    const listed = listedFrom.get(record.scope);
    const since = listed ?? (gone?.isGone(record.scope) === true ? gone.from : undefined);
    if (since === undefined) continue;
    held += 1;
    if (record.tick < since && isWanted(parts, family.kind, region)) missing.push(id);
  }
  return { missing, held };
}

/**
 * Candidates for deletion: what is missing, to be confirmed by a read when all scopes have ended.
 * Records that own nothing are forgotten at once.
 */
export function candidatesFor(parts: Parts, missing: readonly string[]): StateWrite[] {
  const { index, stale } = parts.state;
  return missing.flatMap((id) => {
    const record = index.get(id);
    if (record === undefined) return [];
    if (record.entities.length === 0) return index.delete(id, record);
    const { scope } = record;
    return [stale.add(parts.generation, { resourceKey: id, reason: 'missing', scope })];
  });
}

import { setImmediate as breathe } from 'node:timers/promises';
import { decodeResourceKey } from '../model/resource-key.js';
import { encodeScope } from '../model/scope.js';
import type { StateWrite } from '../state/state-store.js';
import type { ListingEnd } from './list-scope.js';
import type { Parts } from './parts.js';
import { isWanted, seenName } from './wanted.js';

/** Records looked at before other work gets its turn. */
const BREATH = 1_000;

/**
 * What a complete listing did not hold though the index does: candidates for deletion, to be confirmed
 * by a read when all scopes have ended. A record that was written after the listing began cannot be
 * missing from it. Records that own nothing are forgotten at once.
 */
export async function missingFrom(parts: Parts, listing: ListingEnd): Promise<StateWrite[]> {
  const { index, stale } = parts.state;
  const scope = encodeScope(listing.scope);
  const writes: StateWrite[] = [];
  let looked = 0;
  for (const [id, record] of index.scanScope(scope)) {
    looked += 1;
    if (looked % BREATH === 0) await breathe();
    if (record.tick >= listing.from) continue;
    const { region, identifier } = decodeResourceKey(id);
    if (
      listing.seen.has(seenName(region, identifier)) ||
      !isWanted(parts, listing.scope.kind, region)
    )
      continue;
    if (record.entities.length === 0) writes.push(...index.delete(id, record));
    else writes.push(stale.add(parts.generation, { resourceKey: id, reason: 'missing', scope }));
  }
  return writes;
}

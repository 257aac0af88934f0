import { setImmediate as breathe } from 'node:timers/promises';
import { GLOBAL, decodeResourceKey } from '../model/resource-key.js';
import { encodeScope } from '../model/scope.js';
import { kindAllowed, regionAllowed } from '../sources/region-policy.js';
import type { StateWrite } from '../state/state-store.js';
import { seenName } from './list-scope.js';
import type { ListingEnd } from './list-scope.js';
import type { Parts } from './parts.js';

/** Records looked at before other work gets its turn. */
const BREATH = 1_000;

/**
 * What a complete listing did not hold though the index does: candidates for deletion, to be confirmed
 * by a read when all scopes have ended. A record that was written after the listing began cannot be
 * missing from it. Records that own nothing are forgotten at once, and so are dead letters of what is
 * gone.
 */
export async function missingFrom(parts: Parts, listing: ListingEnd): Promise<StateWrite[]> {
  const { index, stale, deadLetters } = parts.state;
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
  if (deadLetters.count() > 0) {
    for (const { id, key, scope: of } of deadLetters.list()) {
      const gone =
        encodeScope(of) === scope && !listing.seen.has(seenName(key.region, key.identifier));
      if (gone) writes.push(...deadLetters.remove(id));
    }
  }
  return writes;
}

/** Whether the pipeline wants resources of a kind in a region (an account-wide listing names all regions). */
export function isWanted(parts: Parts, kind: string, region: string): boolean {
  if (region === GLOBAL) return true;
  const config = parts.programs.kind(kind);
  if (config === undefined) return false;
  return regionAllowed(parts.pipeline.aws.regions, region) && kindAllowed(config, region);
}

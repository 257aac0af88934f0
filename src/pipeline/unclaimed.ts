import { filter, from, ignoreElements, mergeMap } from 'rxjs';
import type { Observable } from 'rxjs';
import { decodeEntityKey } from '../model/entity.js';
import { MISSES_BEFORE_DELETE, blueprintComplete } from '../resync/claims.js';
import { PendingWrite } from '../flow/pending-write.js';
import type { StateWrite } from '../state/state-store.js';
import type { Parts } from './parts.js';
import type { ResyncFindings } from './resync-findings.js';

const WRITES_A_COMMIT = 1_000;
const DELETES_AT_ONCE = 500;

/**
 * Counts, for every adopted entity that nothing has claimed, whether this resync could tell; gives
 * those that were left unclaimed often enough in a row to be deleted.
 */
export async function overdueClaims(
  parts: Parts,
  findings: ResyncFindings,
): Promise<readonly string[]> {
  const { unclaimed, store, deadLetters } = parts.state;
  if (unclaimed.count() === 0) return [];
  const specs = parts.pipeline.kinds.flatMap((kind) =>
    kind.mappings.map((mapping) => mapping.spec),
  );
  const incomplete = new Set(findings.incomplete);
  // What is parked might claim an entity once it can be read or mapped.
  for (const letter of deadLetters.list()) if ('key' in letter) incomplete.add(letter.key.kind);
  const verdicts = new Map<string, boolean>();
  const complete = (blueprint: string): boolean => {
    const known = verdicts.get(blueprint);
    if (known !== undefined) return known;
    const verdict =
      findings.discovered.accountsComplete && blueprintComplete(blueprint, specs, incomplete);
    verdicts.set(blueprint, verdict);
    return verdict;
  };
  const overdue: string[] = [];
  let writes: StateWrite[] = [];
  for (const [entity, missed] of unclaimed.list()) {
    if (complete(decodeEntityKey(entity).blueprint)) {
      writes.push(unclaimed.miss(entity));
      if (missed + 1 >= MISSES_BEFORE_DELETE) overdue.push(entity);
    } else writes.push(...unclaimed.forgive(entity));
    if (writes.length < WRITES_A_COMMIT) continue;
    await store.commit(writes);
    writes = [];
  }
  await store.commit(writes);
  return overdue;
}

/** Deletes adopted entities that nothing claims, each in its lane; one claimed meanwhile is left alone. */
export function deleteUnclaimed(parts: Parts, entities: readonly string[]): Observable<never> {
  const { unclaimed, store } = parts.state;
  return from(entities).pipe(
    filter((entity) => unclaimed.has(entity) && !parts.stop.aborted),
    mergeMap(async (entity) => {
      if (await deleteOne(parts, entity)) await store.commit([unclaimed.remove(entity)]);
    }, DELETES_AT_ONCE),
    ignoreElements(),
  );
}

function deleteOne(parts: Parts, entity: string): Promise<boolean> {
  const { flow, submit, counters, log } = parts;
  return new Promise((resolve) => {
    const pending = new PendingWrite(
      // What relates to it may be ours: only the stale entity itself goes.
      { op: 'delete', ...decodeEntityKey(entity), sparing: true },
      entity,
      false,
    );
    flow.entityLanes.enter(entity, 'delete', () => {
      submit(pending, (result) => {
        const deleted = result.status === 'deleted';
        flow.entityLanes.leave(entity, deleted);
        if (deleted) counters.entities.deleted += 1;
        else
          log.warn({ entity: decodeEntityKey(entity) }, 'an unclaimed entity could not be deleted');
        resolve(deleted);
      });
    });
  });
}

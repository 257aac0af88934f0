import { SEPARATOR, decodeResourceKey } from '../model/resource-key.js';
import { decodeScope } from '../model/scope.js';
import type { Scope } from '../model/scope.js';
import { DEPARTURES_BEFORE_DELETE, hasDeparted } from '../resync/departed.js';
import type { DiscoveryView } from '../resync/departed.js';
import type { IndexGroup } from '../state/index-table.js';
import type { StateWrite } from '../state/state-store.js';
import { isWanted } from './wanted.js';
import type { Parts } from './parts.js';
import type { ResyncFindings } from './resync-findings.js';

/** Stands among the ended scopes once a generation's departures are counted: a resumed resync counts them once. */
const COUNTED: Scope = { kind: 'departures', accountId: 'all', region: 'all' };
const WRITES_A_COMMIT = 1_000;

/**
 * Counts, for every kind, account and region that the index holds resources of, whether this discovery
 * says that it left the pipeline; what left twice in a row becomes a candidate for deletion.
 */
export async function noteDepartures(parts: Parts, findings: ResyncFindings): Promise<void> {
  const { store, index, stale, ended } = parts.state;
  const view = viewOf(parts, findings);
  if (ended.get(parts.generation, COUNTED) !== undefined) {
    await takeBackReturned(parts, view);
    return;
  }
  let writes: StateWrite[] = [];
  const groups = [...index.groups()];
  for (const group of groups) {
    const prefix = nameOf(group) + SEPARATOR;
    const isGone = (scope: string): boolean => departed(parts, group, decodeScope(scope), view);
    const [first] = index.scan(prefix);
    if (first === undefined || !isGone(first[1].scope)) {
      writes.push(...stale.forgetLeft(group));
      continue;
    }
    const times = stale.left(group) + 1;
    writes.push(stale.noteLeft(group));
    if (times < DEPARTURES_BEFORE_DELETE) continue;
    for (const [id, record] of index.scan(prefix)) {
      if (!isGone(record.scope)) continue;
      writes.push(
        stale.add(parts.generation, { resourceKey: id, reason: 'left', scope: record.scope }),
      );
      if (writes.length < WRITES_A_COMMIT) continue;
      await store.commit(writes);
      writes = [];
    }
  }
  writes.push(...forgetSettled(parts, groups));
  await store.commit([...writes, ended.mark(parts.generation, COUNTED, { status: 'ok' })]);
}

/** A resumed resync discovers anew: what is part of the pipeline again by now has not left it. */
async function takeBackReturned(parts: Parts, view: DiscoveryView): Promise<void> {
  const { store, stale } = parts.state;
  const writes: StateWrite[] = [];
  for (const candidate of stale.list(parts.generation)) {
    const group = decodeResourceKey(candidate.resourceKey);
    if (candidate.reason !== 'left' || departed(parts, group, decodeScope(candidate.scope), view))
      continue;
    writes.push(stale.remove(parts.generation, candidate), ...stale.forgetLeft(group));
  }
  await store.commit(writes);
}

/** What left and has been deleted since: should it ever come back, its departures are counted anew. */
function forgetSettled(parts: Parts, held: readonly IndexGroup[]): StateWrite[] {
  const { stale } = parts.state;
  const names = new Set(held.map(nameOf));
  return [...stale.allLeft()]
    .filter((group) => !names.has(nameOf(group)))
    .flatMap((group) => stale.forgetLeft(group));
}

function nameOf({ kind, accountId, region }: IndexGroup): string {
  return kind + SEPARATOR + accountId + SEPARATOR + region;
}

function departed(parts: Parts, group: IndexGroup, scope: Scope, view: DiscoveryView): boolean {
  if (hasDeparted(scope, view)) return true;
  // An account-wide listing stays, but the pipeline may not want this region's resources any more.
  return (
    view.accountsComplete &&
    view.kinds.has(group.kind) &&
    !isWanted(parts, group.kind, group.region)
  );
}

function viewOf(parts: Parts, findings: ResyncFindings): DiscoveryView {
  const { discovered, announced } = findings;
  const accounts = new Map<string, { regionsKnown: boolean }>();
  for (const [id, { regions }] of discovered.accounts)
    accounts.set(id, { regionsKnown: regions !== undefined });
  return {
    kinds: new Set(parts.pipeline.kinds.map((kind) => kind.kind)),
    announced,
    accountsComplete: discovered.accountsComplete,
    accounts,
  };
}

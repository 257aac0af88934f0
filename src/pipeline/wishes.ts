import type { Flight } from '../flow/flight.js';
import type { Rewrite } from '../flow/plan-writes.js';
import { RetryTable } from '../state/retry-table.js';
import type { StoredRetry } from '../state/retry-table.js';
import type { StateWrite } from '../state/state-store.js';
import type { Parts } from './parts.js';

/*
 * A wish: that a resource's share of an entity be written again, because another owner of the entity
 * was written or left. The wishes of a resource are one entry of the retry table. A wish that is
 * renewed gets a new number, so that a flight which answers the earlier one leaves it.
 */

const REASON = 'owner.changed';

function idOf(target: string): string {
  return RetryTable.id({ target, type: 'resource', reason: REASON });
}

/** Whether a share is yet to be written again. */
export function isWished(parts: Parts, resource: string, entity: string): boolean {
  return parts.state.retries.get(idOf(resource))?.shares?.[entity] !== undefined;
}

/** Notes wishes; to be committed at once, with what they follow from. */
export function wish(parts: Parts, shares: readonly Rewrite[]): StateWrite[] {
  const wished = new Map<string, Record<string, number>>();
  for (const { resource, entity } of shares) {
    const known = wished.get(resource) ?? { ...parts.state.retries.get(idOf(resource))?.shares };
    known[entity] = parts.state.ticks.next();
    wished.set(resource, known);
  }
  return [...wished].flatMap(([target, numbers]) => putWishes(parts, target, numbers));
}

/** Takes back the wishes that a flight has answered. */
export function answerWishes(parts: Parts, flight: Flight): StateWrite[] {
  const entry = flight.force && parts.state.retries.get(idOf(flight.id));
  if (entry?.shares === undefined) return [];
  const left = Object.entries(entry.shares).filter(
    ([entity, number]) => flight.force?.get(entity) !== number,
  );
  return left.length === 0
    ? parts.state.retries.remove(entry.id)
    : putWishes(parts, flight.id, Object.fromEntries(left));
}

/** What a flight that answers an entry is forced to write; undefined where the entry wishes nothing. */
export function forceOf(entry: StoredRetry): ReadonlyMap<string, number> | undefined {
  return entry.shares && new Map(Object.entries(entry.shares));
}

function putWishes(
  parts: Parts,
  target: string,
  shares: Readonly<Record<string, number>>,
): StateWrite[] {
  const { index, retries } = parts.state;
  const record = index.get(target);
  if (record === undefined) return [];
  return retries.put({
    target,
    type: 'resource',
    reason: REASON,
    attempts: 0,
    nextAt: 0,
    generation: parts.generation,
    scope: record.scope,
    shares,
  });
}

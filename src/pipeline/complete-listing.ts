import type { Flight } from '../flow/flight.js';
import type { IndexRecord } from '../model/index-record.js';
import { encodeScope } from '../model/scope.js';
import { RetryTable } from '../state/retry-table.js';
import type { StoredRetry } from '../state/retry-table.js';
import type { StateWrite } from '../state/state-store.js';
import type { Parts } from './parts.js';

/*
 * Listings are often partial, reads are whole. What a read gave is not replaced by what a listing shows
 * later: where that has changed, or is new and its kind's reads were seen to hold more, the resource
 * waits in the retry table for a read that completes the listing.
 */

const REASON = 'listing.changed';

/** Whether a listing's flight says too little to be mapped. */
export function needsRead(parts: Parts, flight: Flight, record: IndexRecord | undefined): boolean {
  const { kind } = flight.observation.key;
  const wasRead = record !== undefined && record.readHash !== null;
  const isNews = record === undefined || record.listHash !== flight.bodyHash;
  const holdsMore = wasRead
    ? record.readHash !== flight.bodyHash
    : isNews && parts.state.richer.has(kind);
  return holdsMore && parts.source(kind).readable;
}

/** Has a listing's flight wait for the read that completes it. */
export function awaitRead(parts: Parts, flight: Flight): StateWrite[] {
  const { observation, id, bodyHash = '' } = flight;
  const body = observation.state === 'present' ? observation.body : '';
  return parts.state.retries.put({
    target: id,
    type: 'resource',
    reason: REASON,
    attempts: 0,
    nextAt: 0,
    generation: parts.generation,
    scope: encodeScope(observation.scope),
    listing: { hash: bodyHash, properties: propertiesOf(body) },
  });
}

/** What follows from the read of a listing that it completed: nobody waits for it any more. */
export function listingCompleted(parts: Parts, flight: Flight): StateWrite[] {
  const { retries } = parts.state;
  const id = RetryTable.id({ target: flight.id, type: 'resource', reason: REASON });
  const isAnswered =
    flight.listHash !== undefined && retries.get(id)?.listing?.hash === flight.listHash;
  return isAnswered ? retries.remove(id) : [];
}

/** Compares a read with the listing that it completes, and remembers what that tells of the kind. */
export async function learnFromRead(
  parts: Parts,
  kind: string,
  body: string,
  listing: NonNullable<StoredRetry['listing']>,
): Promise<void> {
  const listed = new Set(listing.properties);
  if (!propertiesOf(body).some((name) => !listed.has(name))) return;
  const { store, richer } = parts.state;
  await store.commit(richer.add(kind));
}

/** The names of a body's properties: what of a listing is kept until the read comes. */
function propertiesOf(body: string): readonly string[] {
  try {
    const { Properties: properties } = JSON.parse(body) as { Properties?: unknown };
    return typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
  } catch {
    // What is no JSON is JQ's to report.
    return [];
  }
}

import { EMPTY, concat, concatMap, defer, from, ignoreElements, merge, mergeMap } from 'rxjs';
import type { Observable } from 'rxjs';
import { AwsError } from '../errors/aws-error.js';
import { flightOf } from '../flow/flight.js';
import type { Flight } from '../flow/flight.js';
import { Wave } from '../flow/wave.js';
import { decodeResourceKey } from '../model/resource-key.js';
import { decodeScope } from '../model/scope.js';
import type { StoredRetry } from '../state/retry-table.js';
import { noteFailedRead } from './failed-reads.js';
import type { Ledger } from './ledger.js';
import { listScope } from './list-scope.js';
import type { Parts } from './parts.js';
import { readResource } from './read-resource.js';
import { learnFromRead } from './complete-listing.js';
import type { RetryReason } from './retry-policy.js';
import { isWanted } from './wanted.js';
import { forceOf } from './wishes.js';

const SCOPES_AT_ONCE = 64;
const READS_AT_ONCE = 64;

/**
 * Tries once what is due. Kinds that are read are read again one by one; kinds that are only listed
 * are listed again, once a scope, so that what they map to keeps the shape of a listing. Emits flights;
 * completes when the last has settled.
 */
export function retryRound(
  parts: Parts,
  ledger: Ledger,
  found: readonly StoredRetry[],
): Observable<readonly Flight[]> {
  return defer(() => {
    const due = found.filter((entry) => isStillWanted(parts, entry));
    const dropped = found.filter((entry) => !due.includes(entry));
    const byRead = due.filter((entry) => entry.type === 'resource' && isReadAgain(parts, entry));
    const byListing = due.filter((entry) => !byRead.includes(entry));
    return merge(
      rereads(parts, ledger, byRead),
      relistings(parts, ledger, byListing),
      from(drop(parts, dropped)).pipe(ignoreElements()),
    );
  });
}

/** What the pipeline no longer wants waits for nothing. */
async function drop(parts: Parts, entries: readonly StoredRetry[]): Promise<void> {
  const { retries, store } = parts.state;
  await store.commit(entries.flatMap((entry) => retries.remove(entry.id)));
}

function isStillWanted(parts: Parts, entry: StoredRetry): boolean {
  const { kind, region } =
    entry.type === 'scope' ? decodeScope(entry.target) : decodeResourceKey(entry.target);
  return isWanted(parts, kind, region);
}

/** Reasons that only a read answers. */
const READ_REASONS: ReadonlySet<string> = new Set<RetryReason>([
  'read.failed',
  'listing.changed',
  'replay',
]);

function isReadAgain(parts: Parts, entry: StoredRetry): boolean {
  const { kind } = decodeResourceKey(entry.target);
  if (!parts.source(kind).readable) return false;
  if (READ_REASONS.has(entry.reason)) return true;
  const wanted = parts.programs.kind(kind)?.useGetResourceApi === true;
  return wanted || (parts.state.index.get(entry.target)?.readHash ?? null) !== null;
}

function rereads(
  parts: Parts,
  ledger: Ledger,
  entries: readonly StoredRetry[],
): Observable<readonly Flight[]> {
  const wave = new Wave();
  wave.started(entries.length);
  const flights = from(entries).pipe(
    mergeMap((entry) => from(reread(parts, ledger, entry, wave)), READS_AT_ONCE),
    mergeMap((flight) => (flight ? [[flight]] : EMPTY)),
  );
  return concat(flights, defer(() => from(wave.idle())).pipe(mergeMap(() => EMPTY)));
}

async function reread(
  parts: Parts,
  ledger: Ledger,
  entry: StoredRetry,
  wave: Wave,
): Promise<Flight | undefined> {
  const { region, identifier } = decodeResourceKey(entry.target);
  const scope = decodeScope(entry.scope ?? '');
  const force = forceOf(entry);
  try {
    const flight = await readResource(parts, {
      scope,
      identifier,
      region,
      cause: 'retry',
      group: wave,
      ...(force && { force }),
    });
    const { observation } = flight;
    if (observation.state === 'present') {
      if (entry.listing === undefined) return flight;
      await learnFromRead(parts, scope.kind, observation.body, entry.listing);
      return { ...flight, listHash: entry.listing.hash };
    }
    if (entry.reason === 'replay') return await replayedAbsent(parts, ledger, entry, flight, wave);
    // Gone meanwhile: the next resync misses it in its listing and deletes what it left.
    if (force && owns(parts, entry)) return { ...flight, directive: 'unsettle' };
    ledger.dismiss(flight.observation.startedAt, 0);
    await parts.state.store.commit(parts.state.retries.remove(entry.id));
  } catch (error) {
    if (parts.stop.aborted) {
      // Not tried, as it were: the entry waits for the next start.
      wave.ended();
      return undefined;
    }
    if (!(error instanceof AwsError)) throw error;
    await noteFailedRead(parts, entry.target, scope, error);
    if (force && owns(parts, entry)) return unsettled(parts, ledger, entry, wave);
    if (entry.reason !== 'read.failed') {
      await parts.state.store.commit(parts.state.retries.remove(entry.id));
    }
  }
  wave.ended();
  return undefined;
}

/** What a dead letter is about is no more: what it left is deleted, and the letter is over. */
async function replayedAbsent(
  parts: Parts,
  ledger: Ledger,
  entry: StoredRetry,
  flight: Flight,
  wave: Wave,
): Promise<Flight | undefined> {
  const { store, retries, deadLetters } = parts.state;
  await store.commit([
    ...retries.remove(entry.id),
    ...deadLetters.removeOf(decodeResourceKey(entry.target)),
  ]);
  if (owns(parts, entry)) return flight;
  ledger.dismiss(flight.observation.startedAt, 0);
  wave.ended();
  return undefined;
}

function owns(parts: Parts, entry: StoredRetry): boolean {
  return parts.state.index.get(entry.target) !== undefined;
}

/** A flight for shares that were to be written again and could not. */
function unsettled(parts: Parts, ledger: Ledger, entry: StoredRetry, group: Wave): Promise<Flight> {
  return ledger.start(() =>
    flightOf(
      {
        key: decodeResourceKey(entry.target),
        scope: decodeScope(entry.scope ?? ''),
        startedAt: parts.state.ticks.next(),
        origin: 'read',
        cause: 'retry',
        state: 'absent',
      },
      group,
      { directive: 'unsettle', force: forceOf(entry) ?? new Map() },
    ),
  );
}

function relistings(
  parts: Parts,
  ledger: Ledger,
  entries: readonly StoredRetry[],
): Observable<readonly Flight[]> {
  const byScope = new Map<string, StoredRetry[]>();
  for (const entry of entries) {
    const scope = entry.type === 'scope' ? entry.target : (entry.scope ?? '');
    byScope.set(scope, [...(byScope.get(scope) ?? []), entry]);
  }
  return from(byScope).pipe(
    mergeMap(([scope, all]) => relist(parts, ledger, scope, all), SCOPES_AT_ONCE),
  );
}

function relist(
  parts: Parts,
  ledger: Ledger,
  scope: string,
  entries: readonly StoredRetry[],
): Observable<readonly Flight[]> {
  const force = new Map<string, ReadonlyMap<string, number>>();
  for (const entry of entries) {
    const shares = forceOf(entry);
    if (shares) force.set(entry.target, shares);
  }
  let left: readonly StoredRetry[] = [];
  const listing = listScope(parts, ledger, decodeScope(scope), {
    cause: 'retry',
    force,
    ended: async ({ end }) => {
      if (end.status !== 'ok') {
        parts.log.warn(
          { scope: decodeScope(scope), code: end.code },
          `listing again failed: ${end.message}`,
        );
      }
      // What was listed answered its entry itself; what was not, or could not be, is unsettled.
      const { retries, store } = parts.state;
      const open = entries.filter((entry) => isOpen(parts, entry));
      left = open.filter((entry) => forceOf(entry) && owns(parts, entry));
      const over = open.filter((entry) => !left.includes(entry));
      await store.commit(over.flatMap((entry) => retries.remove(entry.id)));
    },
  });
  return concat(
    listing,
    defer(() => unsettleAll(parts, ledger, left)),
  );
}

/** Whether an entry still waits, or a part of it. */
function isOpen(parts: Parts, entry: StoredRetry): boolean {
  const now = parts.state.retries.get(entry.id);
  if (entry.shares === undefined) return now?.attempts === entry.attempts;
  return Object.entries(entry.shares).some(([entity, number]) => now?.shares?.[entity] === number);
}

function unsettleAll(
  parts: Parts,
  ledger: Ledger,
  entries: readonly StoredRetry[],
): Observable<readonly Flight[]> {
  const wave = new Wave();
  wave.started(entries.length);
  return concat(
    from(entries).pipe(concatMap(async (entry) => [await unsettled(parts, ledger, entry, wave)])),
    defer(() => from(wave.idle())).pipe(ignoreElements()),
  );
}

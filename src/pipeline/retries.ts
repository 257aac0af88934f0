import { setTimeout as sleep } from 'node:timers/promises';
import { EMPTY, concat, defer, from, ignoreElements, merge, mergeMap } from 'rxjs';
import type { Observable } from 'rxjs';
import { AwsError } from '../errors/aws-error.js';
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
import { unsettle } from './unsettle.js';
import { isWanted } from './wanted.js';

/** Entries that one round takes at most; the next round takes the rest. */
const ENTRIES_A_ROUND = 2_000;
const SCOPES_AT_ONCE = 64;
const READS_AT_ONCE = 64;

/**
 * Drains the retry table: a round for what is due, then the next, until nothing waits any more (each
 * reason bounds its attempts, so that comes). Emits flights; completes when the last has settled.
 */
export function drainRetries(parts: Parts, ledger: Ledger): Observable<readonly Flight[]> {
  return defer(() => from(untilDue(parts))).pipe(
    mergeMap((waits) =>
      waits ? concat(retryRound(parts, ledger), drainRetries(parts, ledger)) : EMPTY,
    ),
  );
}

/** Waits for the next entry to be due; false where none waits or the run is being stopped. */
async function untilDue(parts: Parts): Promise<boolean> {
  const at = parts.state.retries.nextDueAt();
  if (at === undefined || parts.stop.aborted) return false;
  const wait = at - Date.now();
  if (wait > 0) {
    await sleep(wait, undefined, { signal: parts.stop }).catch(() => undefined);
  }
  return !parts.stop.aborted;
}

/**
 * Tries once what is due. Kinds that are read are read again one by one; kinds that are only listed
 * are listed again, once a scope, so that what they map to keeps the shape of a listing.
 */
export function retryRound(parts: Parts, ledger: Ledger): Observable<readonly Flight[]> {
  return defer(() => {
    const found = parts.state.retries.due(Date.now(), ENTRIES_A_ROUND);
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

function isReadAgain(parts: Parts, entry: StoredRetry): boolean {
  const { kind } = decodeResourceKey(entry.target);
  if (!parts.source(kind).readable) return false;
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
  try {
    const flight = await readResource(parts, {
      scope,
      identifier,
      region,
      cause: 'retry',
      group: wave,
      ...(entry.reason === 'owner.changed' && { force: entry.attempts }),
    });
    if (flight.observation.state === 'present') return flight;
    // Gone meanwhile: the next resync misses it in its listing and deletes what it left.
    ledger.dismiss(flight.observation.startedAt, 0);
    await parts.state.store.commit(parts.state.retries.remove(entry.id));
  } catch (error) {
    if (parts.stop.aborted) {
      // Not tried, as it were: the entry waits for the next start.
      wave.ended();
      return undefined;
    }
    if (!(error instanceof AwsError)) throw error;
    if (entry.reason !== 'read.failed') {
      const { retries, store } = parts.state;
      await store.commit([...retries.remove(entry.id), ...unsettle(parts, entry.target)]);
    }
    await noteFailedRead(parts, entry.target, scope, error);
  }
  wave.ended();
  return undefined;
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
  const force = new Map<string, number>();
  for (const entry of entries) {
    if (entry.reason === 'owner.changed') force.set(entry.target, entry.attempts);
  }
  return listScope(parts, ledger, decodeScope(scope), {
    cause: 'retry',
    force,
    ended: async ({ end }) => {
      // What was listed answered its entry itself; what was not, or could not be, has nothing to answer.
      const { retries, store } = parts.state;
      const left = entries.filter((entry) => retries.get(entry.id)?.attempts === entry.attempts);
      if (end.status !== 'ok') {
        parts.log.warn(
          { scope: decodeScope(scope), code: end.code },
          `listing again failed: ${end.message}`,
        );
      }
      const unanswered =
        end.status === 'ok' ? [] : left.filter((entry) => entry.type === 'resource');
      await store.commit([
        ...left.flatMap((entry) => retries.remove(entry.id)),
        ...unanswered.flatMap((entry) => unsettle(parts, entry.target)),
      ]);
    },
  });
}

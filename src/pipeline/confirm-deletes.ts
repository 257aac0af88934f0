import { concat, concatMap, defer, filter, from, ignoreElements, merge, mergeMap } from 'rxjs';
import type { Observable } from 'rxjs';
import { AwsError } from '../errors/aws-error.js';
import { flightOf } from '../flow/flight.js';
import type { Flight } from '../flow/flight.js';
import { Wave } from '../flow/wave.js';
import { decodeResourceKey } from '../model/resource-key.js';
import { decodeScope } from '../model/scope.js';
import type { StaleCandidate } from '../state/stale.js';
import type { Ledger } from './ledger.js';
import { listScope } from './list-scope.js';
import type { Parts } from './parts.js';
import { readResource } from './read-resource.js';
import { isWanted, seenName } from './wanted.js';

/** Confirming reads of one account and region at once; its quota bounds them too. */
const READS_A_PARTITION = 8;
const LISTINGS_AT_ONCE = 16;

/**
 * Carries out the deletes of a resync. What a listing missed is read once more and deleted only where
 * the read says absent; kinds that cannot be read are listed a second time. What left the pipeline and
 * what its mapping no longer yields needs no confirmation. Emits flights; completes when they settled.
 */
export function confirmAndDelete(
  parts: Parts,
  ledger: Ledger,
  candidates: readonly StaleCandidate[],
): Observable<readonly Flight[]> {
  const wave = new Wave();
  const missing = candidates.filter((candidate) => candidate.reason === 'missing');
  const unreadable = new Map<string, string[]>();
  const listAgain = (candidate: StaleCandidate): void => {
    const ids = unreadable.get(candidate.scope) ?? [];
    unreadable.set(candidate.scope, [...ids, candidate.resourceKey]);
  };
  return concat(
    merge(
      decided(parts, ledger, candidates, wave),
      confirmByRead(parts, ledger, missing, wave, listAgain),
    ),
    defer(() => from(unreadable)).pipe(
      mergeMap(([scope, ids]) => confirmByListing(parts, ledger, scope, ids), LISTINGS_AT_ONCE),
    ),
    defer(() => from(wave.idle())).pipe(ignoreElements()),
  );
}

/** Flights for what is certain without asking AWS, as fast as credits allow. */
function decided(
  parts: Parts,
  ledger: Ledger,
  candidates: readonly StaleCandidate[],
  wave: Wave,
): Observable<readonly Flight[]> {
  const purged = new Set<string>();
  return from(candidates).pipe(
    filter(({ reason, resourceKey }) => {
      if (reason !== 'moved') return reason === 'left';
      const first = !purged.has(resourceKey);
      purged.add(resourceKey);
      return first;
    }),
    concatMap(async ({ reason, resourceKey, scope }) => {
      const flight = await ledger.start(() =>
        absentFlight(resourceKey, scope, parts.state.ticks.next(), wave),
      );
      wave.started(1);
      return [reason === 'moved' ? { ...flight, directive: 'purge-leaving' as const } : flight];
    }),
  );
}

function absentFlight(id: string, scope: string, startedAt: number, wave: Wave): Flight {
  return flightOf(
    {
      key: decodeResourceKey(id),
      scope: decodeScope(scope),
      startedAt,
      origin: 'read',
      cause: 'confirm',
      state: 'absent',
    },
    wave,
  );
}

function confirmByRead(
  parts: Parts,
  ledger: Ledger,
  candidates: readonly StaleCandidate[],
  wave: Wave,
  listAgain: (candidate: StaleCandidate) => void,
): Observable<readonly Flight[]> {
  const partitions = new Map<string, StaleCandidate[]>();
  for (const candidate of candidates) {
    const { kind, accountId, region } = decodeResourceKey(candidate.resourceKey);
    if (!parts.source(kind).readable) {
      listAgain(candidate);
      continue;
    }
    const name = `${accountId} ${region}`;
    const partition = partitions.get(name);
    if (partition) partition.push(candidate);
    else partitions.set(name, [candidate]);
  }
  return from(partitions.values()).pipe(
    mergeMap((partition) =>
      from(partition).pipe(
        mergeMap(
          (candidate) => confirmOne(parts, ledger, candidate, wave, listAgain),
          READS_A_PARTITION,
        ),
      ),
    ),
  );
}

async function confirmOne(
  parts: Parts,
  ledger: Ledger,
  candidate: StaleCandidate,
  wave: Wave,
  listAgain: (candidate: StaleCandidate) => void,
): Promise<readonly Flight[]> {
  const stopped = (): boolean => parts.stop.aborted;
  if (stopped()) return [];
  const { kind, accountId, region, identifier } = decodeResourceKey(candidate.resourceKey);
  const scope = decodeScope(candidate.scope);
  try {
    const flight = await readResource(parts, {
      scope,
      identifier,
      region,
      cause: 'confirm',
      group: wave,
    });
    wave.started(1);
    // Absent; or present, and only missed by its listing: what it is now is brought to Port.
    if (flight.id === candidate.resourceKey) return [flight];
    // Present in another region: a bucket made anew there. In its old region it is no more.
    const old = await ledger.start(() =>
      absentFlight(candidate.resourceKey, candidate.scope, parts.state.ticks.next(), wave),
    );
    if (isWanted(parts, kind, flight.observation.key.region)) {
      wave.started(1);
      return [flight, old];
    }
    ledger.dismiss(flight.observation.startedAt, flight.bytes);
    return [old];
  } catch (error) {
    if (stopped()) return [];
    if (!(error instanceof AwsError)) throw error;
    if (error.code === 'unreadable') listAgain(candidate);
    else {
      const { code, message } = error;
      parts.counters.failures.push({
        kind,
        accountId,
        region,
        code,
        message: `could not confirm that ${identifier} is gone, so it is kept: ${message}`,
      });
    }
  }
  return [];
}

/** A second complete listing that does not hold it either confirms what no read can. */
function confirmByListing(
  parts: Parts,
  ledger: Ledger,
  scope: string,
  ids: readonly string[],
): Observable<readonly Flight[]> {
  const wave = new Wave();
  const gone: string[] = [];
  // Taken before the listing and held until the deletes have settled, so that whatever is seen of
  // these resources meanwhile is known to be newer.
  const startedAt = parts.state.ticks.next();
  parts.flow.outstanding.open(startedAt);
  const listing = listScope(parts, ledger, decodeScope(scope), {
    cause: 'confirm',
    ended: ({ end, seen }) => {
      if (end.status !== 'ok') {
        const { kind, accountId, region } = decodeScope(scope);
        const message = `could not be listed again, so ${ids.length} resources that seem gone are kept: ${end.message}`;
        parts.counters.failures.push({ kind, accountId, region, code: end.code, message });
      }
      for (const id of end.status === 'ok' ? ids : []) {
        const { region, identifier } = decodeResourceKey(id);
        if (!seen.has(seenName(region, identifier))) gone.push(id);
      }
      return Promise.resolve();
    },
  });
  return concat(
    listing,
    defer(() => from(gone)).pipe(
      concatMap(async (id) => {
        const flight = await ledger.start(() => absentFlight(id, scope, startedAt, wave));
        wave.started(1);
        return [flight];
      }),
    ),
    defer(() => from(wave.idle().then(() => parts.flow.outstanding.add(startedAt, -1)))).pipe(
      ignoreElements(),
    ),
  );
}

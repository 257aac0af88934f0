import { EMPTY, concat, defer, from, ignoreElements, mergeMap } from 'rxjs';
import type { Observable } from 'rxjs';
import type { Flight } from '../../flow/flight.js';
import { encodeScope, decodeScope } from '../../model/scope.js';
import type { Scope, ScopeEnd } from '../../model/scope.js';
import { decodeResourceKey } from '../../model/resource-key.js';
import { RetryTable } from '../../state/retry-table.js';
import type { StoredRetry } from '../../state/retry-table.js';
import type { StateWrite } from '../../state/state-store.js';
import { DueEntries, reasonOf } from '../due-entries.js';
import type { Ledger } from '../ledger.js';
import { listFamily } from '../list-family.js';
import { listScope } from '../list-scope.js';
import { missingIn } from '../missing.js';
import type { Parts } from '../parts.js';
import { nextAttemptAt } from '../retry-policy.js';
import { isWanted } from '../wanted.js';
import { awaitChange } from './await-change.js';
import type { LiveCounters } from './live-counters.js';

const REASON = 'live.scope';
/** Listings at once, of all accounts; each has its quota besides. */
const LISTINGS_AT_ONCE = 32;
/** So many missing resources of a scope are read again whatever their share. */
const FEW_MISSING = 10;

/** Failures of one family's scopes that are told one by one. */
const TOLD = 5;

/** What listings did not show, of how many that the index holds. */
interface Found {
  readonly missing: readonly string[];
  readonly held: number;
}

/**
 * Scopes that an event made dirty without naming a resource. Each waits a while for more of the same
 * and is then listed once; what the listing does not hold is read, and deleted where the read says
 * absent. They wait in the retry table, so that the event itself has settled.
 */
export class DirtyScopes {
  readonly #parts: Parts;
  readonly #ledger: Ledger;
  readonly #counters: LiveCounters;
  readonly #due: DueEntries;
  /** Being listed now: an event that comes meanwhile has the scope listed once more. */
  readonly #listing = new Set<string>();

  constructor(parts: Parts, ledger: Ledger, counters: LiveCounters) {
    this.#parts = parts;
    this.#ledger = ledger;
    this.#counters = counters;
    this.#due = new DueEntries(parts, {
      mine: (id) => reasonOf(id) === REASON,
      limit: LISTINGS_AT_ONCE,
    });
  }

  /** Notes that a scope is to be listed, `debounceMs` after it was first heard of. */
  note(scope: Scope, debounceMs: number): StateWrite[] {
    const { retries } = this.#parts.state;
    const target = encodeScope(scope);
    const waits = retries.get(idOf(target)) !== undefined && !this.#listing.has(target);
    return waits ? [] : retries.put(entryOf(target, 0, Date.now() + debounceMs));
  }

  /** Flights of the listings, as they come due; completes when the run is stopped. */
  flights(): Observable<readonly Flight[]> {
    return this.#due
      .batches()
      .pipe(mergeMap((entries) => from(entries).pipe(mergeMap((entry) => this.#list(entry)))));
  }

  #list(entry: StoredRetry): Observable<readonly Flight[]> {
    const scope = decodeScope(entry.target);
    const release = defer(() => {
      this.#listing.delete(entry.target);
      this.#due.release([entry]);
      return EMPTY;
    });
    if (!isWanted(this.#parts, scope.kind, scope.region)) {
      const drop = this.#parts.state.store.commit(this.#parts.state.retries.remove(entry.id));
      return concat(from(drop).pipe(ignoreElements()), release);
    }
    this.#listing.add(entry.target);
    this.#counters.scopesListed += 1;
    return concat(this.#flightsOf(entry, scope), release);
  }

  /** What an event of a family does not name may be below any parent: all of them are listed. */
  #flightsOf(entry: StoredRetry, scope: Scope): Observable<readonly Flight[]> {
    const { walkScopes } = this.#parts.source(scope.kind);
    if (walkScopes === undefined || scope.parent !== undefined) {
      return listScope(this.#parts, this.#ledger, scope, {
        cause: 'live',
        ended: async (listing) => {
          const { end } = listing;
          const found =
            end.status === 'ok' ? await missingIn(this.#parts, listing) : { missing: [], held: 0 };
          await this.#ended(entry, [{ scope, end }], found, true);
        },
      });
    }
    let failed = false;
    return listFamily(this.#parts, this.#ledger, scope, walkScopes, {
      cause: 'live',
      announce: () => true,
      ended: async ({ ends, parents, ...found }) => {
        const all = parents === undefined ? ends : [...ends, { scope, end: parents }];
        failed ||= all.some(({ end }) => end.status === 'failed');
        await this.#ended(entry, all, found, parents !== undefined, failed);
      },
    });
  }

  /** Notes what ended, and with the last of it whether the entry is over. */
  async #ended(
    entry: StoredRetry,
    ends: readonly { readonly scope: Scope; readonly end: ScopeEnd }[],
    found: Found,
    isLast: boolean,
    failed = ends.some(({ end }) => end.status === 'failed'),
  ): Promise<void> {
    const { state, log, stop } = this.#parts;
    if (stop.aborted) return;
    for (const { scope, end } of ends.filter((one) => one.end.status === 'failed').slice(0, TOLD)) {
      if (end.status === 'ok') continue;
      log.warn({ ...scope, code: end.code }, `listing after a change failed: ${end.message}`);
    }
    const renewed = state.retries.get(entry.id)?.nextAt !== entry.nextAt;
    const writes = this.#readMissing(decodeScope(entry.target), found);
    if (isLast && !renewed) {
      writes.push(
        ...(failed
          ? state.retries.put(
              entryOf(entry.target, entry.attempts + 1, nextAttemptAt(REASON, entry.attempts + 1)),
            )
          : state.retries.remove(entry.id)),
      );
    }
    await state.store.commit(writes);
  }

  /** What the scope's listing no longer holds is read, unless it is suspiciously much: then a resync decides. */
  #readMissing(listed: Scope, { missing, held }: Found): StateWrite[] {
    const { pipeline, log, state } = this.#parts;
    if (missing.length === 0) return [];
    if (missing.length > FEW_MISSING && missing.length > held * pipeline.entityDeletionThreshold) {
      log.warn(
        { ...listed, missing: missing.length, held },
        'a listing after a change holds next to nothing of what was there: left to the next resync',
      );
      return [];
    }
    if (!this.#parts.source(listed.kind).readable) return [];
    const now = Date.now();
    return missing.flatMap((id) =>
      awaitChange(this.#parts, {
        key: decodeResourceKey(id),
        scope: decodeScope(state.index.get(id)?.scope ?? encodeScope(listed)),
        doubts: { absent: false, present: false },
        at: Number.NaN,
        until: now,
        looks: 0,
        failed: 0,
        unproven: 0,
        nextAt: now,
      }),
    );
  }
}

function idOf(target: string): string {
  return RetryTable.id({ target, type: 'scope', reason: REASON });
}

function entryOf(target: string, attempts: number, nextAt: number) {
  return { target, type: 'scope', reason: REASON, attempts, nextAt, scope: target } as const;
}

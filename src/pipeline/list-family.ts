import { EMPTY, catchError, concat, defer, finalize, from, ignoreElements, mergeMap } from 'rxjs';
import type { Observable } from 'rxjs';
import type { Flight } from '../flow/flight.js';
import { SeenSet } from '../flow/seen-set.js';
import { Wave } from '../flow/wave.js';
import type { Cause, Tick } from '../model/observation.js';
import { encodeScope } from '../model/scope.js';
import type { Scope, ScopeEnd } from '../model/scope.js';
import { fromWalk } from '../sources/from-walk.js';
import type { AcquirePermit, WalkScopes } from '../sources/resource-source.js';
import { scopeEndOf } from '../sources/scope-end.js';
import type { Ledger } from './ledger.js';
import { listScope } from './list-scope.js';
import type { ListingEnd } from './list-scope.js';
import { missingInFamily } from './missing.js';
import type { FamilyView } from './missing.js';
import type { Parts } from './parts.js';
import { acquireFor } from './read-resource.js';

/** Some of a family's scopes that ended. */
export interface FamilyBatch {
  readonly ends: readonly { readonly scope: Scope; readonly end: ScopeEnd }[];
  /** What the index holds of these scopes and they did not show; with the last batch, what it holds of parents that are no more. */
  readonly missing: readonly string[];
  /** Records of these scopes. */
  readonly held: number;
  /** How the search for parents ended; with the last batch alone. */
  readonly parents?: ScopeEnd;
}

export interface ListFamilyOptions {
  readonly cause: Cause;
  /** Told each scope as its parent is found, once; false where it need not be listed. */
  readonly announce: (scope: Scope) => boolean;
  /** Told batch by batch what ended; the observable completes after the last, unless the run is stopped: then there is no last. */
  readonly ended: (batch: FamilyBatch) => Promise<void>;
}

/** Listings of one family at once; their account's quota bounds them too. */
const LISTINGS_AT_ONCE = 8;
/** Scopes of one family that may wait before the next page of parents is asked for. */
const SCOPES_WAITING = 500;
/**
 * A batch is closed at so many resources or scopes: comparing with the index reads all keys of the
 * family, so that doing it a parent at a time would take the square of their number.
 */
const BATCH_RESOURCES = 20_000;
const BATCH_SCOPES = 500;

/**
 * Lists a kind that AWS lists a parent at a time, in one account and region: finds the parents, and
 * lists the scope of each as any other. One scope's failure is its own; where the parents could not all
 * be found, nothing is said of those that are missing. Emits flights; completes when all have settled.
 */
export function listFamily(
  parts: Parts,
  ledger: Ledger,
  family: Scope,
  walkScopes: WalkScopes,
  options: ListFamilyOptions,
): Observable<readonly Flight[]> {
  return defer(() => {
    const listing = new FamilyListing(parts, ledger, family, options);
    return concat(
      listing.flights(walkScopes),
      defer(() => from(listing.finish())).pipe(ignoreElements()),
    );
  });
}

class FamilyListing {
  readonly #parts: Parts;
  readonly #ledger: Ledger;
  readonly #family: Scope;
  readonly #options: ListFamilyOptions;
  readonly #acquire: AcquirePermit;
  /** Scopes that were found and have not ended. */
  readonly #waiting = new Wave();
  /** Every scope that was found. */
  readonly #found = new SeenSet();
  #from: Tick = Number.POSITIVE_INFINITY;
  #parents: ScopeEnd = { status: 'ok' };
  #allOk = true;
  #batch = new Batch();
  #closing: Promise<void> = Promise.resolve();

  constructor(parts: Parts, ledger: Ledger, family: Scope, options: ListFamilyOptions) {
    this.#parts = parts;
    this.#ledger = ledger;
    this.#family = family;
    this.#options = options;
    this.#acquire = acquireFor(parts, options.cause);
  }

  flights(walkScopes: WalkScopes): Observable<readonly Flight[]> {
    return this.#scopes(walkScopes).pipe(
      // Here, and not only behind the listings: those of parents that were found come to their end.
      catchError((error: unknown) => {
        this.#parents = this.#parts.stop.aborted ? STOPPED : scopeEndOf(error);
        return EMPTY;
      }),
      mergeMap((scope) => this.#list(scope), LISTINGS_AT_ONCE),
    );
  }

  async finish(): Promise<void> {
    await this.#closing;
    if (this.#parts.stop.aborted) await this.#close();
    else await this.#close(this.#parents);
  }

  #scopes(walkScopes: WalkScopes): Observable<Scope> {
    return fromWalk((emit, signal) =>
      walkScopes(
        this.#family,
        async (kind, unit) => {
          const permit = await this.#acquire(kind, unit);
          this.#from = Math.min(this.#from, permit.startedAt);
          return permit;
        },
        signal,
        async (scopes) => {
          for (const scope of scopes) {
            if (!this.#isNew(scope) || !this.#options.announce(scope)) continue;
            this.#waiting.started(1);
            emit(scope);
          }
          if (this.#waiting.open > SCOPES_WAITING) await this.#waiting.idle();
        },
      ),
    );
  }

  /** A listing of parents may name one twice, where it changes between two pages. */
  #isNew(scope: Scope): boolean {
    const name = encodeScope(scope);
    if (this.#found.has(name)) return false;
    this.#found.add(name);
    return true;
  }

  #list(scope: Scope): Observable<readonly Flight[]> {
    const listing = this.#parts.stop.aborted
      ? EMPTY
      : listScope(this.#parts, this.#ledger, scope, {
          cause: this.#options.cause,
          ended: (end) => this.#ended(end),
        });
    return listing.pipe(
      finalize(() => {
        this.#waiting.ended();
      }),
    );
  }

  async #ended(listing: ListingEnd): Promise<void> {
    if (listing.end.status !== 'ok') this.#allOk = false;
    this.#batch.add(listing);
    if (!this.#batch.isFull) return;
    this.#closing = this.#closing.then(() => (this.#batch.isFull ? this.#close() : undefined));
    await this.#closing;
  }

  /** Closes the batch; with the end of the search for parents, the whole family. */
  async #close(parents?: ScopeEnd): Promise<void> {
    const batch = this.#batch;
    this.#batch = new Batch();
    if (batch.ends.length === 0 && parents === undefined) return;
    const view: FamilyView = {
      seen: batch.seen,
      listedFrom: batch.listedFrom,
      ...(parents?.status === 'ok' && {
        gone: {
          from: this.#from,
          isGone: (scope) =>
            !this.#found.has(scope) && (this.#allOk || scope !== encodeScope(this.#family)),
        },
      }),
    };
    const { missing, held } = await missingInFamily(this.#parts, this.#family, view);
    await this.#options.ended({ ends: batch.ends, missing, held, ...(parents && { parents }) });
  }
}

const STOPPED: ScopeEnd = {
  status: 'failed',
  code: 'stopped',
  message: 'stopped before its parents were all found',
};

/** Ended scopes that have not been compared with the index. */
class Batch {
  readonly ends: { readonly scope: Scope; readonly end: ScopeEnd }[] = [];
  readonly seen = new SeenSet();
  /** By encoded scope, the start of its listing; of complete listings alone. */
  readonly listedFrom = new Map<string, Tick>();

  get isFull(): boolean {
    return this.ends.length >= BATCH_SCOPES || this.seen.size >= BATCH_RESOURCES;
  }

  add({ scope, end, seen, from }: ListingEnd): void {
    this.ends.push({ scope, end });
    this.seen.absorb(seen);
    if (end.status === 'ok') this.listedFrom.set(encodeScope(scope), from);
  }
}

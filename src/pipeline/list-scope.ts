import { EMPTY, catchError, concat, defer, from, map, mergeMap, of, tap } from 'rxjs';
import type { Observable } from 'rxjs';
import { AwsError } from '../errors/aws-error.js';
import { flightOf } from '../flow/flight.js';
import type { Flight } from '../flow/flight.js';
import { SeenSet } from '../flow/seen-set.js';
import { Wave } from '../flow/wave.js';
import type { Cause, Tick } from '../model/observation.js';
import type { Scope, ScopeEnd } from '../model/scope.js';
import { scopeEndOf } from '../sources/scope-end.js';
import type { AcquirePermit, ListedResource, Page } from '../sources/resource-source.js';
import type { Ledger } from './ledger.js';
import type { Parts } from './parts.js';
import { acquireFor, readResource } from './read-resource.js';
import { isWanted, seenName } from './wanted.js';
import { noteFailedRead } from './failed-reads.js';

/** How a listing went, told once everything that it showed has settled. */
export interface ListingEnd {
  readonly scope: Scope;
  readonly end: ScopeEnd;
  /** What it showed: region and identifier of each resource. */
  readonly seen: SeenSet;
  /** Start of its first request; Infinity where none was made. Records written later cannot be missing from it. */
  readonly from: Tick;
}

export interface ListScopeOptions {
  readonly cause: Cause;
  /** Entities that are written in any case, by resource key; see {@link Flight.force}. */
  readonly force?: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Told once the listing has ended and its flights have settled; the observable completes after it. */
  readonly ended: (end: ListingEnd) => Promise<void>;
}

/** Reads of one scope at once; its account's quota bounds them too. */
const READS_AT_ONCE = 16;
/** Resources of one scope that may wait for their read before the next page is fetched. */
const READS_WAITING = 100;
/** So many reads denied in a row, and none allowed, are the scope's failure and not the resources'. */
const DENIALS_OF_A_SCOPE = 10;

/**
 * Lists a scope: emits the flights of each page, or of each read where the kind wants one, and
 * completes when all of them have settled. Never errors for AWS's sake: the scope's end says it.
 */
export function listScope(
  parts: Parts,
  ledger: Ledger,
  scope: Scope,
  options: ListScopeOptions,
): Observable<readonly Flight[]> {
  return defer(() => {
    const listing = new Listing(parts, ledger, scope, options);
    return concat(
      listing.flights(),
      defer(() => from(listing.settled())).pipe(mergeMap(() => EMPTY)),
    );
  });
}

class Listing {
  readonly #parts: Parts;
  readonly #ledger: Ledger;
  readonly #scope: Scope;
  readonly #options: ListScopeOptions;
  readonly #wave = new Wave();
  readonly #reads = new Wave();
  readonly #seen = new SeenSet();
  readonly #acquire: AcquirePermit;
  #from: Tick = Number.POSITIVE_INFINITY;
  #end: ScopeEnd = { status: 'ok' };
  /** Denied reads while none was allowed: the scope's failure, or, if there are few, theirs. */
  #denied: { readonly id: string; readonly error: AwsError }[] = [];
  #readsDone = 0;

  constructor(parts: Parts, ledger: Ledger, scope: Scope, options: ListScopeOptions) {
    this.#parts = parts;
    this.#ledger = ledger;
    this.#scope = scope;
    this.#options = options;
    this.#acquire = acquireFor(parts, options.cause);
  }

  flights(): Observable<readonly Flight[]> {
    const { kind } = this.#scope;
    const source = this.#parts.source(kind);
    const reads = this.#parts.programs.kind(kind)?.useGetResourceApi === true && source.readable;
    const pages = source.list(this.#scope, (unitKind, unit) => this.#permit(unitKind, unit));
    return pages.pipe(
      tap(({ page, startedAt }) => this.#note(page, startedAt)),
      // Here, and not only behind the reads: those of earlier pages must come to their end.
      catchError((error: unknown) => this.#fail(error)),
      mergeMap(({ page, startedAt }) => {
        const ours = page.resources.filter((one) => this.#isOurs(one));
        const [listed, wanted] = split(ours, reads);
        const flights = this.#fly(listed, page, startedAt);
        return concat(flights.length > 0 ? of(flights) : EMPTY, this.#read(wanted, startedAt));
      }),
    );
  }

  async settled(): Promise<void> {
    await this.#wave.idle();
    if (this.#end.status === 'ok') await this.#noteDenied();
    await this.#options.ended({
      scope: this.#scope,
      end: this.#end,
      seen: this.#seen,
      from: this.#from,
    });
  }

  /** The next page waits until most of the reads that the last ones asked for are done. */
  async #permit(kind: string, unit: 'page' | 'read') {
    if (unit === 'page' && this.#reads.open > READS_WAITING) await this.#reads.idle();
    const permit = await this.#acquire(kind, unit);
    this.#from = Math.min(this.#from, permit.startedAt);
    return permit;
  }

  #note(page: Page, startedAt: Tick): void {
    this.#from = Math.min(this.#from, startedAt);
    this.#parts.counters.resources.listed += page.resources.length;
  }

  /** Flights for what the page told whole; the page's credits for the rest go back. */
  #fly(listed: readonly ListedResource[], page: Page, startedAt: Tick): readonly Flight[] {
    const flights: Flight[] = [];
    let bytes = 0;
    for (const resource of listed) {
      const region = resource.region ?? this.#scope.region;
      this.#seen.add(seenName(region, resource.identifier));
      const flight = this.#flight(resource, region, startedAt);
      bytes += flight.bytes;
      flights.push(flight);
    }
    const { flow } = this.#parts;
    flow.outstanding.add(startedAt, flights.length - page.resources.length);
    flow.credits.release(page.resources.length - flights.length, page.bytes - bytes);
    this.#wave.started(flights.length);
    return flights;
  }

  /** An account-wide listing names resources of regions that the pipeline does not want. */
  #isOurs({ region }: ListedResource): boolean {
    return region === undefined || isWanted(this.#parts, this.#scope.kind, region);
  }

  #fail(error: unknown): Observable<never> {
    this.#end = this.#parts.stop.aborted
      ? { status: 'failed', code: 'stopped', message: 'stopped before it was listed whole' }
      : scopeEndOf(error);
    return EMPTY;
  }

  #flight(resource: ListedResource, region: string, startedAt: Tick): Flight {
    const { kind, accountId } = this.#scope;
    const key = { kind, accountId, region, identifier: resource.identifier };
    const flight = flightOf(
      {
        key,
        scope: this.#scope,
        startedAt,
        origin: 'list',
        cause: this.#options.cause,
        state: 'present',
        body: resource.body ?? '',
      },
      this.#wave,
    );
    const force = this.#options.force?.get(flight.id);
    return force === undefined ? flight : { ...flight, force };
  }

  #read(wanted: readonly ListedResource[], startedAt: Tick): Observable<readonly Flight[]> {
    this.#reads.started(wanted.length);
    return from(wanted).pipe(
      mergeMap((resource) => this.#readOne(resource, startedAt), READS_AT_ONCE),
      map((flight) => (flight ? [flight] : [])),
    );
  }

  async #readOne(resource: ListedResource, listedAt: Tick): Promise<Flight | undefined> {
    const region = resource.region ?? this.#scope.region;
    if (this.#end.status === 'failed') {
      this.#reads.ended();
      return undefined;
    }
    this.#wave.started(1);
    try {
      const flight = await readResource(this.#parts, {
        scope: this.#scope,
        identifier: resource.identifier,
        region,
        cause: this.#options.cause,
        group: this.#wave,
      });
      this.#readsDone += 1;
      const present = flight.observation.state === 'present';
      if (present && isWanted(this.#parts, this.#scope.kind, flight.observation.key.region)) {
        this.#seen.add(seenName(flight.observation.key.region, resource.identifier));
        const force = this.#options.force?.get(flight.id);
        return force === undefined ? flight : { ...flight, force };
      }
      // Listed and yet not there, or not ours: as good as not listed. A delete is confirmed by a read.
      this.#ledger.dismiss(flight.observation.startedAt, flight.bytes);
    } catch (error) {
      await this.#failedRead(resource, region, listedAt, error);
    } finally {
      this.#reads.ended();
    }
    this.#wave.ended();
    return undefined;
  }

  async #failedRead(
    resource: ListedResource,
    region: string,
    listedAt: Tick,
    error: unknown,
  ): Promise<void> {
    if (!(error instanceof AwsError) || this.#parts.stop.aborted) {
      this.#fail(error);
      return;
    }
    this.#seen.add(seenName(region, resource.identifier));
    this.#denied.push({ id: this.#flight(resource, region, listedAt).id, error });
    if (error.errorClass !== 'denied' || this.#readsDone > 0) await this.#noteDenied();
    else if (this.#denied.length >= DENIALS_OF_A_SCOPE) this.#fail(error);
  }

  /** Notes what could not be read, each for itself. */
  async #noteDenied(): Promise<void> {
    const denied = this.#denied;
    this.#denied = [];
    for (const { id, error } of denied) await noteFailedRead(this.#parts, id, this.#scope, error);
  }
}

/** What a page's items need: flights of their own bodies, or a read each. */
function split(
  resources: readonly ListedResource[],
  reads: boolean,
): readonly [listed: readonly ListedResource[], wanted: readonly ListedResource[]] {
  if (reads) return [[], resources];
  const listed: ListedResource[] = [];
  const wanted: ListedResource[] = [];
  for (const resource of resources) (resource.body === undefined ? wanted : listed).push(resource);
  return [listed, wanted];
}

import { EMPTY, concat, defer, filter, from, groupBy, map, mergeMap, tap } from 'rxjs';
import type { Observable } from 'rxjs';
import type { Flight } from '../flow/flight.js';
import { encodeScope } from '../model/scope.js';
import type { Scope, ScopeEnd } from '../model/scope.js';
import type { Discovered, DiscoveryEvent } from '../sources/discovery-event.js';
import { NEEDS_MODEL } from '../sources/listing/model-missing.js';
import type { WalkScopes } from '../sources/resource-source.js';
import { noteFirstListing, readGeneration, writeGeneration } from '../state/meta.js';
import { Counters } from './counters.js';
import { deleteStale } from './delete-stale.js';
import { lettersNotRenewed, noteGenerationStart } from './letters.js';
import type { Ledger } from './ledger.js';
import { listFamily } from './list-family.js';
import { listScope } from './list-scope.js';
import { candidatesFor, missingIn } from './missing.js';
import type { Parts } from './parts.js';
import type { Progress } from './progress.js';
import type { Retries } from './retries.js';

export interface ResyncOptions {
  /** Discovery of this resync's accounts, regions and scopes. */
  readonly discover: () => Observable<DiscoveryEvent>;
  /** Hash of what decides scopes and mapping: a resync that was begun for another is not gone on with. */
  readonly pipelineHash: string;
  /** Only a part of the pipeline is walked (`--only`): nothing is concluded about the rest. */
  readonly partial: boolean;
  /** Go on with a resync that was cut short, instead of beginning anew. */
  readonly resume: boolean;
  /** `--allow-deletes N`. */
  readonly allowDeletes?: number;
  readonly progress: Progress;
  /** Compares Port with the index before anything is listed, so that this resync mends what drifted. Default: not done. */
  readonly verify?: () => Promise<unknown>;
  /** Live changes come in meanwhile. Default false. */
  readonly beside?: boolean;
  /** Told once accounts, regions and scopes are known. */
  readonly discovered?: () => void;
}

/** Listings of one account and region at once; what more there are waits, and holds nothing. */
const LISTINGS_A_PARTITION = 8;
/** Failed scopes of one kind, account and region that are told one by one; more parents may fail alike. */
const FAILURES_TOLD = 20;

/**
 * One full walk of all scopes, as a stream of flights: list everything, try again what had to wait for
 * the rest, and only then delete what AWS no longer holds. Completes when all of it has settled.
 */
export function resync(
  parts: Parts,
  ledger: Ledger,
  retries: Pick<Retries, 'drained'>,
  options: ResyncOptions,
): Observable<readonly Flight[]> {
  const drained = defer(() => from(retries.drained(options.beside ?? false))).pipe(
    mergeMap(() => EMPTY),
  );
  return defer(() => from(Walk.begin(parts, ledger, options))).pipe(
    mergeMap((walk) =>
      concat(
        walk.listEverything(),
        drained,
        walk.deleteStale(),
        // An owner that left has the next one written again.
        drained,
        defer(() => from(walk.finish())).pipe(mergeMap(() => EMPTY)),
      ),
    ),
  );
}

class Walk {
  readonly #parts: Parts;
  readonly #ledger: Ledger;
  readonly #options: ResyncOptions;
  readonly #announced = new Set<string>();
  readonly #incomplete = new Set<string>();
  /** Failures of scopes with parents, by what they share. */
  readonly #failures = new Map<string, number>();
  readonly #unlistable = new Set<string>();
  #discovered: Discovered | undefined;

  private constructor(parts: Parts, ledger: Ledger, options: ResyncOptions) {
    this.#parts = parts;
    this.#ledger = ledger;
    this.#options = options;
  }

  /** Takes the next generation, or goes on with the one that was cut short. */
  static async begin(parts: Parts, ledger: Ledger, options: ResyncOptions): Promise<Walk> {
    const { store, ended, stale } = parts.state;
    const last = readGeneration(store);
    const resumed =
      options.resume &&
      last !== undefined &&
      !last.finished &&
      last.pipeline === options.pipelineHash;
    const number = resumed ? last.number : (last?.number ?? 0) + 1;
    parts.generation = number;
    parts.counters = new Counters();
    options.progress.begin(number);
    if (!resumed) await store.commit([noteGenerationStart(Date.now())]);
    await store.commit([
      ...noteFirstListing(store, Date.now()),
      writeGeneration({ number, finished: false, pipeline: options.pipelineHash }),
    ]);
    for (const clear of [ended, stale]) {
      for (
        let writes = clear.clearBefore(number);
        writes.length > 0;
        writes = clear.clearBefore(number)
      ) {
        await store.commit(writes);
      }
    }
    await options.verify?.();
    return new Walk(parts, ledger, options);
  }

  /** Every scope, side by side; what is slow in one account and region keeps no other waiting. */
  listEverything(): Observable<readonly Flight[]> {
    return this.#options.discover().pipe(
      tap((event) => this.#note(event)),
      filter((event) => event.type === 'scope'),
      map((event) => event.scope),
      filter((scope) => this.#isOpen(scope)),
      groupBy((scope) => `${scope.accountId} ${scope.region}`),
      mergeMap((partition) =>
        partition.pipe(mergeMap((scope) => this.#list(scope), LISTINGS_A_PARTITION)),
      ),
    );
  }

  deleteStale(): Observable<readonly Flight[]> {
    return defer(() => {
      const discovered = this.#discovered;
      if (discovered === undefined || this.#parts.stop.aborted) return EMPTY;
      const findings = { discovered, announced: this.#announced, incomplete: this.#incomplete };
      return deleteStale(this.#parts, this.#ledger, findings, this.#options);
    });
  }

  async finish(): Promise<void> {
    const { state, stop, generation } = this.#parts;
    if (stop.aborted) return;
    await state.store.commit([
      ...lettersNotRenewed(this.#parts),
      writeGeneration({ number: generation, finished: true, pipeline: this.#options.pipelineHash }),
    ]);
    this.#options.progress.finish();
  }

  #note(event: DiscoveryEvent): void {
    const { counters } = this.#parts;
    const { progress } = this.#options;
    switch (event.type) {
      case 'account':
        progress.account(event.account);
        break;
      case 'scope':
      case 'ended':
        this.#announced.add(encodeScope(event.scope));
        counters.scopes.total += 1;
        progress.scope(event.scope);
        if (event.type === 'ended') this.#tally(event.scope, event.end);
        break;
      case 'discovered':
        this.#discovered = event.discovered;
        this.#options.discovered?.();
        counters.failures.push(...event.discovered.failures);
        if (this.#options.partial && this.#announced.size === 0) {
          const all = { kind: '*', accountId: '*', region: '*' };
          const message = '--only matches no scope that discovery found';
          counters.failures.push({ ...all, code: 'usage.only', message });
        }
        break;
    }
  }

  /** Whether a scope has yet to be listed: a resumed resync does not list again what was whole. */
  #isOpen(scope: Scope): boolean {
    const end = this.#parts.state.ended.get(this.#parts.generation, scope);
    if (end?.status !== 'ok') return !this.#parts.stop.aborted;
    this.#tally(scope, end);
    return false;
  }

  #list(scope: Scope): Observable<readonly Flight[]> {
    if (this.#parts.stop.aborted) {
      this.#incomplete.add(scope.kind);
      return EMPTY;
    }
    const { walkScopes } = this.#parts.source(scope.kind);
    if (walkScopes !== undefined) return this.#listFamily(scope, walkScopes);
    return listScope(this.#parts, this.#ledger, scope, {
      cause: 'resync',
      ended: async (listing) => {
        const { end } = listing;
        const { missing } =
          end.status === 'ok' ? await missingIn(this.#parts, listing) : { missing: [] };
        await this.#ended([{ scope, end }], missing);
      },
    });
  }

  /** The scopes of a family are known, counted and durable each for itself; the family's own end is that of finding them. */
  #listFamily(family: Scope, walkScopes: WalkScopes): Observable<readonly Flight[]> {
    let allOk = true;
    return listFamily(this.#parts, this.#ledger, family, walkScopes, {
      cause: 'resync',
      announce: (scope) => {
        this.#parts.counters.scopes.total += 1;
        this.#options.progress.scope(scope);
        return this.#isOpen(scope);
      },
      ended: async ({ ends, missing, parents }) => {
        allOk &&= ends.every(({ end }) => end.status === 'ok');
        // A resumed resync passes over a family as a whole only if nothing of it is left to do.
        const isDone = parents?.status === 'ok' && allOk;
        await this.#ended(isDone ? [...ends, { scope: family, end: parents }] : ends, missing);
        if (parents !== undefined && !isDone) this.#tally(family, parents);
      },
    });
  }

  async #ended(
    ends: readonly { readonly scope: Scope; readonly end: ScopeEnd }[],
    missing: readonly string[],
  ): Promise<void> {
    const { state, generation } = this.#parts;
    const marks = ends.map(({ scope, end }) => state.ended.mark(generation, scope, end));
    await state.store.commit([...candidatesFor(this.#parts, missing), ...marks]);
    for (const { scope, end } of ends) this.#tally(scope, end);
  }

  #tally(scope: Scope, end: ScopeEnd): void {
    const { counters, log } = this.#parts;
    counters.scopes[end.status] += 1;
    this.#options.progress.ended(scope, end);
    if (end.status === 'ok') return;
    this.#incomplete.add(scope.kind);
    if (scope.parent !== undefined && this.#isToldEnough(scope)) return;
    const { kind, accountId, region, parent } = scope;
    const { code, message } = end;
    const where = { kind, accountId, region, ...(parent !== undefined && { parent }) };
    if (end.status === 'failed') counters.failures.push({ ...where, code, message });
    const below = parent === undefined ? '' : ` below ${parent}`;
    const isNews = end.status === 'failed' || this.#isUnlistable(scope, code);
    log[isNews ? 'warn' : 'debug'](
      { ...where, code },
      `${kind} in ${accountId} ${region}${below} ${end.status}: ${message}`,
    );
  }

  /** That a kind can't be listed at all is worth knowing, once; that a region does not have it is not. */
  #isUnlistable({ kind }: Scope, code: string): boolean {
    if (code !== NEEDS_MODEL || this.#unlistable.has(kind)) return false;
    this.#unlistable.add(kind);
    return true;
  }

  #isToldEnough({ kind, accountId, region }: Scope): boolean {
    const name = encodeScope({ kind, accountId, region });
    const times = (this.#failures.get(name) ?? 0) + 1;
    this.#failures.set(name, times);
    return times > FAILURES_TOLD;
  }
}

import { concat, defer, EMPTY, from, map, mergeMap, of } from 'rxjs';
import type { Observable } from 'rxjs';
import type { Aws } from '../aws/aws.js';
import { kindFacts } from '../catalog/catalog.js';
import type { KindConfig, Pipeline } from '../config/pipeline.js';
import { GLOBAL } from '../model/resource-key.js';
import type { Failure } from '../model/summary.js';
import type { AccountDirectory } from './account-directory.js';
import { accounts } from './accounts.js';
import type { Account, Discovered, DiscoveryEvent } from './discovery-event.js';
import { partOf, type Only, type Part } from './only.js';
import { organizationScope } from './organization-scope.js';
import { kindAllowed } from './region-policy.js';
import type { DiscoveredScope } from './resource-source.js';
import { scopeEndOf } from './scope-end.js';
import { ORGANIZATION_ACCOUNT } from './special-kinds.js';

export interface DiscoverOptions {
  readonly aws: Aws;
  readonly pipeline: Pipeline;
  /** Is told every account that is found. */
  readonly directory: AccountDirectory;
  readonly only?: Only;
  /** Says aloud what a user would not expect. */
  readonly warn?: (message: string) => void;
  /** Accounts whose regions are asked for at once. Default 16. */
  readonly concurrency?: number;
}

/**
 * Discovers the pipeline's accounts, their regions, and the scopes to be listed in them, as a stream:
 * the first account's scopes are emitted while the rest is still being discovered.
 *
 * ```
 * accounts ──a──────────b──|
 * scopes   ────a1a2a3──────b1b2──discovered|
 * ```
 *
 * One account's fate touches no other: where its role or its regions are denied, it ends as failed
 * scopes of region `*`, and what was found says nothing about its regions. Ends with one `discovered`.
 * Errors only where the engine itself is at fault.
 */
export function discover(options: DiscoverOptions): Observable<DiscoveryEvent> {
  return defer(() => new Discovery(options).events());
}

class Discovery {
  readonly #options: DiscoverOptions;
  readonly #part: Part;
  readonly #kinds: readonly KindConfig[];
  readonly #accounts = new Map<string, { account: Account; regions?: ReadonlySet<string> }>();
  readonly #failures: Failure[] = [];
  #complete = false;

  constructor(options: DiscoverOptions) {
    this.#options = options;
    this.#part = partOf(options.only);
    this.#kinds = options.pipeline.kinds.filter(({ kind }) => this.#part.kind(kind));
  }

  events(): Observable<DiscoveryEvent> {
    const { aws, pipeline, concurrency = 16, warn = () => undefined } = this.#options;
    const found = accounts({ aws, pipeline, warn }).pipe(
      mergeMap((event) => {
        if (event.type === 'account') return this.#account(event.account);
        this.#complete = event.complete;
        this.#failures.push(...event.failures);
        return EMPTY;
      }, concurrency),
    );
    return concat(
      found,
      this.#organization(),
      defer(() => of(this.#discovered())),
    );
  }

  #account(account: Account): Observable<DiscoveryEvent> {
    // A list may name an account twice, and an organization may be reshuffled between two pages.
    if (this.#accounts.has(account.id)) return EMPTY;
    this.#accounts.set(account.id, { account });
    this.#options.directory.remember(account);
    if (!this.#part.account(account.id)) return EMPTY;
    const scopes = defer(() => this.#scopes(account)).pipe(mergeMap((list) => from(list)));
    return concat(of({ type: 'account' as const, account }), scopes);
  }

  async #scopes(account: Account): Promise<readonly DiscoveredScope[]> {
    const kinds = this.#kinds.filter(({ kind }) => kind !== ORGANIZATION_ACCOUNT);
    try {
      const regions = await this.#options.directory.regions(account.id);
      this.#accounts.set(account.id, { account, regions: new Set(regions) });
      return kinds.flatMap((kind) => this.#scopesOf(kind, account.id, regions));
    } catch (error) {
      const end = scopeEndOf(error);
      return kinds.map(({ kind }) => ({
        type: 'ended',
        scope: { kind, accountId: account.id, region: '*' },
        end,
      }));
    }
  }

  #scopesOf(
    kind: KindConfig,
    accountId: string,
    regions: readonly string[],
  ): readonly DiscoveredScope[] {
    const allowed = regions.filter((region) => kindAllowed(kind, region));
    const places = !kindFacts(kind.kind).global ? allowed : allowed.length > 0 ? [GLOBAL] : [];
    return places
      .filter((region) => this.#part.region(region))
      .map((region) => ({ type: 'scope', scope: { kind: kind.kind, accountId, region } }));
  }

  #organization(): Observable<DiscoveredScope> {
    const { aws, pipeline } = this.#options;
    const wanted = this.#kinds.some(({ kind }) => kind === ORGANIZATION_ACCOUNT);
    if (!wanted || !this.#part.region(GLOBAL)) return EMPTY;
    return defer(() => organizationScope(aws, pipeline)).pipe(
      map((found) => {
        // An organization that can't be asked has not gone: its scope may bear another account's id.
        if (found.type === 'ended') this.#complete = false;
        return found;
      }),
      mergeMap((found) => (this.#part.account(found.scope.accountId) ? of(found) : EMPTY)),
    );
  }

  #discovered(): DiscoveryEvent {
    const discovered: Discovered = {
      accountsComplete: this.#complete,
      accounts: this.#accounts,
      failures: this.#failures,
    };
    return { type: 'discovered', discovered };
  }
}

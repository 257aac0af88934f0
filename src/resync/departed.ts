import { encodeScope } from '../model/scope.js';
import type { Scope } from '../model/scope.js';

/** What a resync's discovery says about which scopes there are. */
export interface DiscoveryView {
  /** Kinds of the pipeline file. */
  readonly kinds: ReadonlySet<string>;
  /** Encoded scopes that discovery announced, listed or not. */
  readonly announced: ReadonlySet<string>;
  /** Every account was found. */
  readonly accountsComplete: boolean;
  /** Accounts found, and whether their regions are known. */
  readonly accounts: ReadonlyMap<string, { readonly regionsKnown: boolean }>;
}

/**
 * Whether a scope has left the pipeline, as far as one complete discovery can tell: its kind is gone
 * from the file, its account from the organization, or its region from the policy. Says no whenever
 * discovery was not complete for it.
 */
export function hasDeparted(scope: Scope, view: DiscoveryView): boolean {
  if (!view.accountsComplete) return false;
  const { kind, accountId, region } = scope;
  // A parent's scope departs with the parent itself, so it is judged without it.
  if (view.announced.has(encodeScope({ kind, accountId, region }))) return false;
  if (!view.kinds.has(kind)) return true;
  const account = view.accounts.get(accountId);
  return account === undefined || account.regionsKnown;
}

/** How many complete discoveries in a row must say that a scope left before its entities are deleted. */
export const DEPARTURES_BEFORE_DELETE = 2;

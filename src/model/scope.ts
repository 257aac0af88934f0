import { SEPARATOR } from './resource-key.js';

/** What one listing covers; the unit of work, of failure and of stale deletion. */
export interface Scope {
  readonly kind: string;
  readonly accountId: string;
  /** Region code, or `global` for an account-wide listing. */
  readonly region: string;
  /** Identifier of the parent resource (or a constant), for kinds that AWS lists a parent (or constant) at a time. */
  readonly parent?: string;
}

/** A scope as one string; equal scopes encode equally. */
export function encodeScope(scope: Scope): string {
  const base = scope.kind + SEPARATOR + scope.accountId + SEPARATOR + scope.region;
  return scope.parent === undefined ? base : base + SEPARATOR + scope.parent;
}

/** The inverse of {@link encodeScope}. */
export function decodeScope(encoded: string): Scope {
  const [kind, accountId, region, ...rest] = encoded.split(SEPARATOR);
  if (kind === undefined || accountId === undefined || region === undefined) {
    throw new RangeError(`not a scope: ${JSON.stringify(encoded)}`);
  }
  return rest.length === 0
    ? { kind, accountId, region }
    : { kind, accountId, region, parent: rest.join(SEPARATOR) };
}

/** How a scope's listing ended. Only `ok` says anything about what AWS does not hold. */
export type ScopeEnd =
  | { readonly status: 'ok' }
  | { readonly status: 'failed'; readonly code: string; readonly message: string }
  | { readonly status: 'skipped'; readonly code: string; readonly message: string };

import { SEPARATOR } from '../model/resource-key.js';
import { encodeScope, type Scope, type ScopeEnd } from '../model/scope.js';
import type { StateStore, StateWrite } from './state-store.js';

/**
 * The scopes of a generation that have ended: a restart in the middle of a resync goes on with the
 * rest.
 */
export class EndedScopes {
  readonly #store: StateStore;

  constructor(store: StateStore) {
    this.#store = store;
  }

  /** Notes how a scope ended; a later end of the same scope replaces it. */
  mark(generation: number, scope: Scope, end: ScopeEnd): StateWrite {
    const key = prefixOf(generation) + encodeScope(scope);
    return { op: 'put', table: 'scopes', key, value: { ...end } };
  }

  /** How a scope of a generation ended; undefined where it has not. */
  get(generation: number, scope: Scope): ScopeEnd | undefined {
    return this.#store.get<ScopeEnd>('scopes', prefixOf(generation) + encodeScope(scope));
  }

  /** Every scope of a generation that has ended, by its encoded form. */
  *ended(generation: number): Generator<readonly [scope: string, end: ScopeEnd]> {
    const prefix = prefixOf(generation);
    for (const [key, end] of this.#store.range<ScopeEnd>('scopes', { prefix })) {
      yield [key.slice(prefix.length), end];
    }
  }

  /**
   * Removes up to `limit` scopes of generations before this one; call again until there is nothing to
   * write.
   */
  clearBefore(generation: number, limit = 1_000): StateWrite[] {
    return clearBefore(this.#store, 'scopes', '', generation, limit);
  }
}

/** A generation as the beginning of a key: keys order by it. */
export function prefixOf(generation: number): string {
  return generation.toString(36).padStart(8, '0') + SEPARATOR;
}

/** The removal of rows that begin with `lead` and the prefix of a generation before this one. */
export function clearBefore(
  store: StateStore,
  table: 'scopes' | 'stale',
  lead: string,
  generation: number,
  limit: number,
): StateWrite[] {
  const writes: StateWrite[] = [];
  const bound = lead + prefixOf(generation);
  for (const [key] of store.range(table, { prefix: lead, limit })) {
    if (key >= bound) break;
    writes.push({ op: 'delete', table, key });
  }
  return writes;
}

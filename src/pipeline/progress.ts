import type { Scope, ScopeEnd } from '../model/scope.js';
import type { Account } from '../sources/discovery-event.js';

/** How far one account is. */
export interface AccountProgress {
  readonly id: string;
  readonly name: string | undefined;
  scopesTotal: number;
  scopesDone: number;
  failed: number;
}

/** How far the running resync is, for people who watch: terminal and dashboard. */
export class Progress {
  readonly accounts = new Map<string, AccountProgress>();
  generation = 0;
  running = false;
  startedAt = 0;
  finishedAt: number | undefined;

  begin(generation: number): void {
    this.accounts.clear();
    this.generation = generation;
    this.running = true;
    this.startedAt = Date.now();
    this.finishedAt = undefined;
  }

  finish(): void {
    this.running = false;
    this.finishedAt = Date.now();
  }

  account(account: Account): void {
    const { id, name } = account;
    this.accounts.set(id, { ...this.#of(id), name });
  }

  scope(scope: Scope): void {
    this.#of(scope.accountId).scopesTotal += 1;
  }

  ended(scope: Scope, end: ScopeEnd): void {
    const account = this.#of(scope.accountId);
    account.scopesDone += 1;
    if (end.status === 'failed') account.failed += 1;
  }

  #of(id: string): AccountProgress {
    const known = this.accounts.get(id);
    if (known) return known;
    const made = { id, name: undefined, scopesTotal: 0, scopesDone: 0, failed: 0 };
    this.accounts.set(id, made);
    return made;
  }
}

import { globMatcher } from './glob.js';

/** A part of the pipeline (`--only`): globs; an absent or empty list means all. */
export interface Only {
  readonly kinds?: readonly string[];
  readonly accounts?: readonly string[];
  /** `global` names the account-wide kinds. */
  readonly regions?: readonly string[];
}

/** {@link Only} as questions. */
export interface Part {
  kind(kind: string): boolean;
  account(accountId: string): boolean;
  region(region: string): boolean;
}

export function partOf(only: Only = {}): Part {
  return { kind: wants(only.kinds), account: wants(only.accounts), region: wants(only.regions) };
}

function wants(globs: readonly string[] | undefined): (name: string) => boolean {
  return globs === undefined || globs.length === 0 ? () => true : globMatcher(globs);
}

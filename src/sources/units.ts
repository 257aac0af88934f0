import type { Account as OrganizationAccount } from '@aws-sdk/client-organizations';
import { globMatcher } from './glob.js';
import type { OrganizationCalls, Unit } from './organization-calls.js';

/** Which organizational units: globs over ids (`ou-…`, `r-…`) or names. */
export interface UnitFilter {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

interface Visit {
  readonly unit: Unit;
  /** The unit, or one above it, is included. */
  readonly included: boolean;
}

/**
 * The accounts that stand below any included and no excluded unit, page by page. Walks the tree from
 * its roots, because Organizations can't be asked for all accounts below a unit. An empty `include`
 * means everything.
 */
export async function* accountsOfUnits(
  calls: OrganizationCalls,
  filter: UnitFilter,
  signal: AbortSignal,
): AsyncGenerator<readonly OrganizationAccount[], void, undefined> {
  const includes = matchUnit(filter.include);
  const excludes = matchUnit(filter.exclude);
  const everything = filter.include.length === 0;
  const open: Visit[] = [];
  const visit = (unit: Unit, included: boolean): void => {
    if (!excludes(unit)) open.push({ unit, included: included || includes(unit) });
  };
  for await (const roots of calls.roots(signal)) roots.forEach((root) => visit(root, everything));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { unit, included } = next;
    // Its own accounts come first, so that they are listed while the rest of the tree is walked.
    if (included) yield* calls.accountsOf(unit, signal);
    for await (const units of calls.unitsOf(unit, signal))
      units.forEach((below) => visit(below, included));
  }
}

function matchUnit(globs: readonly string[]): (unit: Unit) => boolean {
  const matches = globMatcher(globs);
  return ({ id, name }) => matches(id) || matches(name);
}

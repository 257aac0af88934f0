import type { KindModel } from './kind-model.js';
import type { OrganizationOptions } from './organization-options.js';

/** A scope's place among all scopes of a new organization. */
export interface SharePlace {
  readonly model: KindModel;
  /** Ordinal of the account. */
  readonly account: number;
  /** Index of the region; -1 for account-wide scopes. */
  readonly region: number;
  readonly accounts: number;
  readonly regions: number;
  readonly models: readonly KindModel[];
}

/** How many resources a scope is born with. A total is spread so that all scopes add up to it exactly. */
export function shareOf(options: OrganizationOptions, place: SharePlace): number {
  const { model, regions } = place;
  const { total, resourcesPerScope = 5 } = options;
  if (total !== undefined) return shareOfTotal(total, place);
  const per =
    typeof resourcesPerScope === 'number'
      ? resourcesPerScope
      : (resourcesPerScope[model.kind] ?? 0);
  return model.placement === 'bucket' ? per * regions : per;
}

function shareOfTotal(
  total: number,
  { model, account, region, accounts, regions, models }: SharePlace,
): number {
  const weightOf = ({ placement }: KindModel) => (placement === 'global' ? 1 : regions);
  const sum = (some: readonly KindModel[]) =>
    some.reduce((weight, one) => weight + weightOf(one), 0);
  const perAccount = sum(models);
  // An account that came later gets as much as the one whose place it would have.
  const first =
    (account % accounts) * perAccount +
    sum(models.slice(0, models.indexOf(model))) +
    Math.max(region, 0);
  const last = first + (model.placement === 'bucket' ? regions : 1);
  const scopes = accounts * perAccount;
  return Math.floor((total * last) / scopes) - Math.floor((total * first) / scopes);
}

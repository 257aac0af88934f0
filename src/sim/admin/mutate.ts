import type { Organization, SimKey } from '../organization/organization.js';

/** A change of the organization as it comes over HTTP. */
export type Mutation =
  | ({ readonly type: 'create'; readonly properties?: Record<string, unknown> } & SimKey)
  | ({ readonly type: 'update'; readonly properties: Record<string, unknown> } & SimKey)
  | ({ readonly type: 'delete' | 'reorderTags' } & SimKey)
  | { readonly type: 'addAccount'; readonly name?: string }
  | {
      readonly type: 'removeAccount' | 'suspendAccount' | 'activateAccount';
      readonly accountId: string;
    }
  | {
      readonly type: 'disableRegion' | 'enableRegion';
      readonly accountId: string;
      readonly region: string;
    };

/** Carries out one mutation; throws where it names what is not there. */
export function mutate(organization: Organization, value: unknown): unknown {
  const mutation = value as Mutation;
  switch (mutation.type) {
    case 'create':
      return organization.create(mutation);
    case 'update':
      organization.update(keyOf(mutation), mutation.properties);
      return {};
    case 'delete':
      organization.delete(keyOf(mutation));
      return {};
    case 'reorderTags':
      organization.reorderTags(keyOf(mutation));
      return {};
    case 'addAccount':
      return {
        accountId: organization.addAccount(
          mutation.name === undefined ? {} : { name: mutation.name },
        ).id,
      };
    case 'removeAccount':
      organization.removeAccount(mutation.accountId);
      return {};
    case 'suspendAccount':
      organization.setStatus(mutation.accountId, 'SUSPENDED');
      return {};
    case 'activateAccount':
      organization.setStatus(mutation.accountId, 'ACTIVE');
      return {};
    case 'disableRegion':
      organization.disableRegion(mutation.accountId, mutation.region);
      return {};
    case 'enableRegion':
      organization.enableRegion(mutation.accountId, mutation.region);
      return {};
    default:
      throw new Error(`no such mutation: ${JSON.stringify(value)}`);
  }
}

function keyOf({ kind, accountId, region, identifier }: SimKey): SimKey {
  return { kind, accountId, region, identifier };
}

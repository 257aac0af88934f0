import type { SimKey, SimResource } from '../../../src/sim/organization/organization.js';
import type { World } from './world.js';

export interface Place {
  readonly kind: string;
  readonly accountId?: string;
  readonly region?: string;
}

/** Resources that AWS holds now, in the order of the simulation. */
export function resourcesOf(world: World, { kind, accountId, region }: Place): SimResource[] {
  return [...world.sim.organization.snapshot()].filter(
    (one) =>
      one.kind === kind &&
      (accountId === undefined || one.accountId === accountId) &&
      (region === undefined || one.region === region),
  );
}

/** The key of a resource, without its body. */
export function keyOf({ kind, accountId, region, identifier }: SimKey): SimKey {
  return { kind, accountId, region, identifier };
}

/** Deletes resources in AWS. */
export function deleteAll(world: World, resources: readonly SimResource[]): void {
  for (const resource of resources) world.sim.organization.delete(keyOf(resource));
}

/** `kind account region` of each failure; sorted, each once. */
export function failedScopes(failures: readonly SimKeyLike[]): string[] {
  return [...new Set(failures.map((one) => `${one.kind} ${one.accountId} ${one.region}`))].sort();
}

interface SimKeyLike {
  readonly kind: string;
  readonly accountId: string;
  readonly region: string;
}

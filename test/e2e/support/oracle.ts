import type { PortEntity } from '../../../src/sim/port/entity-store.js';
import type { Organization, SimResource } from '../../../src/sim/organization/organization.js';
import { accounts, type Expected, type Fixture, type Seen } from './fixtures.js';
import type { World } from './world.js';

export interface OracleOptions {
  /** Leaves resources out of what Port should hold. */
  readonly where?: (resource: SimResource) => boolean;
}

/** What Port should hold of the organization as it is now, by `blueprint identifier`. */
export function expectedEntities(
  organization: Organization,
  fixtures: readonly Fixture[],
  { where = () => true }: OracleOptions = {},
): Map<string, Expected> {
  const expected = new Map<string, Expected>();
  const add = (entity: Expected): void => {
    expected.set(`${entity.blueprint} ${entity.identifier}`, entity);
  };
  for (const resource of organization.snapshot()) {
    if (!where(resource)) continue;
    for (const fixture of fixtures) {
      if (fixture.kind === resource.kind) fixture.entities(seen(resource)).forEach(add);
    }
  }
  if (fixtures.includes(accounts)) {
    for (const { id, name, email, status } of organization.accounts) {
      add({ blueprint: 'account', identifier: id, title: name, properties: { email, status } });
    }
  }
  return expected;
}

/** A resource of the simulation as mappings are given it. */
export function seen({ kind, accountId, region, identifier, properties }: SimResource): Seen {
  return {
    Identifier: identifier,
    Properties: properties,
    __Kind: kind,
    __AccountId: accountId,
    __Region: region,
  };
}

/**
 * Every way in which Port differs from what it should hold; empty where it does not. Entities that
 * Port made only because others relate to them are left out.
 */
export function differences(
  expected: ReadonlyMap<string, Expected>,
  held: readonly PortEntity[],
): string[] {
  const found: string[] = [];
  const left = new Set(expected.keys());
  for (const entity of held) {
    const name = `${entity.blueprint} ${entity.identifier}`;
    left.delete(name);
    const wanted = expected.get(name);
    if (wanted === undefined) {
      if (!entity.stub) found.push(`${name}: should not be there`);
      continue;
    }
    const is = canonical({
      title: entity.title,
      properties: entity.properties,
      relations: entity.relations,
    });
    const should = canonical({
      title: wanted.title ?? null,
      properties: wanted.properties ?? {},
      relations: wanted.relations ?? {},
    });
    if (entity.stub) found.push(`${name}: is only a stub`);
    else if (is !== should) found.push(`${name}: is ${is}, should be ${should}`);
  }
  for (const name of left) found.push(`${name}: missing`);
  return found;
}

/** Differences between Port and the mapping of the organization as it is now. */
export function drift(
  world: World,
  fixtures: readonly Fixture[],
  options: OracleOptions = {},
): string[] {
  return differences(
    expectedEntities(world.sim.organization, fixtures, options),
    world.sim.port.entities(),
  );
}

/** Names of what Port holds, stubs left out; sorted. */
export function heldNames(world: World, blueprint?: string): string[] {
  return world.sim.port
    .entities(blueprint)
    .filter(({ stub }) => !stub)
    .map((entity) => `${entity.blueprint} ${entity.identifier}`)
    .sort();
}

/** JSON with sorted keys and without nulls: two entities are equal when their texts are. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(
      Object.entries(inner)
        .filter(([, field]) => field !== null && field !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  });
}

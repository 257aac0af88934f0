import type { Fixture } from './fixtures.js';
import type { SimResource } from '../../../src/sim/organization/organization.js';
import { seen } from './oracle.js';
import type { LiveWorld } from './live-world.js';

/** Watches entities that must never be deleted. */
export interface Guard {
  /** Deleted although AWS held their resources all along: `blueprint identifier`. */
  readonly lost: readonly string[];
}

/** Watches what Port deletes of the entities of some resources. */
export function guard(
  { world, sim, fixtures }: LiveWorld,
  spared: (resource: SimResource) => boolean,
): Guard {
  const names = new Set<string>();
  for (const resource of sim.organization.snapshot()) {
    if (!spared(resource)) continue;
    for (const name of lasting(resource, fixtures)) names.add(name);
  }
  const lost: string[] = [];
  const { store } = world.sim.port;
  const deletes = store.delete.bind(store);
  store.delete = (entity, ...rest) => {
    const name = `${entity.blueprint} ${entity.identifier}`;
    if (names.has(name)) lost.push(name);
    deletes(entity, ...rest);
  };
  return { lost };
}

/** Entities that a resource has whatever its properties are: not those of its items. */
function lasting(resource: SimResource, fixtures: readonly Fixture[]): string[] {
  return fixtures
    .filter(({ kind, yaml }) => kind === resource.kind && !yaml.includes('itemsToParse'))
    .flatMap(({ entities }) => entities(seen(resource)))
    .map(({ blueprint, identifier }) => `${blueprint} ${identifier}`);
}

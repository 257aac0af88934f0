import { PortRefusal } from './answer.js';
import type { Blueprints } from './blueprints.js';
import type { EntityStore, PortEntity } from './entity-store.js';

/**
 * Deletes an entity. Those that relate to it go with it where `dependents` is set. Otherwise their
 * relation is emptied, and where that relation is required the delete is refused.
 *
 * @returns the entities that are gone
 */
export function deleteEntity(
  store: EntityStore,
  blueprints: Blueprints,
  entity: PortEntity,
  dependents: boolean,
): PortEntity[] {
  const targetOf = (blueprint: string) => (name: string) =>
    blueprints.need(blueprint).relations[name]?.target;
  const related = store.dependentsOf(entity.blueprint, entity.identifier);
  if (!dependents) {
    const holder = related.find((other) => isRequired(blueprints, other, entity));
    if (holder !== undefined) {
      throw new PortRefusal(
        409,
        'has_dependents',
        `"${entity.identifier}" has dependents, such as "${holder.identifier}" of "${holder.blueprint}"`,
      );
    }
    for (const other of related)
      store.put(withoutRelation(blueprints, other, entity), targetOf(other.blueprint));
  }
  store.delete(entity, targetOf(entity.blueprint));
  const gone = [entity];
  for (const other of dependents ? related : []) {
    const still = store.get(other.blueprint, other.identifier);
    if (still !== undefined) gone.push(...deleteEntity(store, blueprints, still, true));
  }
  return gone;
}

function isRequired(blueprints: Blueprints, from: PortEntity, to: PortEntity): boolean {
  return Object.entries(blueprints.need(from.blueprint).relations).some(
    ([name, schema]) =>
      schema.required === true &&
      schema.target === to.blueprint &&
      from.relations[name] === to.identifier,
  );
}

function withoutRelation(blueprints: Blueprints, from: PortEntity, to: PortEntity): PortEntity {
  const schemas = blueprints.need(from.blueprint).relations;
  const relations = Object.entries(from.relations).map(([name, value]) => {
    if (schemas[name]?.target !== to.blueprint) return [name, value] as const;
    if (Array.isArray(value))
      return [name, (value as string[]).filter((id) => id !== to.identifier)] as const;
    return [name, value === to.identifier ? null : value] as const;
  });
  return { ...from, relations: Object.fromEntries(relations) };
}

/** An entity as the simulated Port holds it. */
export interface PortEntity {
  readonly blueprint: string;
  readonly identifier: string;
  readonly title: string | null;
  readonly icon: string | null;
  readonly team: string | readonly string[] | null;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly relations: Readonly<Record<string, string | readonly string[] | null>>;
  /** User-Agent of the request that wrote it last. */
  readonly datasource: string;
  /** Made only because another entity relates to it. */
  readonly stub: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
}

const SEPARATOR = '\u0001';

/** The entities, and who relates to whom. */
export class EntityStore {
  private readonly byBlueprint = new Map<string, Map<string, PortEntity>>();
  /** Encoded key of a target → encoded keys of the entities that relate to it. */
  private readonly dependents = new Map<string, Set<string>>();

  get(blueprint: string, identifier: string): PortEntity | undefined {
    return this.byBlueprint.get(blueprint)?.get(identifier);
  }

  /** Entities of a blueprint, or all. */
  *entities(blueprint?: string): Generator<PortEntity> {
    if (blueprint !== undefined) yield* this.byBlueprint.get(blueprint)?.values() ?? [];
    else for (const entities of this.byBlueprint.values()) yield* entities.values();
  }

  get size(): number {
    let size = 0;
    for (const entities of this.byBlueprint.values()) size += entities.size;
    return size;
  }

  /** @param targetOf the blueprint that a relation of the entity's blueprint points to. */
  put(entity: PortEntity, targetOf: (relation: string) => string | undefined): void {
    const before = this.get(entity.blueprint, entity.identifier);
    if (before !== undefined) this.link(before, targetOf, false);
    let entities = this.byBlueprint.get(entity.blueprint);
    if (entities === undefined)
      this.byBlueprint.set(entity.blueprint, (entities = new Map<string, PortEntity>()));
    entities.set(entity.identifier, entity);
    this.link(entity, targetOf, true);
  }

  delete(entity: PortEntity, targetOf: (relation: string) => string | undefined): void {
    this.link(entity, targetOf, false);
    this.byBlueprint.get(entity.blueprint)?.delete(entity.identifier);
  }

  /** The entities that relate to this one. */
  dependentsOf(blueprint: string, identifier: string): PortEntity[] {
    const keys = this.dependents.get(blueprint + SEPARATOR + identifier) ?? [];
    return [...keys].flatMap((key) => {
      const at = key.indexOf(SEPARATOR);
      return this.get(key.slice(0, at), key.slice(at + 1)) ?? [];
    });
  }

  clear(): void {
    this.byBlueprint.clear();
    this.dependents.clear();
  }

  private link(
    entity: PortEntity,
    targetOf: (relation: string) => string | undefined,
    on: boolean,
  ): void {
    const own = entity.blueprint + SEPARATOR + entity.identifier;
    for (const [name, value] of Object.entries(entity.relations)) {
      const target = targetOf(name);
      if (target === undefined || value === null) continue;
      for (const identifier of typeof value === 'string' ? [value] : value) {
        const key = target + SEPARATOR + identifier;
        let set = this.dependents.get(key);
        if (on) {
          if (set === undefined) this.dependents.set(key, (set = new Set()));
          set.add(own);
        } else if (set?.delete(own) === true && set.size === 0) this.dependents.delete(key);
      }
    }
  }
}

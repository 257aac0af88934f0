import type { FaultBook } from '../faults.js';
import { asObject, invalidRequest, onlyFields, PortRefusal } from './answer.js';
import type { Blueprint, Blueprints } from './blueprints.js';
import { checkIdentifier, checkProperties } from './check-entity.js';
import type { EntityStore, PortEntity } from './entity-store.js';
import { compileQuery, type SearchContext } from './search.js';

/** How an upsert is to be done: the query parameters of the call. */
export interface UpsertOptions {
  readonly upsert: boolean;
  readonly merge: boolean;
  readonly createMissing: boolean;
  readonly validationOnly: boolean;
  /** User-Agent of the request. */
  readonly datasource: string;
}

const FIELDS = ['identifier', 'title', 'icon', 'team', 'blueprint', 'properties', 'relations'];

type Relations = Record<string, string | string[] | null>;

/** Writes single entities as Port does: checks first, then merges or replaces. */
export class Upserter {
  constructor(
    private readonly store: EntityStore,
    private readonly blueprints: Blueprints,
    private readonly search: SearchContext,
    private readonly faults: FaultBook,
  ) {}

  /** The parts of an entity that concern its form; what is wrong here refuses the whole request. */
  checkForm(value: unknown): Record<string, unknown> {
    const entity = asObject(value, 'entity');
    onlyFields(entity, FIELDS, 'entity');
    if (!('identifier' in entity))
      throw invalidRequest("entity must have required property 'identifier'");
    for (const name of ['title', 'icon']) {
      const text = entity[name];
      if (text !== undefined && text !== null && typeof text !== 'string')
        throw invalidRequest(`entity.${name} must be a string or null`);
    }
    asObject(entity['properties'] ?? {}, 'entity.properties');
    asObject(entity['relations'] ?? {}, 'entity.relations');
    return entity;
  }

  /** Writes one entity that {@link checkForm} has passed; throws a PortRefusal that concerns it alone. */
  write(
    blueprint: Blueprint,
    input: Record<string, unknown>,
    options: UpsertOptions,
  ): { entity: PortEntity; created: boolean } {
    const identifier = input['identifier'];
    checkIdentifier(identifier);
    this.meetFaults(blueprint.identifier, identifier);
    if (input['blueprint'] !== undefined && input['blueprint'] !== blueprint.identifier) {
      throw new PortRefusal(
        422,
        'invalid_request',
        'entity.blueprint is not the blueprint of the path',
      );
    }
    const before = this.store.get(blueprint.identifier, identifier);
    if (before !== undefined && !options.upsert) {
      throw new PortRefusal(
        409,
        'identifier_taken',
        `An entity with the identifier "${identifier}" already exists`,
      );
    }
    const kept = options.merge ? before : undefined;
    const properties = {
      ...kept?.properties,
      ...(input['properties'] as Record<string, unknown> | undefined),
    };
    checkProperties(blueprint, properties);
    const relations = this.relations(
      blueprint,
      { ...kept?.relations, ...(input['relations'] as Record<string, unknown> | undefined) },
      options,
    );
    const now = new Date().toISOString();
    const entity: PortEntity = {
      blueprint: blueprint.identifier,
      identifier,
      title: (input['title'] ?? kept?.title ?? null) as string | null,
      icon: (input['icon'] ?? kept?.icon ?? null) as string | null,
      team: this.team('team' in input ? input['team'] : (kept?.team ?? null)),
      properties,
      relations,
      datasource: options.datasource,
      stub: false,
      createdAt: before?.createdAt ?? now,
      updatedAt: now,
    };
    if (!options.validationOnly) this.put(entity);
    return { entity, created: before === undefined };
  }

  private meetFaults(blueprint: string, identifier: string): void {
    for (const effect of this.faults.take({
      service: 'port',
      operation: 'upsert',
      blueprint,
      identifier,
    })) {
      if (effect.type === 'error')
        throw new PortRefusal(
          effect.status,
          effect.code,
          effect.message ?? `${effect.code} by fault`,
        );
    }
  }

  /** Resolves and checks relations; makes what is missing where that is asked for. */
  private relations(
    blueprint: Blueprint,
    given: Record<string, unknown>,
    options: UpsertOptions,
  ): Relations {
    const relations: Relations = {};
    for (const [name, value] of Object.entries(given)) {
      const schema = blueprint.relations[name];
      if (schema === undefined) {
        throw new PortRefusal(
          422,
          'invalid_request',
          `relation "${name}" does not exist in blueprint "${blueprint.identifier}"`,
        );
      }
      const resolved = this.relationValue(name, value, schema.target, schema.many === true);
      for (const target of resolved === null ? [] : [resolved].flat())
        this.needTarget(schema.target, target, options);
      relations[name] = resolved;
    }
    for (const [name, schema] of Object.entries(blueprint.relations)) {
      if (schema.required === true && (relations[name] ?? null) === null) {
        throw new PortRefusal(
          422,
          'invalid_request',
          `relations must have required property "${name}"`,
        );
      }
    }
    return relations;
  }

  private relationValue(
    name: string,
    value: unknown,
    target: string,
    many: boolean,
  ): string | string[] | null {
    if (value === null) return many ? [] : null;
    if (typeof value === 'object' && !Array.isArray(value)) {
      const found = this.find(value, target);
      if (many) return found;
      if (found.length > 1)
        throw new PortRefusal(
          422,
          'invalid_request',
          `relation "${name}": the query matches ${found.length} entities`,
        );
      return found[0] ?? null;
    }
    if (many) {
      if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
        throw new PortRefusal(
          422,
          'invalid_request',
          `relation "${name}" must be an array of strings`,
        );
      }
      return [...new Set(value)];
    }
    if (typeof value !== 'string')
      throw new PortRefusal(422, 'invalid_request', `relation "${name}" must be a string`);
    return value;
  }

  private find(query: unknown, blueprint: string): string[] {
    const matches = compileQuery(query, this.search);
    return [...this.store.entities(blueprint)].filter(matches).map((entity) => entity.identifier);
  }

  private needTarget(blueprint: string, identifier: string, options: UpsertOptions): void {
    if (this.store.get(blueprint, identifier) !== undefined) return;
    if (!options.createMissing) {
      throw new PortRefusal(
        404,
        'not_found',
        `Entity with identifier "${identifier}" of blueprint "${blueprint}" was not found`,
        {
          resource: 'Entity',
          withValue: identifier,
        },
      );
    }
    checkIdentifier(identifier);
    const required = this.blueprints.need(blueprint).schema.required ?? [];
    if (required.length > 0) {
      throw new PortRefusal(
        422,
        'invalid_request',
        `Entity "${identifier}" of blueprint "${blueprint}" cannot be made: it must have required property "${required[0] ?? ''}"`,
      );
    }
    if (options.validationOnly) return;
    const now = new Date().toISOString();
    const empty = { title: null, icon: null, team: null, properties: {}, relations: {} };
    this.put({
      blueprint,
      identifier,
      ...empty,
      datasource: options.datasource,
      stub: true,
      createdAt: now,
      updatedAt: now,
    });
  }

  private team(value: unknown): PortEntity['team'] {
    if (value === null || value === undefined || typeof value === 'string') return value ?? null;
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    if (typeof value === 'object' && !Array.isArray(value)) return this.find(value, '_team');
    throw new PortRefusal(
      422,
      'invalid_request',
      'team must be a string, an array of strings, a query or null',
    );
  }

  private put(entity: PortEntity): void {
    const { relations } = this.blueprints.need(entity.blueprint);
    this.store.put(entity, (name) => relations[name]?.target);
  }
}

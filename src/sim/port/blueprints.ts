import {
  asObject,
  invalidRequest,
  ok,
  onlyFields,
  PortRefusal,
  type PortAnswer,
} from './answer.js';

/** A property of a blueprint; only what the simulation checks. */
export interface PropertySchema {
  readonly type: 'string' | 'number' | 'boolean' | 'object' | 'array';
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly items?: { readonly type?: string };
}

/** A relation of a blueprint. */
export interface RelationSchema {
  readonly target: string;
  readonly required?: boolean;
  readonly many?: boolean;
}

/** A blueprint as Port keeps it. */
export interface Blueprint {
  readonly identifier: string;
  readonly schema: {
    readonly properties: Readonly<Record<string, PropertySchema>>;
    readonly required?: readonly string[];
  };
  readonly relations: Readonly<Record<string, RelationSchema>>;
  readonly [other: string]: unknown;
}

const FIELDS = [
  'identifier', 'title', 'icon', 'description', 'schema', 'relations', 'mirrorProperties', 'calculationProperties',
  'aggregationProperties', 'teamInheritance', 'ownership', 'changelogDestination',
]; // prettier-ignore
const TYPES = ['string', 'number', 'boolean', 'object', 'array'];
const IDENTIFIER = /^[A-Za-z0-9@_=-]{1,100}$/;

/** The blueprints of the simulated Port. */
export class Blueprints {
  private readonly byId = new Map<string, Blueprint>();

  all(): Blueprint[] {
    return [...this.byId.values()];
  }

  /** The blueprint, or 404. */
  need(identifier: string): Blueprint {
    const blueprint = this.byId.get(identifier);
    if (blueprint === undefined) {
      throw new PortRefusal(
        404,
        'not_found',
        `Blueprint with identifier "${identifier}" was not found`,
        { resource: 'Blueprint', withValue: identifier },
      );
    }
    return blueprint;
  }

  /** POST /blueprints. */
  create(body: unknown): PortAnswer {
    const blueprint = this.check(body);
    if (this.byId.has(blueprint.identifier)) {
      throw new PortRefusal(
        409,
        'identifier_taken',
        `A blueprint with the identifier "${blueprint.identifier}" already exists`,
      );
    }
    return this.keep(blueprint, { createdAt: new Date().toISOString() }, 201);
  }

  /** PUT /blueprints/{b}: replaces it, or creates it. */
  replace(identifier: string, body: unknown): PortAnswer {
    const known = this.byId.get(identifier);
    const blueprint = this.check({ identifier, ...asObject(body, 'body') });
    if (blueprint.identifier !== identifier)
      throw invalidRequest('a blueprint keeps its identifier');
    return this.keep(blueprint, { createdAt: known?.['createdAt'] ?? new Date().toISOString() });
  }

  /** PATCH /blueprints/{b}: replaces the fields that are given. */
  patch(identifier: string, body: unknown): PortAnswer {
    const known = this.need(identifier);
    const { createdAt, createdBy, updatedAt, updatedBy, ...fields } = known;
    void [createdBy, updatedAt, updatedBy];
    const blueprint = this.check({ ...fields, ...asObject(body, 'body') });
    if (blueprint.identifier !== identifier)
      throw invalidRequest('a blueprint keeps its identifier');
    return this.keep(blueprint, { createdAt });
  }

  /** DELETE /blueprints/{b}. */
  delete(identifier: string): PortAnswer {
    this.need(identifier);
    this.byId.delete(identifier);
    return ok({});
  }

  private keep(blueprint: Blueprint, more: Record<string, unknown>, status = 200): PortAnswer {
    const kept = {
      ...blueprint,
      ...more,
      createdBy: 'sim',
      updatedAt: new Date().toISOString(),
      updatedBy: 'sim',
    };
    this.byId.set(blueprint.identifier, kept);
    return ok({ blueprint: kept }, status);
  }

  private check(body: unknown): Blueprint {
    const input = asObject(body, 'blueprint');
    onlyFields(input, FIELDS, 'blueprint');
    const { identifier } = input;
    if (typeof identifier !== 'string' || !IDENTIFIER.test(identifier))
      throw invalidRequest(`blueprint.identifier must match ${IDENTIFIER.source}`);
    const schema = asObject(input['schema'] ?? { properties: {} }, 'schema');
    onlyFields(schema, ['properties', 'required'], 'schema');
    const properties = asObject(schema['properties'] ?? {}, 'schema.properties');
    for (const [name, property] of Object.entries(properties)) {
      const type = asObject(property, `schema.properties.${name}`)['type'];
      if (!TYPES.includes(type as string))
        throw invalidRequest(`schema.properties.${name}.type must be one of ${TYPES.join(', ')}`);
    }
    const relations = asObject(input['relations'] ?? {}, 'relations');
    for (const [name, relation] of Object.entries(relations))
      this.checkRelation(name, asObject(relation, `relations.${name}`), identifier);
    return { ...input, identifier, schema: { ...schema, properties }, relations } as Blueprint;
  }

  private checkRelation(name: string, relation: Record<string, unknown>, own: string): void {
    onlyFields(
      relation,
      ['target', 'title', 'description', 'required', 'many'],
      `relations.${name}`,
    );
    const { target } = relation;
    if (typeof target !== 'string')
      throw invalidRequest(`relations.${name}.target must be a string`);
    if (target !== own && !this.byId.has(target)) {
      throw new PortRefusal(
        404,
        'not_found',
        `relations.${name}: Blueprint with identifier "${target}" was not found`,
      );
    }
    if (relation['required'] === true && relation['many'] === true)
      throw invalidRequest(`relations.${name} may not be both required and many`);
  }
}

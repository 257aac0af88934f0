import {
  asObject,
  invalidRequest,
  ok,
  onlyFields,
  PortRefusal,
  type PortAnswer,
} from './answer.js';
import { deleteEntity } from './delete-entities.js';
import type { PortEntity } from './entity-store.js';
import type { SimPort } from './port.js';
import { compileQuery } from './search.js';
import { showEntity } from './show-entity.js';
import type { UpsertOptions } from './upsert.js';

/** What a route is given of the request. */
export interface RouteInput {
  readonly port: SimPort;
  /** The parts of the path that the route names. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly bodyBytes: number;
  readonly userAgent: string;
}

const MAX_BULK = 20;
const MAX_BULK_DELETE = 100;

/** POST /blueprints/{b}/entities/bulk. */
export function bulkUpsert(input: RouteInput): PortAnswer {
  const { port } = input;
  const blueprint = port.blueprints.need(input.parts[0] as string);
  const body = asObject(input.body, 'body');
  onlyFields(body, ['entities'], 'body');
  const given = body['entities'];
  if (!Array.isArray(given) || given.length < 1)
    throw invalidRequest('entities must NOT have fewer than 1 items');
  if (given.length > MAX_BULK)
    throw new PortRefusal(
      413,
      'payload_too_large',
      `entities must NOT have more than ${MAX_BULK} items`,
    );
  const forms = given.map((value) => port.upserter.checkForm(value));
  const options = upsertOptions(input);
  if (port.refuseWholeBatch)
    for (const form of forms)
      port.upserter.write(blueprint, form, { ...options, validationOnly: true });
  const entities: unknown[] = [];
  const errors: unknown[] = [];
  forms.forEach((form, index) => {
    const { identifier } = form;
    try {
      const { created } = port.upserter.write(blueprint, form, options);
      entities.push({ created, identifier, index });
      port.counters.add(created ? 'entities.created' : 'entities.updated');
    } catch (error) {
      if (!(error instanceof PortRefusal)) throw error;
      const { status: statusCode, error: code, message, details } = error;
      errors.push({ identifier, index, statusCode, error: code, message, details });
      port.counters.add('entities.refused');
    }
  });
  return errors.length === 0
    ? ok({ entities, errors })
    : { status: 207, body: { ok: false, entities, errors } };
}

/** POST /blueprints/{b}/entities: one entity; its identifier may be a query. */
export function upsertOne(input: RouteInput): PortAnswer {
  const { port } = input;
  const blueprint = port.blueprints.need(input.parts[0] as string);
  const form = port.upserter.checkForm(input.body);
  const { identifier } = form;
  if (identifier !== null && typeof identifier === 'object') {
    const matches = compileQuery(identifier, { relatedTo: (...args) => port.relatedTo(...args) });
    const found = port.entities(blueprint.identifier).filter(matches);
    if (found.length !== 1)
      throw new PortRefusal(
        found.length === 0 ? 404 : 422,
        'not_found',
        `the query matches ${found.length} entities, not one`,
      );
    form['identifier'] = found[0]?.identifier;
  }
  const { entity, created } = port.upserter.write(blueprint, form, upsertOptions(input));
  port.counters.add(created ? 'entities.created' : 'entities.updated');
  return ok({ entity: showEntity(entity) }, created ? 201 : 200);
}

/** POST /blueprints/{b}/bulk/entities/delete. What is not there is passed over. */
export function bulkDelete(input: RouteInput): PortAnswer {
  const { port } = input;
  const blueprint = port.blueprints.need(input.parts[0] as string);
  const body = asObject(input.body, 'body');
  onlyFields(body, ['entities'], 'body');
  const given = body['entities'];
  if (
    !Array.isArray(given) ||
    given.length < 1 ||
    given.length > MAX_BULK_DELETE ||
    !given.every((id) => typeof id === 'string')
  ) {
    throw invalidRequest(`entities must be an array of 1 to ${MAX_BULK_DELETE} identifiers`);
  }
  const deletedEntities: string[] = [];
  for (const identifier of given) {
    const entity = port.store.get(blueprint.identifier, identifier);
    if (entity === undefined) continue;
    remove(port, entity, input.query);
    deletedEntities.push(identifier);
  }
  return ok({ deletedEntities });
}

/** DELETE /blueprints/{b}/entities/{id}. */
export function deleteOne(input: RouteInput): PortAnswer {
  remove(input.port, need(input), input.query);
  return ok({});
}

/** GET /blueprints/{b}/entities/{id}. */
export function getOne(input: RouteInput): PortAnswer {
  return ok({ entity: showEntity(need(input)) });
}

/** GET /blueprints/{b}/entities. */
export function getAll(input: RouteInput): PortAnswer {
  const blueprint = input.port.blueprints.need(input.parts[0] as string);
  const include = input.query.getAll('include');
  return ok({
    entities: input.port
      .entities(blueprint.identifier)
      .map((entity) => showEntity(entity, include)),
  });
}

/** POST /entities/search. */
export function searchEntities(input: RouteInput): PortAnswer {
  const matches = compileQuery(input.body, {
    relatedTo: (...args) => input.port.relatedTo(...args),
  });
  const include = input.query.getAll('include');
  const entities = input.port.entities().filter(matches);
  return ok({
    entities: entities.map((entity) => showEntity(entity, include)),
    matchingBlueprints: [...new Set(entities.map((entity) => entity.blueprint))],
  });
}

function remove(port: SimPort, entity: PortEntity, query: URLSearchParams): void {
  const gone = deleteEntity(
    port.store,
    port.blueprints,
    entity,
    query.get('delete_dependents') === 'true',
  );
  port.counters.add('entities.deleted', gone.length);
}

function need(input: RouteInput): PortEntity {
  const [blueprint = '', identifier = ''] = input.parts;
  const entity = input.port.store.get(input.port.blueprints.need(blueprint).identifier, identifier);
  if (entity === undefined) {
    throw new PortRefusal(
      404,
      'not_found',
      `Entity with identifier "${identifier}" was not found`,
      { resource: 'Entity', withValue: identifier },
    );
  }
  return entity;
}

function upsertOptions({ query, userAgent }: RouteInput): UpsertOptions {
  const flag = (name: string) => {
    const value = query.get(name) ?? 'false';
    if (value !== 'true' && value !== 'false')
      throw invalidRequest(`${name} must be true or false`);
    return value === 'true';
  };
  return {
    upsert: flag('upsert'),
    merge: flag('merge'),
    createMissing: flag('create_missing_related_entities'),
    validationOnly: flag('validation_only'),
    datasource: userAgent,
  };
}

import { ok, PortRefusal, type PortAnswer } from './answer.js';
import * as entities from './entity-routes.js';
import type { RouteInput } from './entity-routes.js';
import type { PortLimitClass } from './rate-limit.js';

/** One call of Port's API. */
export interface Route {
  readonly method: string;
  /** Segments below `/v1`; `*` stands for one part. */
  readonly segments: readonly string[];
  readonly limit: PortLimitClass;
  /** Query parameters that it knows; others are refused. */
  readonly query: readonly string[];
  readonly run: (input: RouteInput) => PortAnswer;
}

const UPSERT = ['upsert', 'merge', 'create_missing_related_entities', 'validation_only', 'run_id'];
const SHOW = [
  'include',
  'exclude',
  'exclude_calculated_properties',
  'attach_title_to_relation',
  'compact',
];

/** In the order in which they are tried: fixed segments before open ones. */
const ROUTES: readonly Route[] = [
  route('POST /auth/access_token', 'other', [], ({ port, body }) => port.tokens.issue(body)),
  route('POST /blueprints/entities/datasource-entities', 'entities', SHOW, ({ port, body }) =>
    port.datasources.run(body),
  ),
  route('POST /entities/search', 'entities', SHOW, entities.searchEntities),
  route('POST /blueprints/*/entities/bulk', 'entities', UPSERT, entities.bulkUpsert),
  route(
    'POST /blueprints/*/bulk/entities/delete',
    'entities',
    ['delete_dependents'],
    entities.bulkDelete,
  ),
  route('POST /blueprints/*/entities', 'upsert', UPSERT, entities.upsertOne),
  route('GET /blueprints/*/entities', 'entities', SHOW, entities.getAll),
  route('GET /blueprints/*/entities/*', 'entities', SHOW, entities.getOne),
  route('DELETE /blueprints/*/entities/*', 'entities', ['delete_dependents'], entities.deleteOne),
  route('GET /blueprints', 'other', [], ({ port }) => ok({ blueprints: port.blueprints.all() })),
  route('POST /blueprints', 'other', ['create_catalog_page'], ({ port, body }) =>
    port.blueprints.create(body),
  ),
  route('GET /blueprints/*', 'other', [], ({ port, parts }) =>
    ok({ blueprint: port.blueprints.need(parts[0] as string) }),
  ),
  route('PUT /blueprints/*', 'other', [], ({ port, parts, body }) =>
    port.blueprints.replace(parts[0] as string, body),
  ),
  route('PATCH /blueprints/*', 'other', [], ({ port, parts, body }) =>
    port.blueprints.patch(parts[0] as string, body),
  ),
  route('DELETE /blueprints/*', 'other', [], ({ port, parts }) =>
    port.blueprints.delete(parts[0] as string),
  ),
  route('GET /integration', 'other', [], ({ port }) =>
    ok({ integrations: port.integrations.all() }),
  ),
  route('POST /integration', 'other', ['integration_modes'], ({ port, body }) =>
    port.integrations.create(body),
  ),
  route('GET /integration/*', 'other', ['byField'], ({ port, parts }) =>
    port.integrations.read(parts[0] as string),
  ),
  route('PATCH /integration/*', 'other', [], ({ port, parts, body }) =>
    port.integrations.patch(parts[0] as string, body),
  ),
  route('DELETE /integration/*', 'other', [], ({ port, parts }) =>
    port.integrations.delete(parts[0] as string),
  ),
  route('PATCH /integration/*/config', 'other', [], ({ port, parts, body }) =>
    port.integrations.patchConfig(parts[0] as string, body),
  ),
  route('PATCH /integration/*/resync-state', 'other', [], ({ port, parts, body }) =>
    port.integrations.patchResyncState(parts[0] as string, body),
  ),
  route('GET /integration/*/resync-request', 'other', [], ({ port, parts }) =>
    port.integrations.readResyncRequest(parts[0] as string),
  ),
  route('POST /logs/integration/*', 'other', [], ({ port, parts, body }) =>
    port.integrations.putLogs(parts[0] as string, body),
  ),
  route('POST /integration/*/kinds/*/examples', 'other', [], ({ port, parts, body }) =>
    port.integrations.putExamples(parts[0] as string, parts[1] as string, body),
  ),
];

/** Finds the route of a request and the parts of its path, or refuses: 404 for a path, 405 for a method, 422 for the query. */
export function findRoute(
  method: string,
  path: string,
  query: URLSearchParams,
): { route: Route; parts: string[] } {
  const segments = splitPath(path);
  let known = false;
  for (const candidate of ROUTES) {
    const parts = matchSegments(candidate.segments, segments);
    if (parts === undefined) continue;
    known = true;
    if (candidate.method !== method) continue;
    const stray = [...query.keys()].find((name) => !candidate.query.includes(name));
    if (stray !== undefined)
      throw new PortRefusal(
        422,
        'invalid_request',
        `querystring must NOT have additional properties: ${stray}`,
      );
    return { route: candidate, parts };
  }
  if (known)
    throw new PortRefusal(405, 'method_not_allowed', `${method} is not allowed on ${path}`);
  throw new PortRefusal(404, 'not_found', `Route ${method}:${path} not found`, {
    resource: 'Route',
  });
}

function splitPath(path: string): string[] {
  try {
    return path.split('/').slice(1).map(decodeURIComponent);
  } catch {
    throw new PortRefusal(400, 'bad_request', `${path} is not a valid path`);
  }
}

function matchSegments(
  pattern: readonly string[],
  segments: readonly string[],
): string[] | undefined {
  if (pattern.length !== segments.length) return undefined;
  const parts: string[] = [];
  for (const [i, want] of pattern.entries()) {
    const have = segments[i] as string;
    if (want === '*') parts.push(have);
    else if (want !== have) return undefined;
  }
  return parts;
}

function route(
  call: string,
  limit: PortLimitClass,
  query: readonly string[],
  run: Route['run'],
): Route {
  const [method = '', path = ''] = call.split(' ');
  return { method, segments: path.split('/').slice(1), limit, query, run };
}

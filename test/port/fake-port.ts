import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the fake Port received it. */
export interface Received {
  readonly method: string;
  /** Below /v1. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly body: Json;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test double that takes any JSON
export type Json = any;

export interface Answer {
  readonly status: number;
  readonly body?: Json;
  readonly headers?: Record<string, string>;
  /** Cuts the connection: before any answer, or in the middle of the body. */
  readonly cut?: 'before' | 'middle';
  /** A body that is sent as it is. */
  readonly raw?: string;
}

type Script = (request: Received) => Answer | undefined | Promise<Answer | undefined>;

export interface FakePort {
  readonly url: string;
  readonly requests: Received[];
  /** Blueprint → identifier → entity. Bulk upserts to a blueprint that is not here are 404. */
  readonly store: Map<string, Map<string, Json>>;
  readonly integrations: Map<string, Json>;
  readonly blueprints: Map<string, Json>;
  /** Answers in place of the default where it returns something. */
  script: Script | undefined;
  tokens: number;
  tokenSeconds: number;
  /** Requests whose path ends so. */
  to(end: string): Received[];
  close(): Promise<void>;
}

/** A Port that answers as a plain one would, unless `script` says otherwise. */
export async function startFakePort(blueprints: readonly string[] = ['vm']): Promise<FakePort> {
  const port: FakePort = {
    url: '',
    requests: [],
    store: new Map(blueprints.map((name) => [name, new Map()])),
    integrations: new Map(),
    blueprints: new Map(blueprints.map((name) => [name, { identifier: name }])),
    script: undefined,
    tokens: 0,
    tokenSeconds: 3_600,
    to: (end) => port.requests.filter((request) => request.path.endsWith(end)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  const server = createServer((request, response) => {
    void handle(port, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: number } = server.address() as AddressInfo;
  return Object.assign(port, { url: `http://127.0.0.1:${number.toString()}` });
}

async function handle(port: FakePort, request: IncomingMessage, response: ServerResponse) {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const url = new URL(request.url ?? '/', 'http://fake');
  const received: Received = {
    method: request.method ?? '',
    path: url.pathname.replace(/^\/v1/, ''),
    query: url.searchParams,
    headers: request.headers,
    text,
    body: text === '' ? undefined : JSON.parse(text),
  };
  port.requests.push(received);
  const answer = (await port.script?.(received)) ?? plainAnswer(port, received);
  if (answer.cut === 'before') {
    request.socket.destroy();
    return;
  }
  const body = answer.raw ?? (answer.body === undefined ? '' : JSON.stringify(answer.body));
  response.writeHead(answer.status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...answer.headers,
  });
  if (answer.cut === 'middle') {
    response.write(body.slice(0, Math.ceil(body.length / 2)), () => request.socket.destroy());
    return;
  }
  response.end(body);
}

function plainAnswer(port: FakePort, request: Received): Answer {
  const { method, path } = request;
  if (path === '/auth/access_token') {
    port.tokens += 1;
    const accessToken = `token-${port.tokens.toString()}-abcdef`;
    return {
      status: 200,
      body: { ok: true, accessToken, expiresIn: port.tokenSeconds, tokenType: 'Bearer' },
    };
  }
  if (path === '/entities/search') return search(port, request);
  const [, top, name, ...rest] = path.split('/').map(decodeURIComponent);
  if (top === 'blueprints') return blueprintAnswer(port, request, name, rest);
  if (top === 'integration') return integrationAnswer(port, request, name, rest);
  return {
    status: 404,
    body: { ok: false, error: 'not_found', message: `no route ${method} ${path}` },
  };
}

function blueprintAnswer(
  port: FakePort,
  request: Received,
  name: string | undefined,
  rest: string[],
): Answer {
  const { method, body } = request;
  if (name === undefined) {
    if (method === 'GET')
      return { status: 200, body: { ok: true, blueprints: [...port.blueprints.values()] } };
    if (port.blueprints.has(body.identifier))
      return { status: 409, body: { ok: false, error: 'identifier_taken' } };
    port.blueprints.set(body.identifier, body);
    port.store.set(body.identifier, new Map());
    return { status: 201, body: { ok: true, blueprint: body } };
  }
  if (name === 'entities' && rest[0] === 'datasource-entities') {
    const all = [...port.store].flatMap(([blueprint, entities]) =>
      [...entities.keys()].map((identifier) => ({ blueprint, identifier })),
    );
    const from = Number(body.from ?? 0);
    const limit = Number(body.limit);
    const next = from + limit < all.length ? { next: String(from + limit) } : {};
    return { status: 200, body: { ok: true, entities: all.slice(from, from + limit), ...next } };
  }
  const entities = port.store.get(name);
  if (entities === undefined) {
    return {
      status: 404,
      body: {
        ok: false,
        error: 'not_found',
        message: `Blueprint with identifier "${name}" was not found`,
        details: { resource: 'Blueprint', withValue: name },
      },
    };
  }
  const route = `${method} ${rest.join('/')}`;
  if (route === 'GET ')
    return { status: 200, body: { ok: true, blueprint: port.blueprints.get(name) } };
  if (route === 'PATCH ') {
    const blueprint: Json = { ...port.blueprints.get(name), ...body };
    port.blueprints.set(name, blueprint);
    return { status: 200, body: { ok: true, blueprint } };
  }
  if (route === 'POST entities/bulk') {
    const written = (body.entities as Json[]).map((entity, index) => {
      const created = !entities.has(entity.identifier);
      entities.set(entity.identifier, entity);
      return { created, identifier: entity.identifier, index };
    });
    return { status: 200, body: { ok: true, entities: written, errors: [] } };
  }
  if (route === 'POST bulk/entities/delete') {
    const deletedEntities = (body.entities as string[]).filter((id) => entities.delete(id));
    return { status: 200, body: { ok: true, deletedEntities } };
  }
  if (method === 'DELETE' && rest[0] === 'entities' && rest[1] !== undefined) {
    return entities.delete(rest[1])
      ? { status: 200, body: { ok: true } }
      : { status: 404, body: { ok: false, error: 'not_found', message: 'Entity was not found' } };
  }
  return { status: 404, body: { ok: false, error: 'not_found', message: 'no such route' } };
}

function integrationAnswer(
  port: FakePort,
  request: Received,
  name: string | undefined,
  rest: string[],
): Answer {
  const { method, body } = request;
  if (name === undefined && method === 'POST') {
    port.integrations.set(body.installationId, body);
    return { status: 201, body: { ok: true, integration: body } };
  }
  const integration = port.integrations.get(name ?? '');
  if (integration === undefined) {
    return {
      status: 404,
      body: { ok: false, error: 'not_found', message: 'Integration was not found' },
    };
  }
  if (method === 'PATCH') {
    if (rest[0] === 'config') integration.config = body.config;
    else if (rest[0] === 'resync-state') integration.resyncState = body;
    else Object.assign(integration, body);
  }
  return { status: 200, body: { ok: true, integration } };
}

/** Understands `and` of `=` rules on $identifier, $blueprint and properties. */
function search(port: FakePort, request: Received): Answer {
  const rules = request.body.rules as Json[];
  const hits: Json[] = [];
  for (const [blueprint, entities] of port.store) {
    for (const [identifier, entity] of entities) {
      const holds = rules.every((rule) => {
        if (rule.property === '$blueprint') return rule.value === blueprint;
        if (rule.property === '$identifier') return rule.value === identifier;
        return entity.properties?.[rule.property] === rule.value;
      });
      if (holds) hits.push({ blueprint, identifier });
    }
  }
  return { status: 200, body: { ok: true, entities: hits } };
}

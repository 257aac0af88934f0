import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { AddressInfo } from 'node:net';
import { EnvironmentError } from '../errors/environment-error.js';
import { holdsToken, namesThisMachine, requireTokenBeyondLoopback } from './access.js';
import { CONTENT_SECURITY_POLICY, DASHBOARD } from './dashboard.js';
import type { StatusSnapshot } from './status.js';

export interface WebOptions {
  /** Address to listen on. Without a token only one of this machine. */
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Asked for as `Authorization: Bearer …` for status and metrics; at least 16 characters. */
  readonly token?: string;
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
  readonly status: () => StatusSnapshot;
  readonly log: WebLog;
}

/** As much of a logger as is needed. */
export interface WebLog {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface Web {
  /** Where it is served, e.g. `http://127.0.0.1:8414`. */
  readonly url: string;
  close(): Promise<void>;
}

/** What every answer says: no frames, no guessing of types, nothing kept, nothing loaded from elsewhere. */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/**
 * Serves `/healthz`, `/readyz`, `/metrics`, `/api/status` and the dashboard at `/`. Health and the
 * dashboard's empty page are open; what the engine says needs the token, where there is one. Throws a
 * ConfigError for an address that needs a token, an EnvironmentError where the address can't be had.
 */
export async function startWeb(options: WebOptions): Promise<Web> {
  const { host, port, token } = options;
  requireTokenBeyondLoopback(host, token);
  const server = fastify({ logger: false, bodyLimit: 1_024, forceCloseConnections: true });
  addGuards(server, token);
  addRoutes(server, options);
  try {
    await server.listen({ host, port });
  } catch (error) {
    await server.close();
    throw listenError(error, host, port);
  }
  const { port: bound } = server.server.address() as AddressInfo;
  const url = `http://${host.includes(':') ? `[${host.replace(/^\[|\]$/g, '')}]` : host}:${bound.toString()}`;
  options.log.info({ url }, 'serving dashboard, status and metrics');
  return { url, close: () => server.close() };

  function addGuards(guarded: FastifyInstance, secret: string | undefined): void {
    guarded.addHook('onRequest', async (request, reply) => {
      reply.headers(HEADERS);
      if (secret === undefined && !namesThisMachine(request.headers.host)) {
        await reply.code(403).send({ error: 'the Host header does not name this machine' });
      }
    });
    guarded.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'not found' }));
    guarded.setErrorHandler((error, request, reply) => {
      const status = (error as { statusCode?: number }).statusCode ?? 500;
      if (status < 500) return reply.code(status).send({ error: 'bad request' });
      options.log.error(
        { err: error, path: request.routeOptions.url },
        'a page could not be served',
      );
      return reply.code(500).send({ error: 'internal error' });
    });
  }
}

function addRoutes(server: FastifyInstance, { token, metrics, status }: WebOptions): void {
  const onRequest = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (reply.sent || token === undefined) return;
    if (holdsToken(request.headers.authorization, token)) return;
    await reply
      .code(401)
      .header('www-authenticate', 'Bearer realm="sluice"')
      .send({ error: 'a bearer token is needed' });
  };
  server.get('/healthz', () => ({ status: 'ok' }));
  server.get('/readyz', (_request, reply) => {
    const { phase } = status();
    return reply.code(phase === 'resync' || phase === 'idle' ? 200 : 503).send({ status: phase });
  });
  server.get('/metrics', { onRequest }, async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.text()),
  );
  server.get('/api/status', { onRequest }, () => status());
  server.get('/', (_request, reply) => reply.type('text/html; charset=utf-8').send(DASHBOARD));
}

function listenError(error: unknown, host: string, port: number): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  const where = `${host}:${port.toString()}`;
  const hint = 'Give another address with --http HOST:PORT, or leave it out with --no-http.';
  if (code === 'EADDRINUSE') {
    return new EnvironmentError(`${where} is in use by another process`, {
      code: 'web.port-in-use',
      hint,
      cause: error,
    });
  }
  return new EnvironmentError(`the web server can't listen on ${where}: ${message}`, {
    code: 'web.address',
    hint,
    cause: error,
  });
}

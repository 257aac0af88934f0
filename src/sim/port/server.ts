import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultEffect } from '../faults.js';
import { send, sendHalf, serve, type Loopback } from '../loopback.js';
import { PortRefusal, type PortAnswer } from './answer.js';
import type { SimPort } from './port.js';
import { findRoute } from './routes.js';

const MAX_BODY_BYTES = 1024 * 1024;

/** Serves the simulated Port's API under `/v1`. */
export function servePort(sim: SimPort, port: number): Promise<Loopback> {
  return serve((request, response, body) => answer(sim, request, response, body), port);
}

async function answer(
  sim: SimPort,
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://port');
  const method = request.method ?? 'GET';
  const path = url.pathname.startsWith('/v1/') ? url.pathname.slice(3) : '';
  sim.counters.add('requests');
  if (sim.latencyMs > 0) await sleep(sim.latencyMs);
  const headers: Record<string, string> = { 'content-type': 'application/json; charset=utf-8' };
  const effects = sim.faults.take(callOf(method, path));
  for (const effect of effects) if (effect.type === 'latency') await sleep(effect.ms);
  if (effects.some((effect) => effect.type === 'reset' && effect.applied !== true)) {
    response.destroy();
    return;
  }
  let result: PortAnswer;
  try {
    result =
      fault(effects) ?? run(sim, { request, method, path, query: url.searchParams, body, headers });
  } catch (error) {
    if (!(error instanceof PortRefusal)) throw error;
    result = error.answer();
  }
  sim.counters.add(`status.${result.status}`);
  finish(response, result, { ...headers, ...result.headers }, effects);
}

interface Incoming {
  readonly request: IncomingMessage;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Buffer;
  /** Rate-limit headers are added to it. */
  readonly headers: Record<string, string>;
}

function run(sim: SimPort, incoming: Incoming): PortAnswer {
  const { request, method, path, query, body, headers } = incoming;
  const { route, parts } = findRoute(method, path, query);
  sim.counters.add(`${method} /${route.segments.join('/')}`);
  const { headers: limits, refused, retryAfter } = sim.limiter.count(route.limit);
  Object.assign(headers, limits);
  if (refused !== undefined) {
    headers['retry-after'] = String(retryAfter);
    throw refused;
  }
  if (path !== '/auth/access_token') sim.tokens.check(request.headers.authorization);
  if (body.length > MAX_BODY_BYTES)
    throw new PortRefusal(
      413,
      'payload_too_large',
      `Request body is larger than ${MAX_BODY_BYTES} bytes`,
    );
  return route.run({
    port: sim,
    parts,
    query,
    body: parseBody(request, body),
    bodyBytes: body.length,
    userAgent: request.headers['user-agent'] ?? '',
  });
}

function parseBody(request: IncomingMessage, body: Buffer): unknown {
  if (body.length === 0) return undefined;
  if (!(request.headers['content-type'] ?? '').startsWith('application/json')) {
    throw new PortRefusal(415, 'unsupported_media_type', 'Content-Type must be application/json');
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new PortRefusal(400, 'bad_request', 'Body is not valid JSON');
  }
}

/** The answer that faults put in the place of the real one. */
function fault(effects: readonly FaultEffect[]): PortAnswer | undefined {
  for (const effect of effects) {
    if (effect.type === 'throttle') {
      const body = { ok: false, error: 'rate_limit_exceeded', message: 'Too many requests' };
      return {
        status: 429,
        body,
        headers: { 'retry-after': String(effect.retryAfterSeconds ?? 1) },
      };
    }
    if (effect.type === 'accessDenied')
      return new PortRefusal(403, 'forbidden', 'You are not allowed to do this').answer();
    if (effect.type === 'error')
      return new PortRefusal(
        effect.status,
        effect.code,
        effect.message ?? `${effect.code} by fault`,
      ).answer();
    if (effect.type === 'empty')
      return { status: 200, body: { ok: true, entities: [], next: null } };
  }
  return undefined;
}

function finish(
  response: ServerResponse,
  result: PortAnswer,
  headers: Record<string, string>,
  effects: readonly FaultEffect[],
): void {
  const body = JSON.stringify(result.body);
  const ending = effects.find(
    ({ type }) => type === 'reset' || type === 'malformed' || type === 'cut',
  );
  if (ending?.type === 'reset') response.destroy();
  else if (ending?.type === 'malformed') send(response, 200, headers, '<html>not json');
  else if (ending?.type === 'cut') sendHalf(response, result.status, headers, body);
  else send(response, result.status, headers, body);
}

/** What faults are matched against: the operation is `METHOD /path` without `/v1`. */
function callOf(
  method: string,
  path: string,
): { service: string; operation: string; blueprint?: string; identifier?: string } {
  const [, blueprint, , identifier] =
    /^\/blueprints\/([^/]+)(\/entities\/([^/]+)$)?/.exec(path) ?? [];
  return {
    service: 'port',
    operation: `${method} ${path}`,
    ...(blueprint !== undefined && { blueprint }),
    ...(identifier !== undefined && { identifier: safeDecode(identifier) }),
  };
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

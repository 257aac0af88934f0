import fastify from 'fastify';
import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LetterDesk, LetterQuery } from '../pipeline/letter-desk.js';
import type { Tap } from '../pipeline/tap.js';
import type { WebLog } from './start-web.js';

/** The socket's name within the state directory. */
const SOCKET = 'control.sock';
/** Longest path that a socket can have on every platform that Node runs on. */
const LONGEST_PATH = 100;
/** Lines that a slow reader of the tap may be behind before it misses some. */
const TAP_BUFFER_BYTES = 1024 * 1024;

/** Where the engine of a state directory listens; undefined where a socket can't have so long a path. */
export function controlSocket(stateDir: string): string | undefined {
  const path = join(stateDir, SOCKET);
  return Buffer.byteLength(path) <= LONGEST_PATH ? path : undefined;
}

export interface ControlOptions {
  /** The state directory; its lock is held. */
  readonly stateDir: string;
  readonly desk: LetterDesk;
  readonly tap: Tap;
  readonly log: WebLog;
}

/**
 * Serves `tap` and `replay` to the same user, through a socket in the state directory that nobody else
 * can open: `GET /tap` streams a line of JSON for each observation that settles, `POST /letters/list`,
 * `/letters/replay` and `/letters/drop` take a query of dead letters. Returns what ends it.
 */
export async function startControl(options: ControlOptions): Promise<() => Promise<void>> {
  const { stateDir, desk, tap, log } = options;
  const path = controlSocket(stateDir);
  if (path === undefined) {
    log.info(
      { stateDir },
      'the path of the state directory is too long for tap and replay to reach it',
    );
    return () => Promise.resolve();
  }
  const server = fastify({ logger: false, forceCloseConnections: true });
  server.post('/letters/list', (request) => desk.list(queryOf(request.body)));
  server.post('/letters/replay', async ({ body }) => ({ count: await desk.replay(queryOf(body)) }));
  server.post('/letters/drop', async ({ body }) => ({ count: await desk.drop(queryOf(body)) }));
  server.get('/tap', (_, reply) => {
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, { 'content-type': 'application/x-ndjson' });
    raw.flushHeaders();
    const end = tap.listen((tapped) => {
      // A reader that is too slow misses lines; it must not hold up the engine, nor fill its memory.
      if (raw.writableLength < TAP_BUFFER_BYTES) raw.write(`${JSON.stringify(tapped)}\n`);
    });
    raw.on('close', end);
  });
  // Left behind by a process that was killed: the lock says that it is nobody's.
  await rm(path, { force: true });
  await server.listen({ path });
  await chmod(path, 0o600);
  return async () => {
    await server.close();
    await rm(path, { force: true });
  };
}

function queryOf(body: unknown): LetterQuery {
  const { ids, kind, code } = (body ?? {}) as Record<string, unknown>;
  return {
    ...(Array.isArray(ids) && { ids: ids.filter((id) => typeof id === 'string') }),
    ...(typeof kind === 'string' && { kind }),
    ...(typeof code === 'string' && { code }),
  };
}

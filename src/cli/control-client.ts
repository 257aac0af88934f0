import { stat } from 'node:fs/promises';
import { Client } from 'undici';
import { EnvironmentError } from '../errors/environment-error.js';
import { letterDesk } from '../pipeline/letter-desk.js';
import type { LetterDesk, LetterQuery, ShownLetter } from '../pipeline/letter-desk.js';
import { openLetters } from '../pipeline/open-letters.js';
import { controlSocket } from '../web/start-control.js';

/** Asks the engine that runs on a state directory. */
export function controlClient(socketPath: string): Client {
  return new Client('http://sluice', { socketPath, bodyTimeout: 0, headersTimeout: 30_000 });
}

/** The socket of the engine that runs on a state directory; undefined where none answers. */
export async function runningEngine(stateDir: string): Promise<string | undefined> {
  const path = controlSocket(stateDir);
  if (path === undefined) return undefined;
  const isThere = await stat(path).then(
    (found) => found.isSocket(),
    () => false,
  );
  if (!isThere) return undefined;
  const client = controlClient(path);
  try {
    await client.request({ method: 'GET', path: '/' }).then(({ body }) => body.dump());
    return path;
  } catch {
    // Left behind by a process that was killed.
    return undefined;
  } finally {
    await client.close();
  }
}

/**
 * The dead letters of a state directory, through the engine that runs there, or from the state itself
 * where none does. Throws an EnvironmentError where there is no state.
 */
export async function withLetters<T>(
  stateDir: string,
  use: (desk: LetterDesk, isRunning: boolean) => Promise<T>,
): Promise<T> {
  const socket = await runningEngine(stateDir);
  if (socket !== undefined) {
    const client = controlClient(socket);
    try {
      return await use(remoteDesk(client), true);
    } finally {
      await client.close();
    }
  }
  const isThere = await stat(stateDir).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isThere) {
    throw new EnvironmentError(`there is no state in ${stateDir}`, {
      code: 'state.missing',
      hint: 'Name the directory that `sluice run` was given with --state.',
    });
  }
  const { state, close } = await openLetters(stateDir);
  try {
    return await use(letterDesk(state), false);
  } finally {
    await close();
  }
}

function remoteDesk(client: Client): LetterDesk {
  const ask = async <T>(path: string, query: LetterQuery): Promise<T> => {
    const { statusCode, body } = await client.request({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(query),
    });
    if (statusCode !== 200) {
      const text = await body.text();
      throw new EnvironmentError(`the running engine answered ${statusCode}: ${text}`, {
        code: 'control.refused',
        hint: 'Is it of the same version?',
      });
    }
    return (await body.json()) as T;
  };
  return {
    list: (query) => ask<readonly ShownLetter[]>('/letters/list', query),
    replay: async (query) => (await ask<{ count: number }>('/letters/replay', query)).count,
    drop: async (query) => (await ask<{ count: number }>('/letters/drop', query)).count,
  };
}

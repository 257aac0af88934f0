import { randomBytes } from 'node:crypto';
import { link, open, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { EnvironmentError } from '../errors/environment-error.js';

/*
 * A claim is a file `lock.N` that names its holder's socket; the socket, which the system closes with
 * its process however it ends, proves that the holder lives. The claim with the highest number is the
 * one that counts. A claim is made by a hard link, which fails where the number is taken, so of two
 * processes that find claim N dead only one makes N + 1. The highest claim is never removed, not even on
 * release: a number that could come back would let a slow process claim beside its new holder.
 */
const CLAIM = /^lock\.(\d+)$/;
const MOST_ROUNDS = 20;
/** Longest path of a Unix-domain socket; the shortest limit there is, less its terminator. */
const LONGEST_SOCKET = 100;

interface Claim {
  readonly pid: number;
  /** Name of the holder's socket in the directory. */
  readonly socket: string;
}

/** The right to be the only process that uses a directory. */
export interface DirLock {
  release(): Promise<void>;
}

/**
 * Takes the lock of a directory. Throws an EnvironmentError `state.locked` that names the process that
 * holds it; the lock of a process that was killed is taken over.
 */
export async function lockDir(dir: string): Promise<DirLock> {
  const socket = `lock-${randomBytes(6).toString('hex')}.sock`;
  const server = await listen(dir, socket);
  const draft = join(dir, `${socket}.claim`);
  try {
    const claim: Claim = { pid: process.pid, socket };
    await writeFile(draft, JSON.stringify(claim), { mode: 0o600 });
    const number = await takeNumber(dir, draft);
    // A rival that cleared up between the birth of our socket and its first listening has removed it.
    if (!(await isAlive(dir, socket))) throw locked(dir, undefined);
    await clearDead(dir, number, socket);
  } catch (error) {
    await close(server, dir, socket);
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return { release: () => close(server, dir, socket) };
}

async function takeNumber(dir: string, draft: string): Promise<number> {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const number = Math.max(0, ...(await claims(dir)));
    const holder = number === 0 ? undefined : await readClaim(dir, number);
    if (holder !== undefined && (await isAlive(dir, holder.socket))) throw locked(dir, holder.pid);
    try {
      await link(draft, join(dir, `lock.${(number + 1).toString()}`));
      return number + 1;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  throw locked(dir, undefined);
}

/** Removes claims below ours and sockets that nobody listens on. */
async function clearDead(dir: string, number: number, own: string): Promise<void> {
  for (const name of await readdir(dir)) {
    const older = CLAIM.exec(name);
    if (older !== null && Number(older[1]) < number) await rm(join(dir, name), { force: true });
    const socket = /^(lock-[0-9a-f]{12}\.sock)(\.claim)?$/.exec(name)?.[1];
    if (socket !== undefined && socket !== own && !(await isAlive(dir, socket))) {
      await rm(join(dir, name), { force: true });
    }
  }
}

async function claims(dir: string): Promise<number[]> {
  return (await readdir(dir)).flatMap((name) => {
    const number = CLAIM.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
}

async function readClaim(dir: string, number: number): Promise<Claim | undefined> {
  try {
    return JSON.parse(await readFile(join(dir, `lock.${number.toString()}`), 'utf8')) as Claim;
  } catch {
    // Cleared by a newer holder meanwhile, or cut by a crash of the machine: no living holder either way.
    return undefined;
  }
}

/** Whether a process listens on a socket. Only a clear no counts as one. */
async function isAlive(dir: string, socket: string): Promise<boolean> {
  return withShortPath(
    dir,
    socket,
    (path) =>
      new Promise((resolve) => {
        const probe = connect(path);
        probe.once('connect', () => {
          probe.destroy();
          resolve(true);
        });
        probe.once('error', ({ code }: NodeJS.ErrnoException) =>
          resolve(code !== 'ECONNREFUSED' && code !== 'ENOENT' && code !== 'ENOTSOCK'),
        );
      }),
  );
}

async function listen(dir: string, socket: string): Promise<Server> {
  const server = createServer((probe) => probe.destroy());
  await withShortPath(
    dir,
    socket,
    (path) =>
      new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(path, () => resolve());
      }),
  );
  server.unref();
  return server;
}

async function close(server: Server, dir: string, socket: string): Promise<void> {
  await new Promise<void>((resolve) => server.close(() => resolve()));
  await unlink(join(dir, socket)).catch(() => undefined);
}

/** Gives `use` a path to a file of the directory that is short enough for a socket. */
async function withShortPath<T>(
  dir: string,
  name: string,
  use: (path: string) => Promise<T>,
): Promise<T> {
  const path = join(dir, name);
  if (Buffer.byteLength(path) <= LONGEST_SOCKET) return use(path);
  if (process.platform !== 'linux') {
    throw new EnvironmentError(`the path of the state directory is too long: ${dir}`, {
      code: 'state.path-too-long',
      hint: 'Give a shorter one with --state.',
    });
  }
  const handle = await open(dir, 'r');
  try {
    return await use(`/proc/self/fd/${handle.fd.toString()}/${name}`);
  } finally {
    await handle.close();
  }
}

function locked(dir: string, pid: number | undefined): EnvironmentError {
  const who = pid === undefined ? 'another process' : `process ${pid.toString()}`;
  return new EnvironmentError(`the state directory ${dir} is in use by ${who}`, {
    code: 'state.locked',
    hint: 'Stop it first, or give this one a --state directory of its own.',
  });
}

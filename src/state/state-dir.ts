import { chmod, mkdir, readdir, readFile, rename, statfs, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { EnvironmentError } from '../errors/environment-error.js';
import { corrupt } from './corrupt.js';
import { writeError } from './write-error.js';

/** The format that this program writes. */
export const FORMAT = 1;

/** What tells a state directory from any other: a small JSON file `{format}`. */
const FORMAT_FILE = 'sluice-state.json';
/** Names that a directory may hold and yet count as empty. */
const NOBODYS = /^(lost\+found|\.DS_Store|sluice-state\.json\..*)$/;

/** File systems on which memory maps and locks do not hold between machines, by statfs type (Linux). */
const NETWORK_FILE_SYSTEMS = new Map([
  [0x6969, 'NFS (or EFS)'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x517b, 'SMB'],
  [0x01021997, '9P'],
  [0x5346414f, 'AFS'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
]);

/** Brings a state directory of one format to the next one. */
export type FormatStep = (dir: string) => Promise<void>;

export interface StateDirOptions {
  /** The newest format that is understood; default {@link FORMAT}. */
  readonly format?: number;
  /** Steps from older formats, by the format that they start from. */
  readonly steps?: ReadonlyMap<number, FormatStep>;
  /** The type of the file system at a path, as statfs gives it. */
  readonly fileSystem?: (path: string) => Promise<number>;
}

/** Finds a directory fit to hold state, or makes it; touches nothing in one that is not ours. */
export async function prepareStateDir(dir: string, options: StateDirOptions = {}): Promise<void> {
  const { fileSystem = async (path) => (await statfs(path)).type } = options;
  try {
    const names = await namesIn(dir);
    const network = NETWORK_FILE_SYSTEMS.get((await fileSystem(await existing(dir))) >>> 0);
    if (network !== undefined) throw networkError(dir, network);
    if (names !== undefined && !names.includes(FORMAT_FILE)) refuseForeign(dir, names);
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await chmod(dir, 0o700);
    if (names?.includes(FORMAT_FILE) !== true) await writeFormat(dir, options.format ?? FORMAT);
  } catch (error) {
    throw dirError(dir, error);
  }
}

/**
 * Refuses a format that is newer than this program, and brings an older one up. Call it with the lock
 * held.
 */
export async function upgradeFormat(dir: string, options: StateDirOptions = {}): Promise<void> {
  const { format = FORMAT, steps = new Map<number, FormatStep>() } = options;
  let found = await readFormat(dir);
  if (found > format) {
    throw new EnvironmentError(
      `the state in ${dir} has format ${found.toString()}, and this version of Sluice knows formats up to ${format.toString()}`,
      {
        code: 'state.newer-format',
        hint: 'Use the version of Sluice that wrote it, or another --state directory.',
      },
    );
  }
  for (; found < format; found++) {
    const step = steps.get(found);
    if (step === undefined) {
      throw corrupt(join(dir, FORMAT_FILE), `format ${found.toString()} is unknown`);
    }
    await step(dir);
    await writeFormat(dir, found + 1);
  }
}

async function readFormat(dir: string): Promise<number> {
  const file = join(dir, FORMAT_FILE);
  const text = await readFile(file, 'utf8');
  try {
    const { format } = JSON.parse(text) as { format?: unknown };
    if (typeof format === 'number' && Number.isInteger(format)) return format;
  } catch {
    // Said below: whatever it is, it is no format.
  }
  throw corrupt(file, 'it does not say the format of the state');
}

async function writeFormat(dir: string, format: number): Promise<void> {
  const file = join(dir, FORMAT_FILE);
  const draft = `${file}.${process.pid.toString()}`;
  await writeFile(draft, JSON.stringify({ format }) + '\n', { mode: 0o600 });
  await rename(draft, file);
}

async function namesIn(dir: string): Promise<string[] | undefined> {
  try {
    return await readdir(dir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The directory, or the nearest one above it that exists. */
async function existing(dir: string): Promise<string> {
  let path = resolve(dir);
  while ((await namesIn(path)) === undefined) path = dirname(path);
  return path;
}

function refuseForeign(dir: string, names: readonly string[]): void {
  const foreign = names.filter((name) => !NOBODYS.test(name));
  if (foreign.length === 0) return;
  const some = foreign.slice(0, 3).join(', ');
  throw new EnvironmentError(
    `${dir} is not a state directory of Sluice: it holds ${some}${foreign.length > 3 ? ', …' : ''}`,
    { code: 'state.foreign', hint: 'Give an empty or a new directory with --state.' },
  );
}

function networkError(dir: string, name: string): EnvironmentError {
  return new EnvironmentError(`${dir} is on a network file system (${name})`, {
    code: 'state.network-file-system',
    hint: 'The state needs a local disk. Give a directory on one with --state; starting without state loses nothing.',
  });
}

function dirError(dir: string, error: unknown): EnvironmentError {
  if (error instanceof EnvironmentError) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return writeError(error);
  const reason =
    code === 'ENOTDIR' || code === 'EEXIST'
      ? 'it is not a directory'
      : code === 'EACCES' || code === 'EPERM'
        ? 'permission is denied'
        : code === 'EROFS'
          ? 'the file system is read-only'
          : (error as Error).message;
  return new EnvironmentError(`the state directory ${dir} can't be used: ${reason}`, {
    code: 'state.unwritable',
    hint: 'Give a directory that this user may write with --state.',
    cause: error,
  });
}

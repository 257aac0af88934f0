import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checkDataFile } from './data-file.js';
import { corrupt } from './corrupt.js';
import { lockDir } from './dir-lock.js';
import { LmdbStore, type StoreLimits } from './lmdb-store.js';
import { LmdbTables } from './lmdb-tables.js';
import { prepareStateDir, upgradeFormat, type StateDirOptions } from './state-dir.js';
import type { StateStore } from './state-store.js';
import { writeError } from './write-error.js';

const DATA = 'state.mdb';

export interface OpenLmdbOptions extends StateDirOptions, Partial<StoreLimits> {
  /** The state directory; made where there is none. */
  readonly dir: string;
}

/** A store that a copy can be made of. */
export interface DurableStore extends StateStore {
  /** Copies everything committed so far into a new state directory, which can be opened as one. */
  backupTo(dir: string): Promise<void>;
}

/**
 * Opens the durable store in a directory and takes its lock. Throws an EnvironmentError, and has
 * changed nothing, where the directory is in use (`state.locked`), not ours (`state.foreign`), on a
 * network file system (`state.network-file-system`), of a newer format (`state.newer-format`), damaged
 * (`state.corrupt`) or not writable (`state.unwritable`, `state.disk-full`).
 */
export async function openLmdbStore(options: OpenLmdbOptions): Promise<DurableStore> {
  const { dir, foldAt = 8_000 } = options;
  await prepareStateDir(dir, options);
  const lock = await lockDir(dir).catch((error: unknown) => {
    throw writeError(error);
  });
  try {
    await upgradeFormat(dir, options);
    const tables = await openTables(join(dir, DATA));
    const store = new LmdbStore(tables, { foldAt }, () => lock.release());
    return Object.assign(store, { backupTo: (target: string) => backupTo(store, target) });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function openTables(file: string): Promise<LmdbTables> {
  await checkDataFile(file);
  try {
    const tables = new LmdbTables(file);
    await Promise.all([chmod(file, 0o600), chmod(`${file}-lock`, 0o600)]);
    return tables;
  } catch (error) {
    if (/MDB_(INVALID|CORRUPTED|VERSION_MISMATCH|PAGE_NOTFOUND|PANIC)/.test(String(error))) {
      throw corrupt(file, error);
    }
    throw writeError(error);
  }
}

async function backupTo(store: LmdbStore, dir: string): Promise<void> {
  await prepareStateDir(dir);
  const lock = await lockDir(dir);
  try {
    const file = join(dir, DATA);
    await rm(file, { force: true });
    await store.backup(file);
    await chmod(file, 0o600);
  } finally {
    await lock.release();
  }
}

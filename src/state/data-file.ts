import { open, type FileHandle } from 'node:fs/promises';
import { corrupt } from './corrupt.js';
import { holdsTrees } from './data-pages.js';

/*
 * LMDB maps its file into memory, so reading past the end of a file that was cut kills the process. What
 * the file must hold is therefore checked before it is mapped. Layout, from LMDB's mdb.c: the first two
 * pages each begin with a header of 24 bytes and a meta record; the one with the higher transaction id
 * is in force.
 */
const MAGIC = 0xbeefc0de;
const VERSION = 2;
const META = 24;
const AT_VERSION = META + 4;
const AT_PAGE_SIZE = META + 24;
const AT_LAST_PAGE = META + 24 + 2 * 48;
const AT_TRANSACTION = AT_LAST_PAGE + 8;
const META_BYTES = AT_TRANSACTION + 8;
const AT_ROOTS = [META + 24 + 40, META + 24 + 48 + 40];

interface Meta {
  readonly pageSize: number;
  readonly lastPage: number;
  readonly transaction: bigint;
  /** Root pages of the two trees that everything hangs from. */
  readonly roots: readonly bigint[];
}

/** Throws an EnvironmentError where a data file was cut or is not LMDB's. A missing file is well. */
export async function checkDataFile(path: string): Promise<void> {
  let file: FileHandle;
  try {
    file = await open(path, 'r+');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  try {
    await check(path, file);
  } finally {
    await file.close();
  }
}

async function check(path: string, file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  const first = await readMeta(file, 0);
  if (first === undefined) throw corrupt(path, 'it does not begin as a state file does');
  const second = await readMeta(file, first.pageSize);
  if (second === undefined) throw corrupt(path, 'its second page is damaged');
  const meta = second.transaction > first.transaction ? second : first;
  const expected = (meta.lastPage + 1) * meta.pageSize;
  if (size >= expected) return;
  // The last pages may be missing where they are free. LMDB does not read them then; whether that is so
  // takes a walk through all that it could read.
  if (!(await holdsTrees(file, meta.pageSize, meta.roots))) {
    throw corrupt(
      path,
      `it has ${size.toString()} bytes where ${expected.toString()} are expected`,
    );
  }
}

async function readMeta(file: FileHandle, at: number): Promise<Meta | undefined> {
  const bytes = Buffer.alloc(META_BYTES);
  const { bytesRead } = await file.read(bytes, 0, META_BYTES, at);
  if (bytesRead < META_BYTES) return undefined;
  if (bytes.readUInt32LE(META) !== MAGIC || bytes.readUInt32LE(AT_VERSION) !== VERSION) {
    return undefined;
  }
  const pageSize = bytes.readUInt32LE(AT_PAGE_SIZE);
  if (pageSize < 256 || pageSize > 65_536 || (pageSize & (pageSize - 1)) !== 0) return undefined;
  return {
    pageSize,
    lastPage: Number(bytes.readBigUInt64LE(AT_LAST_PAGE)),
    transaction: bytes.readBigUInt64LE(AT_TRANSACTION),
    roots: AT_ROOTS.map((at) => bytes.readBigUInt64LE(at)),
  };
}

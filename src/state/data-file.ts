import { open, type FileHandle } from 'node:fs/promises';
import { corrupt } from './corrupt.js';
import { faultInTrees } from './data-pages.js';

/*
 * LMDB maps its file into memory and trusts it: a file that was cut kills the process, and a damaged page
 * does, or hides what lies below it. All that can be reached is therefore checked before it is mapped (a
 * second for a million records). The file may be shorter than the pages that were ever handed out: the
 * last ones may be free. Layout, from LMDB's mdb.c: the first two
 * pages each begin with a header of 24 bytes and a meta record; the one with the higher transaction id
 * is in force.
 */
const MAGIC = 0xbeefc0de;
const VERSION = 2;
const META = 24;
const AT_VERSION = META + 4;
const AT_PAGE_SIZE = META + 24;
const AT_TRANSACTION = META + 24 + 2 * 48 + 8;
const META_BYTES = AT_TRANSACTION + 8;
const AT_ROOTS = [META + 24 + 40, META + 24 + 48 + 40];

interface Meta {
  readonly pageSize: number;
  readonly transaction: bigint;
  /** Root pages of the two trees that everything hangs from. */
  readonly roots: readonly bigint[];
}

/** Throws an EnvironmentError where a data file was cut or is not LMDB's. A missing file is well. */
export async function checkDataFile(path: string): Promise<void> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
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
  const first = await readMeta(file, 0);
  if (first === undefined) throw corrupt(path, 'it does not begin as a state file does');
  const second = await readMeta(file, first.pageSize);
  if (second === undefined) throw corrupt(path, 'its second page is damaged');
  const meta = second.transaction > first.transaction ? second : first;
  const fault = await faultInTrees(file, meta.pageSize, meta.roots);
  if (fault !== undefined) throw corrupt(path, fault);
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
    transaction: bytes.readBigUInt64LE(AT_TRANSACTION),
    roots: AT_ROOTS.map((at) => bytes.readBigUInt64LE(at)),
  };
}

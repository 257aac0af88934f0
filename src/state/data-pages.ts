import type { FileHandle } from 'node:fs/promises';

/*
 * Layout, from LMDB's mdb.c: a page begins with a header of 24 bytes (its own number at 0, flags at 18,
 * twice the number of its nodes at 20), then the places of its nodes, counted from the end of the header.
 * A node begins with 32 bits (size of its data or, in a branch, the low bits of a page number), 16 bits
 * of flags (the high bits there), and 16 bits of key size; the key and the data follow.
 */
const HEADER = 24;
const AT_FLAGS = 18;
const AT_LOWER = 20;
const NODE = 8;
const BRANCH = 0x01;
const LEAF = 0x02;
const OVERFLOW = 0x04;
/** The data of a node is on pages of its own: page number, transaction id, number of pages. */
const BIG_DATA = 0x01;
/** The data of a node is another tree's record, with its root page in the last 8 of 48 bytes. */
const SUB_TREE = 0x02;
const AT_SUB_ROOT = 40;
const NO_PAGE = 0xffff_ffff_ffff_ffffn;
const TWO_TO_32 = 2 ** 32;
/** Pages are read together where they lie this close. */
const READ_BYTES = 1 << 20;

/** A page that must be there, and how many after it belong to it. */
interface Expected {
  readonly page: number;
  readonly pages: number;
  readonly overflow: boolean;
}

/**
 * Walks everything that can be reached from these roots, a level of the trees at a time. Returns what is
 * wrong with the first page that is not as it must be, and undefined where all are.
 */
export async function faultInTrees(
  file: FileHandle,
  pageSize: number,
  roots: readonly bigint[],
): Promise<string | undefined> {
  const { size } = await file.stat();
  let level: Expected[] = [];
  for (const root of roots) if (root !== NO_PAGE) level.push(treePage(Number(root)));
  while (level.length > 0) {
    level.sort((a, b) => a.page - b.page);
    const missing = level.find(({ page, pages }) => (page + pages) * pageSize > size);
    if (missing !== undefined) return `page ${missing.page.toString()} is missing`;
    const next: Expected[] = [];
    for (const run of runs(level, READ_BYTES / pageSize)) {
      const first = run[0]?.page ?? 0;
      const bytes = Buffer.alloc(((run.at(-1)?.page ?? 0) - first + 1) * pageSize);
      await file.read(bytes, 0, bytes.length, first * pageSize);
      for (const expected of run) {
        const at = (expected.page - first) * pageSize;
        if (!readPage(bytes.subarray(at, at + pageSize), expected, next)) {
          return `page ${expected.page.toString()} is damaged`;
        }
      }
    }
    level = next;
  }
  return undefined;
}

function treePage(page: number): Expected {
  return { page, pages: 1, overflow: false };
}

/** Splits sorted pages where they lie further apart than can be read at once. */
function* runs(level: readonly Expected[], pages: number): Generator<Expected[]> {
  let run: Expected[] = [];
  for (const expected of level) {
    if (run[0] !== undefined && expected.page - run[0].page >= pages) {
      yield run;
      run = [];
    }
    run.push(expected);
  }
  if (run.length > 0) yield run;
}

/** Adds the pages that a page leads to; false where it is not the page that was expected. */
function readPage(bytes: Buffer, expected: Expected, next: Expected[]): boolean {
  if (readNumber(bytes, 0) !== expected.page) return false;
  const flags = bytes.readUInt16LE(AT_FLAGS);
  if (expected.overflow) return (flags & OVERFLOW) !== 0;
  const branch = (flags & BRANCH) !== 0;
  if (!branch && (flags & LEAF) === 0) return false;
  const end = HEADER + bytes.readUInt16LE(AT_LOWER);
  if (end > bytes.length) return false;
  for (let place = HEADER; place < end; place += 2) {
    const node = HEADER + bytes.readUInt16LE(place);
    if (node < end || node + NODE > bytes.length) return false;
    const low = bytes.readUInt32LE(node);
    const kind = bytes.readUInt16LE(node + 4);
    const data = node + NODE + bytes.readUInt16LE(node + 6);
    if (branch) {
      if (data > bytes.length) return false;
      next.push(treePage(low + kind * TWO_TO_32));
    } else if ((kind & BIG_DATA) !== 0) {
      if (data + 24 > bytes.length) return false;
      const page = readNumber(bytes, data);
      next.push({ page, pages: readNumber(bytes, data + 16), overflow: true });
    } else if (data + low > bytes.length) {
      return false;
    } else if ((kind & SUB_TREE) !== 0) {
      if (low < AT_SUB_ROOT + 8) return false;
      const root = bytes.readBigUInt64LE(data + AT_SUB_ROOT);
      if (root !== NO_PAGE) next.push(treePage(Number(root)));
    }
  }
  return true;
}

function readNumber(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * TWO_TO_32;
}

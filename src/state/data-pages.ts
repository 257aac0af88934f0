import type { FileHandle } from 'node:fs/promises';

/*
 * Layout, from LMDB's mdb.c: a page begins with a header of 24 bytes (its flags at 18, twice the number
 * of its nodes at 20), then the places of its nodes, counted from the end of the header. A node begins
 * with 32 bits (size of its data or, in a branch, the low bits of a page number), 16 bits of flags (the
 * high bits there), and 16 bits of key size; the key and the data follow.
 */
const HEADER = 24;
const AT_FLAGS = 18;
const AT_LOWER = 20;
const NODE = 8;
const BRANCH = 0x01;
const LEAF = 0x02;
/** The data of a node is on pages of its own: page number, transaction id, number of pages. */
const BIG_DATA = 0x01;
/** The data of a node is another tree's record, with its root page in the last 8 of 48 bytes. */
const SUB_TREE = 0x02;
const AT_SUB_ROOT = 40;
const NO_PAGE = 0xffff_ffff_ffff_ffffn;

/** Whether the file holds every page that can be reached from these roots, and each is a page of a tree. */
export async function holdsTrees(
  file: FileHandle,
  pageSize: number,
  roots: readonly bigint[],
): Promise<boolean> {
  const { size } = await file.stat();
  const pages = BigInt(Math.floor(size / pageSize));
  const bytes = Buffer.alloc(pageSize);
  const open = [...roots];
  try {
    for (let page = open.pop(); page !== undefined; page = open.pop()) {
      if (page === NO_PAGE) continue;
      if (page >= pages) return false;
      await file.read(bytes, 0, pageSize, Number(page) * pageSize);
      const found = readPage(bytes);
      if (found === undefined || found.ends.some((end) => end > pages)) return false;
      open.push(...found.children);
    }
  } catch (error) {
    // A number that points out of its page.
    if (error instanceof RangeError) return false;
    throw error;
  }
  return true;
}

/** Pages that a page leads to, and where its big data end; undefined where it is no page of a tree. */
function readPage(bytes: Buffer): { children: bigint[]; ends: bigint[] } | undefined {
  const flags = bytes.readUInt16LE(AT_FLAGS);
  const branch = (flags & BRANCH) !== 0;
  if (!branch && (flags & LEAF) === 0) return undefined;
  const children: bigint[] = [];
  const ends: bigint[] = [];
  const nodes = bytes.readUInt16LE(AT_LOWER) >> 1;
  for (let i = 0; i < nodes; i++) {
    const node = HEADER + bytes.readUInt16LE(HEADER + i * 2);
    const low = BigInt(bytes.readUInt32LE(node));
    const kind = bytes.readUInt16LE(node + 4);
    const data = node + NODE + bytes.readUInt16LE(node + 6);
    if (branch) children.push(low | (BigInt(kind) << 32n));
    else if ((kind & BIG_DATA) !== 0) {
      ends.push(bytes.readBigUInt64LE(data) + bytes.readBigUInt64LE(data + 16));
    } else if ((kind & SUB_TREE) !== 0) children.push(bytes.readBigUInt64LE(data + AT_SUB_ROOT));
  }
  return { children, ends };
}

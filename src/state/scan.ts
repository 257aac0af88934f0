import type { RangeOptions } from './state-store.js';
import { compareStored, storedHead, toStoredKey } from './stored-key.js';

/** A value with its full key, which the stored key may only begin. */
export interface Entry {
  readonly key: string;
  readonly value: unknown;
}

/** Where a chunk of a scan begins and what it may hold. */
export interface ChunkRequest {
  readonly start: string;
  /** Whether the chunk begins after `start`. */
  readonly exclusive: boolean;
  /** What every stored key of the chunk begins with. */
  readonly head: string;
  readonly limit: number;
}

/** Reads the next entries in stored order; fewer than `limit` only where the range ends. */
export type ReadChunk = (request: ChunkRequest) => (readonly [stored: string, entry: Entry])[];

const FIRST_CHUNK = 16;
const LARGEST_CHUNK = 256;

/**
 * Walks a range a chunk at a time, so that nothing (no cursor, no read snapshot) is held open while
 * the caller works, and so that the caller may write meanwhile.
 */
export function* scan<T>(
  options: RangeOptions,
  readChunk: ReadChunk,
): Generator<readonly [key: string, value: T]> {
  const { prefix = '', after, limit = Infinity } = options;
  const head = storedHead(prefix);
  const from = after === undefined ? head : toStoredKey(after);
  const beforeHead = after === undefined || compareStored(from, head) < 0;
  let start = beforeHead ? head : from;
  let exclusive = !beforeHead;
  let left = limit;
  let size = Math.min(FIRST_CHUNK, Math.max(1, limit));
  while (left > 0) {
    const chunk = readChunk({ start, exclusive, head, limit: size });
    for (const [, entry] of chunk) {
      if (after !== undefined && entry.key === after) continue;
      if (!entry.key.startsWith(prefix)) continue;
      yield [entry.key, entry.value as T];
      left -= 1;
      if (left <= 0) return;
    }
    const last = chunk.at(-1);
    if (last === undefined || chunk.length < size) return;
    start = last[0];
    exclusive = true;
    size = Math.min(size * 4, LARGEST_CHUNK);
  }
}

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
  /** How many entries are wanted; a chunk may hold fewer and yet not be the last. */
  readonly limit: number;
  /** Values are not wanted: they may be undefined. */
  readonly keysOnly?: boolean;
}

/** Some entries of a range in stored order, and where it goes on. */
export interface Chunk {
  readonly entries: readonly (readonly [stored: string, entry: Entry])[];
  /** The stored key that the next chunk begins after; undefined where the range ends. */
  readonly next: string | undefined;
}

const FIRST_CHUNK = 16;
const LARGEST_CHUNK = 256;

/**
 * Walks a range a chunk at a time, so that nothing (no cursor, no read snapshot) is held open while
 * the caller works, and so that the caller may write meanwhile.
 */
export function* scan<T>(
  options: RangeOptions,
  readChunk: (request: ChunkRequest) => Chunk,
): Generator<readonly [key: string, value: T]> {
  const { prefix = '', after, limit = Infinity, keysOnly = false } = options;
  const head = storedHead(prefix);
  const from = after === undefined ? head : toStoredKey(after);
  const beforeHead = after === undefined || compareStored(from, head) < 0;
  let start = beforeHead ? head : from;
  let exclusive = !beforeHead;
  let left = limit;
  let size = Math.min(FIRST_CHUNK, Math.max(1, limit));
  while (left > 0) {
    const { entries, next } = readChunk({ start, exclusive, head, limit: size, keysOnly });
    for (const [, entry] of entries) {
      if (after !== undefined && entry.key === after) continue;
      if (!entry.key.startsWith(prefix)) continue;
      yield [entry.key, entry.value as T];
      left -= 1;
      if (left <= 0) return;
    }
    if (next === undefined) return;
    start = next;
    exclusive = true;
    size = Math.min(size * 4, LARGEST_CHUNK);
  }
}

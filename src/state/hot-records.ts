import { LRUCache } from 'lru-cache';

/** Beside its strings: the objects, the list and the cache's own links. */
const OVERHEAD_BYTES = 200;

/** Records that were read lately, bounded by number and by estimated bytes. */
export class HotRecords {
  readonly #cache: LRUCache<string, object>;

  constructor(entries: number, bytes: number) {
    this.#cache = new LRUCache<string, object>({
      max: Math.max(1, entries),
      maxSize: Math.max(1, bytes),
      sizeCalculation: (value, key) => OVERHEAD_BYTES + key.length + weigh(value),
    });
  }

  get(stored: string): unknown {
    return this.#cache.get(stored);
  }

  add(stored: string, value: unknown): void {
    if (typeof value === 'object' && value !== null) this.#cache.set(stored, value);
  }

  drop(stored: string): void {
    if (this.#cache.size > 0) this.#cache.delete(stored);
  }
}

/** Bytes that a value holds in memory, roughly. */
function weigh(value: unknown): number {
  if (typeof value === 'string') return value.length + 16;
  if (typeof value !== 'object' || value === null) return 8;
  let bytes = 32;
  for (const part of Object.values(value)) bytes += weigh(part);
  return bytes;
}

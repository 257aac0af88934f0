import type { Tick } from '../model/observation.js';

/**
 * Remembers, for each resource that was lately observed, the start of its newest observation, so that
 * an older one, whenever it arrives, is known as outdated.
 *
 * A memory is kept as long as any observation that started earlier may still arrive or is in flight
 * (the low mark), and no longer: its size follows what is in flight, not how many resources there are.
 */
export class FenceMemory {
  readonly #newest = new Map<string, Tick>();
  /** Settled memories in the order of settling, each waiting for the low mark to pass its tick. */
  #cooling: { id: string; tick: Tick }[] = [];
  #next = 0;
  readonly #low: () => Tick;

  /** @param low start of the oldest observation that may still arrive or settle */
  constructor(low: () => Tick) {
    this.#low = low;
  }

  get size(): number {
    return this.#newest.size;
  }

  /** Lets an observation in unless a newer one of the same resource was let in before. */
  admit(id: string, tick: Tick): boolean {
    const newest = this.#newest.get(id);
    if (newest !== undefined && newest > tick) return false;
    this.#newest.set(id, tick);
    return true;
  }

  /** Whether no newer observation was let in since. */
  isNewest(id: string, tick: Tick): boolean {
    const newest = this.#newest.get(id);
    return newest === undefined || newest <= tick;
  }

  /** An observation settled: its memory may go once nothing older is outstanding. */
  settled(id: string, tick: Tick): void {
    this.#cooling.push({ id, tick });
    this.#forget();
  }

  #forget(): void {
    const low = this.#low();
    while (this.#next < this.#cooling.length) {
      const { id, tick } = this.#cooling[this.#next]!;
      if (tick >= low) break;
      if (this.#newest.get(id) === tick) this.#newest.delete(id);
      this.#next += 1;
    }
    // Shifting one by one would be quadratic: drop the spent half at once.
    if (this.#next > 1024 && this.#next * 2 > this.#cooling.length) {
      this.#cooling = this.#cooling.slice(this.#next);
      this.#next = 0;
    }
  }
}

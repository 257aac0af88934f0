import type { Tick } from '../model/observation.js';

/**
 * Which observations may still arrive or settle: requests on the wire and flights, counted by the
 * tick at which their request started. Its low mark tells what may be forgotten.
 *
 * Ticks are opened in rising order, so the first key of an insertion-ordered Map is the lowest.
 */
export class OutstandingTicks {
  readonly #counts = new Map<Tick, number>();

  /** A request started. */
  open(tick: Tick): void {
    this.add(tick, 1);
  }

  /** `count` flights came of the request that started at `tick` (negative: that many ended). */
  add(tick: Tick, count: number): void {
    const left = (this.#counts.get(tick) ?? 0) + count;
    if (left > 0) this.#counts.set(tick, left);
    else this.#counts.delete(tick);
  }

  /** Start of the oldest that is outstanding; Infinity when nothing is. */
  get low(): Tick {
    for (const tick of this.#counts.keys()) return tick;
    return Number.POSITIVE_INFINITY;
  }

  get size(): number {
    return this.#counts.size;
  }
}

import type { Tick } from '../model/observation.js';
import type { StateStore } from './state-store.js';

const TICKS = 'ticks';
const BLOCK = 1_000_000;

/**
 * The persisted monotonic counter that observations are timed by. Blocks of ticks are reserved ahead
 * and durably, so that `next` is synchronous and no restart, however hard, gives a tick out twice.
 */
export class Ticks {
  readonly #store: StateStore;
  #next: Tick;
  /** Ticks below this one are durably reserved. */
  #reserved: Tick;
  #reserving = false;
  #failure: unknown;

  private constructor(store: StateStore, first: Tick, reserved: Tick) {
    this.#store = store;
    this.#next = first;
    this.#reserved = reserved;
  }

  /** Reserves the first block: ticks go on above everything that any earlier run can have given out. */
  static async open(store: StateStore): Promise<Ticks> {
    const first = store.get<Tick>('meta', TICKS) ?? 1;
    const ticks = new Ticks(store, first, first);
    await ticks.#reserve();
    return ticks;
  }

  /** A tick larger than every one before. Throws only where the state can no longer be written. */
  next(): Tick {
    if (this.#reserved - this.#next < BLOCK / 2 && !this.#reserving) {
      this.#reserve().catch((error: unknown) => (this.#failure = error));
    }
    if (this.#next >= this.#reserved) {
      throw new Error('no ticks are reserved: the state could not be written', {
        cause: this.#failure,
      });
    }
    return this.#next++;
  }

  async #reserve(): Promise<void> {
    this.#reserving = true;
    const reserved = this.#reserved + BLOCK;
    await this.#store.commit([{ op: 'put', table: 'meta', key: TICKS, value: reserved }]);
    this.#reserved = reserved;
    this.#reserving = false;
  }
}

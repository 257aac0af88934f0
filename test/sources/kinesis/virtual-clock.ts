import type { Clock } from '../../../src/sources/kinesis/clock.js';

/** Time that stands still but for waits, which take none of ours; keeps what was waited for. */
export class VirtualClock implements Clock {
  readonly waits: number[] = [];
  #now: number;
  readonly #endlessMs: number;

  /** Waits of `endlessMs` and more end only when they are given up. */
  constructor(now = 1_800_000_000_000, endlessMs = Infinity) {
    this.#now = now;
    this.#endlessMs = endlessMs;
  }

  now(): number {
    return this.#now;
  }

  pass(ms: number): void {
    this.#now += ms;
  }

  async wait(ms: number, signal: AbortSignal): Promise<void> {
    this.waits.push(ms);
    // Lets everything else that is due come first, sockets too.
    await new Promise((resolve) => {
      if (ms < this.#endlessMs) setTimeout(resolve, 1);
      else signal.addEventListener('abort', resolve, { once: true });
    });
    signal.throwIfAborted();
    this.#now += ms;
  }
}

import type { Clock } from './clock.js';

/** A wait that can be ended early; being rung while nobody waits ends the next one at once. */
export class Alarm {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  #isRung = false;
  #waiting: AbortController | undefined;

  constructor(clock: Clock, signal: AbortSignal) {
    this.#clock = clock;
    this.#signal = signal;
  }

  ring(): void {
    this.#isRung = true;
    this.#waiting?.abort();
  }

  /** What was rung for until now has been seen to. */
  reset(): void {
    this.#isRung = false;
  }

  /** Waits for `ms`, or until it is rung. Rejects with the signal's reason when that is aborted. */
  async wait(ms: number): Promise<void> {
    this.#signal.throwIfAborted();
    if (this.#isRung) return;
    const waiting = new AbortController();
    this.#waiting = waiting;
    try {
      await this.#clock.wait(ms, AbortSignal.any([this.#signal, waiting.signal]));
    } catch (error) {
      this.#signal.throwIfAborted();
      if (!waiting.signal.aborted) throw error;
    } finally {
      this.#waiting = undefined;
    }
  }
}

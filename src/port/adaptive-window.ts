import type { Clock } from './clock.js';

/** After a decrease, further signs of the same congestion count for nothing for so long. */
const COOLDOWN_MS = 1_000;

/** Answers slower than this many times the usual, and than this many ms, are a sign of congestion. */
const SLOW_FACTOR = 8;
const SLOW_MS = 2_000;

/**
 * How many requests may be in flight: one more a round of successes, half as many on trouble (429, 5xx,
 * no answer), a fifth fewer when answers become slow. Always between 1 and the maximum.
 */
export class AdaptiveWindow {
  #size: number;
  #inFlight = 0;
  #quietUntil = 0;
  #usualMs: number | undefined;

  constructor(
    private readonly max: number,
    private readonly clock: Clock,
  ) {
    this.#size = Math.min(4, max);
  }

  get size(): number {
    return Math.floor(this.#size);
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get hasRoom(): boolean {
    return this.#inFlight < this.size;
  }

  enter(): void {
    this.#inFlight += 1;
  }

  leave(): void {
    this.#inFlight -= 1;
  }

  succeeded(latencyMs: number): void {
    const usual = Math.min(latencyMs, (this.#usualMs ?? latencyMs) * 1.01);
    this.#usualMs = usual;
    if (latencyMs > SLOW_MS && latencyMs > usual * SLOW_FACTOR) {
      this.#shrink(0.8);
    } else {
      this.#size = Math.min(this.max, this.#size + 1 / this.#size);
    }
  }

  troubled(): void {
    this.#shrink(0.5);
  }

  #shrink(factor: number): void {
    const now = this.clock.now();
    if (now < this.#quietUntil) return;
    this.#quietUntil = now + COOLDOWN_MS;
    this.#size = Math.max(1, this.#size * factor);
  }
}

import { asyncScheduler } from 'rxjs';
import type { SchedulerLike, Subscription } from 'rxjs';

interface Entry<T> {
  readonly value: T;
  readonly dueAt: number;
  cancelled: boolean;
}

/**
 * Deadlines that are all equally far away when they are set, so that the order of setting is the order
 * of passing: one timer serves them all, however many there are.
 */
export class Deadlines<T> {
  readonly #delayMs: number;
  readonly #passed: (value: T) => void;
  readonly #scheduler: SchedulerLike;
  #entries: Entry<T>[] = [];
  #next = 0;
  #timer: Subscription | undefined;

  /** @param passed called with each value whose deadline passes */
  constructor(
    delayMs: number,
    passed: (value: T) => void,
    scheduler: SchedulerLike = asyncScheduler,
  ) {
    this.#delayMs = delayMs;
    this.#passed = passed;
    this.#scheduler = scheduler;
  }

  /** Sets a deadline; returns what takes it back. */
  set(value: T): () => void {
    const entry = { value, dueAt: this.#scheduler.now() + this.#delayMs, cancelled: false };
    this.#entries.push(entry);
    this.#timer ??= this.#scheduler.schedule(() => this.#pass(), this.#delayMs);
    return () => {
      entry.cancelled = true;
    };
  }

  /** Lets every deadline pass now, in order. */
  flush(): void {
    this.#timer?.unsubscribe();
    this.#timer = undefined;
    const left = this.#entries.slice(this.#next);
    this.#entries = [];
    this.#next = 0;
    for (const entry of left) this.#fire(entry);
  }

  /** Drops all deadlines. */
  clear(): void {
    this.#timer?.unsubscribe();
    this.#timer = undefined;
    this.#entries = [];
    this.#next = 0;
  }

  #pass(): void {
    this.#timer = undefined;
    const now = this.#scheduler.now();
    while (this.#next < this.#entries.length) {
      const entry = this.#entries[this.#next]!;
      if (!entry.cancelled && entry.dueAt > now) break;
      this.#next += 1;
      this.#fire(entry);
    }
    if (this.#next >= this.#entries.length) {
      this.#entries = [];
      this.#next = 0;
      return;
    }
    // Shifting one by one would be quadratic: drop the spent half at once.
    if (this.#next > 1_024 && this.#next * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#next);
      this.#next = 0;
    }
    const wait = this.#entries[this.#next]!.dueAt - now;
    // A value whose deadline passed may have set another one, and a timer with it.
    this.#timer ??= this.#scheduler.schedule(() => this.#pass(), wait);
  }

  #fire(entry: Entry<T>): void {
    if (entry.cancelled) return;
    entry.cancelled = true;
    this.#passed(entry.value);
  }
}

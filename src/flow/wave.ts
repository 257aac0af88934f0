import type { Outcome } from '../model/outcome.js';
import type { Flight, FlightGroup } from './flight.js';

/** Flights that were started together, and the promise of their last settling. */
export class Wave implements FlightGroup {
  readonly outcomes = new Map<Outcome, number>();
  #open = 0;
  #waiters: (() => void)[] = [];

  /** Flights (or anything else) that were started and have not settled. */
  get open(): number {
    return this.#open;
  }

  /** `count` more are under way. */
  started(count: number): void {
    this.#open += count;
  }

  settled(_flight: Flight, outcome: Outcome): void {
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
    this.ended();
  }

  /** One that was announced ended without becoming a flight that settles. */
  ended(): void {
    this.#open -= 1;
    if (this.#open > 0) return;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) waiter();
  }

  /** Resolves when nothing is under way; at once where nothing is. */
  idle(): Promise<void> {
    return this.#open <= 0
      ? Promise.resolve()
      : new Promise((resolve) => this.#waiters.push(resolve));
  }
}

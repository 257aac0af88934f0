import type { Flight } from '../flow/flight.js';
import type { Cause } from '../model/observation.js';
import type { Outcome } from '../model/outcome.js';

/** One observation and what became of it. */
export interface Tapped {
  /** Wall clock in ms. */
  readonly at: number;
  readonly kind: string;
  readonly accountId: string;
  readonly region: string;
  readonly identifier: string;
  /** `directive`: nothing was observed; the index was told to let something go. */
  readonly state: 'present' | 'absent' | 'directive';
  readonly cause: Cause;
  readonly outcome: Outcome;
}

/** Tells whoever listens of every observation as it settles. Costs next to nothing while nobody does. */
export class Tap {
  readonly #listeners = new Set<(tapped: Tapped) => void>();

  /** Listens from now on; returns what ends it. */
  listen(listener: (tapped: Tapped) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell({ observation, directive }: Flight, outcome: Outcome): void {
    if (this.#listeners.size === 0) return;
    const { key, state, cause } = observation;
    const tapped: Tapped = {
      at: Date.now(),
      ...key,
      state: directive === undefined ? state : 'directive',
      cause,
      outcome,
    };
    for (const listener of this.#listeners) listener(tapped);
  }
}

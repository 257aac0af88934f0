import type { Clock } from './clock.js';

/** How long an answer is believed. Ms. */
const MEMORY_MS = 60_000;

/**
 * Remembers for a minute which blueprints Port said it does not have, so that a million entities of one
 * don't cost a request each; then one batch asks anew.
 */
export class MissingBlueprints {
  readonly #until = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  add(blueprint: string): void {
    this.#until.set(blueprint, this.clock.now() + MEMORY_MS);
  }

  has(blueprint: string): boolean {
    if (this.#until.size === 0) return false;
    const until = this.#until.get(blueprint);
    if (until === undefined) return false;
    if (this.clock.now() < until) return true;
    this.#until.delete(blueprint);
    return false;
  }
}

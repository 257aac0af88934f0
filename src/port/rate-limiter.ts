import type { Clock } from './clock.js';
import type { RateLimitHeaders } from './rate-limit-headers.js';

/** Calls that share one limit of Port's: everything about entities, and everything else. */
export type RateFamily = 'entities' | 'other';

/** The family that a path (below /v1) belongs to. */
export function rateFamilyOf(path: string): RateFamily {
  return path.includes('/entities') ? 'entities' : 'other';
}

/** Below this share of the limit, what remains is spread over the rest of the period. */
const LOW_SHARE = 0.1;

interface FamilyState {
  /** Requests that started and whose answer's headers are not known. */
  inFlight: number;
  /** Absent until headers told it, and again once the period has passed. */
  remaining?: number;
  limit?: number;
  resetAt: number;
  pausedUntil: number;
  /** While `remaining` is low: when the next request may start. */
  nextSlotAt: number;
}

/**
 * Obeys what Port's headers say, a family at a time: full speed while much remains, evenly spread when
 * little does, a pause until the reset when nothing does; a refusal (429) pauses the whole family.
 */
export class RateLimiter {
  readonly #families: Record<RateFamily, FamilyState> = {
    entities: { inFlight: 0, resetAt: 0, pausedUntil: 0, nextSlotAt: 0 },
    other: { inFlight: 0, resetAt: 0, pausedUntil: 0, nextSlotAt: 0 },
  };

  constructor(private readonly clock: Clock) {}

  /** Waits until a request of this family may start; `settle` must follow. Rejects once the signal is aborted. */
  async acquire(family: RateFamily, signal?: AbortSignal): Promise<void> {
    const state = this.#families[family];
    for (;;) {
      const ms = this.#delay(state);
      if (ms <= 0) break;
      await this.clock.sleep(ms, signal);
    }
    this.#take(state);
  }

  /** A request ended: with the headers of its answer, or without any. */
  settle(family: RateFamily, headers?: RateLimitHeaders): void {
    const state = this.#families[family];
    state.inFlight -= 1;
    if (headers?.remaining === undefined || headers.resetMs === undefined) return;
    // What is in flight is not counted yet, or counted twice for a moment: the careful side of wrong.
    state.remaining = headers.remaining - state.inFlight;
    state.resetAt = this.clock.now() + headers.resetMs;
    if (headers.limit !== undefined) state.limit = headers.limit;
  }

  /** Lets no request of the family start for so long (unless a longer pause already holds). */
  pause(family: RateFamily, ms: number): void {
    const state = this.#families[family];
    state.pausedUntil = Math.max(state.pausedUntil, this.clock.now() + ms);
  }

  #delay(state: FamilyState): number {
    const now = this.clock.now();
    if (now < state.pausedUntil) return state.pausedUntil - now;
    if (state.remaining === undefined) return 0;
    if (now >= state.resetAt) {
      delete state.remaining;
      return 0;
    }
    if (state.remaining < 1) return state.resetAt - now;
    return isLow(state) ? state.nextSlotAt - now : 0;
  }

  #take(state: FamilyState): void {
    state.inFlight += 1;
    if (state.remaining === undefined) return;
    const now = this.clock.now();
    if (isLow(state)) state.nextSlotAt = now + (state.resetAt - now) / (state.remaining + 1);
    state.remaining -= 1;
  }
}

function isLow(state: FamilyState): boolean {
  return (
    state.limit !== undefined &&
    state.remaining !== undefined &&
    state.remaining < state.limit * LOW_SHARE
  );
}

import { setTimeout as sleep } from 'node:timers/promises';
import { concat, defer, ignoreElements, mergeMap } from 'rxjs';
import type { Observable } from 'rxjs';
import type { Flight } from '../flow/flight.js';
import { DueEntries, reasonOf } from './due-entries.js';
import type { Ledger } from './ledger.js';
import type { Parts } from './parts.js';
import { isLiveReason } from './retry-policy.js';
import { retryRound } from './retry-round.js';

/** Entries in hand at once. */
const ENTRIES_AT_ONCE = 2_000;
/** How often it is asked whether nothing waits any more, in ms. */
const ASK_MS = 25;
/**
 * What a resync that runs beside live changes waits for at most, in rounds and in ms: an entry that is
 * renewed over and over, by changes, would keep it from its end.
 */
const MOST_ROUNDS = 12;
const MOST_MS = 10_000;

/**
 * Drains the retry table as long as the engine runs: what is due is tried, resync or none. The entries
 * of the live path are its own affair.
 */
export class Retries {
  readonly #parts: Parts;
  readonly #ledger: Ledger;
  readonly #due: DueEntries;
  #rounds = 0;

  constructor(parts: Parts, ledger: Ledger) {
    this.#parts = parts;
    this.#ledger = ledger;
    const mine = (id: string): boolean => !isLiveReason(reasonOf(id));
    this.#due = new DueEntries(parts, { mine, limit: ENTRIES_AT_ONCE });
  }

  /** Flights of what is due; completes after {@link close}, when all in hand has settled. */
  flights(): Observable<readonly Flight[]> {
    return this.#due.batches().pipe(
      mergeMap((entries) =>
        concat(
          retryRound(this.#parts, this.#ledger, entries),
          defer(() => {
            this.#rounds += 1;
            this.#due.release(entries);
            return [];
          }).pipe(ignoreElements()),
        ),
      ),
    );
  }

  /**
   * Resolves when nothing waits any more: each reason bounds its attempts, so that comes. Beside live
   * changes, which bring new entries for ever, it is what waits now that is waited for. Resolves early
   * when the run is stopped.
   *
   * @param beside whether live changes come in meanwhile
   */
  async drained(beside: boolean): Promise<void> {
    const { retries } = this.#parts.state;
    const waitFor = beside ? new Set(this.#waiting()) : undefined;
    const last = this.#rounds + MOST_ROUNDS;
    const until = Date.now() + MOST_MS;
    const open = (): boolean => {
      if (waitFor === undefined) return this.#due.claimed > 0 || this.#isAnythingWaiting();
      for (const id of waitFor) if (retries.get(id) === undefined) waitFor.delete(id);
      return waitFor.size > 0 && (this.#rounds < last || Date.now() < until);
    };
    this.#due.wake();
    while (!this.#parts.stop.aborted && open()) {
      await sleep(ASK_MS, undefined, { signal: this.#parts.stop }).catch(() => undefined);
      this.#due.wake();
    }
  }

  /** Tries nothing more. */
  close(): void {
    this.#due.close();
  }

  #isAnythingWaiting(): boolean {
    if (this.#parts.state.retries.count() === 0) return false;
    for (const reason of this.#parts.state.retries.countByReason().keys()) {
      if (!isLiveReason(reason)) return true;
    }
    return false;
  }

  *#waiting(): Generator<string> {
    for (const { id, reason } of this.#parts.state.retries.list()) {
      if (!isLiveReason(reason)) yield id;
    }
  }
}

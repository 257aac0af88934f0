import { setTimeout as sleep } from 'node:timers/promises';
import type { Summary } from '../model/summary.js';
import { Ledger } from './ledger.js';
import type { Engine } from './open-engine.js';
import { retryRound } from './retries.js';
import { flow } from './run.js';

export interface ScheduleOptions {
  /** Between the starts of two resyncs, in ms. */
  readonly everyMs: number;
  /** Runs one resync. */
  readonly resync: (first: boolean) => Promise<Summary>;
  /** Told after each. */
  readonly finished: (summary: Summary) => void;
  readonly stop: AbortSignal;
}

/** How often the retry table is looked at between resyncs, in ms. */
const RETRY_LOOK_MS = 5_000;

/**
 * Runs resyncs on schedule until stopped; in between, what is due in the retry table is tried again.
 * A resync that takes longer than its interval is followed by the next at once, never joined by it.
 */
export async function runOnSchedule(engine: Engine, options: ScheduleOptions): Promise<void> {
  const { everyMs, stop } = options;
  const stopped = (): boolean => stop.aborted;
  for (let first = true; !stopped(); first = false) {
    const startedAt = Date.now();
    options.finished(await options.resync(first));
    while (!stopped() && Date.now() - startedAt < everyMs) {
      const left = startedAt + everyMs - Date.now();
      await sleep(Math.min(RETRY_LOOK_MS, left), undefined, { signal: stop }).catch(
        () => undefined,
      );
      const due = engine.parts.state.retries.nextDueAt();
      if (stopped() || due === undefined || due > Date.now()) continue;
      const ledger = new Ledger(engine.parts);
      await flow(engine, ledger, retryRound(engine.parts, ledger));
    }
  }
}

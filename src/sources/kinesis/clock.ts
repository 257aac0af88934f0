import { setTimeout as sleep } from 'node:timers/promises';

/** Time as the readers see it; tests bring their own. */
export interface Clock {
  /** Wall clock in ms. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason when that is aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  wait: async (ms, signal) => {
    try {
      await sleep(ms, undefined, { signal });
    } catch {
      // A timer rejects with an error of its own, not with the reason it was stopped for.
      signal.throwIfAborted();
    }
  },
};

import type { Expectation } from '../model/change-target.js';
import type { ResourceKey } from '../model/resource-key.js';
import type { Scope } from '../model/scope.js';

/** Something that waits to hear that a part of it has settled: a record of the stream. */
export interface Receipt {
  settle(): void;
}

/** Which answers of a read may come too early, as AWS is eventually consistent. */
export interface Doubts {
  /** It was created or changed: that it is absent may not be so yet. */
  readonly absent: boolean;
  /** It was deleted: that it is present may be so no longer. */
  readonly present: boolean;
}

/** That a resource may have changed: one event's word, or many events' merged. */
export interface Signal {
  /** Encoded key within its scope: what signals of one resource have in common. */
  readonly id: string;
  readonly key: ResourceKey;
  readonly scope: Scope;
  readonly doubts: Doubts;
  /** When the newest event happened, wall clock in ms; NaN where it does not tell. */
  readonly at: number;
  /** Wall clock in ms at which the settling time of its doubts is over. */
  readonly until: number;
  /** Reads that were made for it before and proved nothing. */
  readonly attempts: number;
  /** What settles when it does. */
  readonly receipts: readonly Receipt[];
}

/** What an event's word leaves in doubt. */
export function doubtsOf(expects: Expectation): Doubts {
  return { absent: expects === 'present', present: expects === 'absent' };
}

/**
 * Two signals of one resource as one. The newer event decides what is expected; of two that happened
 * in the same second (CloudTrail tells no more), or at a time unknown, either may be the last.
 */
export function mergeSignals(waiting: Signal, next: Signal): Signal {
  const apart = next.at - waiting.at;
  const doubts =
    Math.abs(apart) >= 1_000
      ? apart > 0
        ? next.doubts
        : waiting.doubts
      : {
          absent: waiting.doubts.absent || next.doubts.absent,
          present: waiting.doubts.present || next.doubts.present,
        };
  return {
    ...waiting,
    doubts,
    at: waiting.at >= next.at ? waiting.at : next.at,
    until: Math.max(waiting.until, next.until),
    attempts: Math.min(waiting.attempts, next.attempts),
    receipts: [...waiting.receipts, ...next.receipts],
  };
}

/** Tells everything that waits for a signal that it has settled. */
export function settleSignal(signal: Signal): void {
  for (const receipt of signal.receipts) receipt.settle();
}

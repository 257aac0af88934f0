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
  /** What signals of one resource have in common: its key, with the scope's region for a region. */
  readonly id: string;
  readonly key: ResourceKey;
  readonly scope: Scope;
  readonly doubts: Doubts;
  /** When the newest event happened, wall clock in ms; NaN where it does not tell. */
  readonly at: number;
  /** Wall clock in ms at which the settling time of its doubts is over. */
  readonly until: number;
  /** Reads that were made for it and did not settle it. */
  readonly looks: number;
  /** How many of them failed, one after the other. */
  readonly failed: number;
  /** How many of them found nothing changed, or a passing state. */
  readonly unproven: number;
  /** When the stream took the first of its events, wall clock in ms; absent where it came another way. */
  readonly arrivedAt?: number;
  /** What settles when it does. */
  readonly receipts: readonly Receipt[];
}

/** What an event's word leaves in doubt. */
export function doubtsOf(expects: Expectation): Doubts {
  return { absent: expects === 'present', present: expects === 'absent' };
}

/** CloudTrail tells whole seconds. */
const PRECISION_MS = 1_000;

/**
 * Two signals of one resource as one. The newer event decides what is expected; of two that happened
 * in the same second, or at a time unknown, either may be the last.
 */
export function mergeSignals(waiting: Signal, next: Signal): Signal {
  const apart = next.at - waiting.at;
  return {
    ...waiting,
    doubts:
      Math.abs(apart) >= PRECISION_MS
        ? apart > 0
          ? next.doubts
          : waiting.doubts
        : {
            absent: waiting.doubts.absent || next.doubts.absent,
            present: waiting.doubts.present || next.doubts.present,
          },
    at: waiting.at >= next.at ? waiting.at : next.at,
    until: Math.max(waiting.until, next.until),
    looks: Math.min(waiting.looks, next.looks),
    failed: Math.min(waiting.failed, next.failed),
    unproven: Math.min(waiting.unproven, next.unproven),
    receipts: [...waiting.receipts, ...next.receipts],
  };
}

/** Tells everything that waits for a signal that it has settled. */
export function settleSignal(signal: Signal): void {
  for (const receipt of signal.receipts) receipt.settle();
}

/** A receipt that is settled by so many parts, in any order. */
export function inParts(parts: number, whole: Receipt): Receipt {
  let open = parts;
  return {
    settle() {
      open -= 1;
      if (open === 0) whole.settle();
    },
  };
}

import { backoffMs } from '../resync/backoff.js';

/** Why a resource or scope waits in the retry table. */
export type RetryReason =
  /** A relation of one of its entities points to what does not exist yet. */
  | 'relation.deferred'
  /** Another owner of one of its entities was written: its share must follow. */
  | 'owner.changed'
  /** Its read failed or was denied. */
  | 'read.failed'
  /** Its listing shows a change of what a read gave before, and reads may hold more. */
  | 'listing.changed'
  /** A replay was asked for. */
  | 'replay'
  /** A change was told, and no read has shown it for sure yet. */
  | 'live.read'
  /** A change was told that names no resource: its scope is listed. */
  | 'live.scope';

interface RetryRule {
  /** Attempts after which it is parked. */
  readonly maxAttempts: number;
  readonly baseMs: number;
  readonly capMs: number;
}

const RULES: Readonly<Record<RetryReason, RetryRule>> = {
  'relation.deferred': { maxAttempts: 3, baseMs: 500, capMs: 60_000 },
  'owner.changed': { maxAttempts: 10, baseMs: 100, capMs: 60_000 },
  'read.failed': { maxAttempts: 3, baseMs: 1_000, capMs: 300_000 },
  'listing.changed': { maxAttempts: 3, baseMs: 1_000, capMs: 60_000 },
  replay: { maxAttempts: 1, baseMs: 1_000, capMs: 60_000 },
  'live.read': { maxAttempts: 6, baseMs: 1_000, capMs: 60_000 },
  'live.scope': { maxAttempts: 6, baseMs: 10_000, capMs: 300_000 },
};

/** Whether a thing that was tried so often is given up and parked. */
export function isSpent(reason: RetryReason, attempts: number): boolean {
  return attempts >= RULES[reason].maxAttempts;
}

/** When a thing that was tried `attempts` times is tried again, in ms of the wall clock. */
export function nextAttemptAt(reason: RetryReason, attempts: number): number {
  return Date.now() + backoffMs(Math.max(1, attempts), RULES[reason], Math.random());
}

/** Entries that the live path puts and takes: a resync neither tries them nor waits for them. */
export function isLiveReason(reason: string): boolean {
  return reason.startsWith('live.');
}

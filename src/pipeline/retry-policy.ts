import { backoffMs } from '../resync/backoff.js';

/** Why a resource or scope waits in the retry table. */
export type RetryReason =
  /** A relation of one of its entities points to what does not exist yet. */
  | 'relation.deferred'
  /** Another owner of one of its entities was written: its share must follow. */
  | 'owner.changed'
  /** Its read failed or was denied. */
  | 'read.failed';

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
};

/** Whether a thing that was tried so often is given up and parked. */
export function isSpent(reason: RetryReason, attempts: number): boolean {
  return attempts >= RULES[reason].maxAttempts;
}

/** When a thing that was tried `attempts` times is tried again, in ms of the wall clock. */
export function nextAttemptAt(reason: RetryReason, attempts: number): number {
  return Date.now() + backoffMs(Math.max(1, attempts), RULES[reason], Math.random());
}

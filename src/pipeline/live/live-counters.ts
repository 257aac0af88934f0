import type { Outcome } from '../../model/outcome.js';

/** Names of events that are told apart, at most: a stream can name what it likes. */
const MOST_NAMES = 1_000;

/** What the live path counts, from the start of the process. */
export class LiveCounters {
  records = 0;
  bytes = 0;
  /** Events by what became of them: routed, listed (its scope is), duplicate, or why they were dropped. */
  readonly events = new Map<string, number>();
  /** Parts of records that could not be read and are parked. */
  poison = 0;
  /** Reads by what they found: present, absent, failed, or too early to count. */
  readonly reads = { present: 0, absent: 0, failed: 0, early: 0, unproven: 0, overdue: 0 };
  /** Read observations by how they settled. */
  readonly outcomes = new Map<Outcome, number>();
  /** Events that named no resource, so that scopes were listed, by source and name. */
  readonly unrouted = new Map<string, number>();
  /** Requests to the stream that failed, by code. */
  readonly streamErrors = new Map<string, number>();
  /** Scopes listed because of them. */
  scopesListed = 0;

  event(what: string, count = 1): void {
    if (count > 0) this.events.set(what, (this.events.get(what) ?? 0) + count);
  }

  noteStreamError(code: string): void {
    this.streamErrors.set(code, (this.streamErrors.get(code) ?? 0) + 1);
  }

  outcome(outcome: Outcome): void {
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
  }

  /** Returns whether the name is new. */
  noteUnrouted(source: string, name: string): boolean {
    const key = `${source}:${name}`;
    const known = this.unrouted.get(key);
    if (known === undefined && this.unrouted.size >= MOST_NAMES) return false;
    this.unrouted.set(key, (known ?? 0) + 1);
    return known === undefined;
  }
}

import type { Failure, Summary } from '../model/summary.js';

/** What one resync counts; the summary is made of it. */
export class Counters {
  readonly startedAt = Date.now();
  readonly scopes = { total: 0, ok: 0, failed: 0, skipped: 0 };
  readonly resources = { listed: 0, read: 0, unchanged: 0, filtered: 0, mapped: 0 };
  readonly entities = { created: 0, updated: 0, unchanged: 0, deleted: 0, held: 0, failed: 0 };
  readonly failures: Failure[] = [];
  /** Why deletes are held; empty where none are. */
  readonly heldBecause: string[] = [];
  readonly aws = { calls: 0, throttled: 0 };

  /** The summary as it stands. */
  summary(
    generation: number,
    deadLetters: number,
    port: { requests: number; retries: number },
  ): Summary {
    return {
      generation,
      scopes: { ...this.scopes },
      failures: [...this.failures],
      resources: { ...this.resources },
      entities: { ...this.entities },
      deadLetters,
      aws: { ...this.aws },
      port: { ...port },
      durationMs: Date.now() - this.startedAt,
      // Kilobytes on every platform that Node 20 runs on.
      peakRssBytes: process.resourceUsage().maxRSS * 1024,
    };
  }
}

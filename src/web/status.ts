import type { Summary } from '../model/summary.js';

/** How far one account is in the running (or last) resync. */
export interface AccountStatus {
  readonly id: string;
  readonly name?: string;
  readonly scopesDone: number;
  readonly scopesTotal: number;
  /** Scopes that failed. */
  readonly failed: number;
}

/** What the engine is and does at one moment: `/api/status`, and all that the dashboard shows. */
export interface StatusSnapshot {
  /** Sluice's version. */
  readonly version: string;
  /** The integration that is written in Port. */
  readonly integration: string;
  /** `starting` until the first resync begins; `idle` between resyncs. */
  readonly phase: 'starting' | 'resync' | 'idle' | 'stopping';
  /** Number of the running or last resync; 0 before the first. */
  readonly generation: number;
  /** Wall-clock times in ms: when this was taken, and when the running or last resync began and ended. */
  readonly at: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly accounts: readonly AccountStatus[];
  /** The summary of the running or last resync, as it stands; its failures are the last hundred. */
  readonly totals: Summary;
  /** Of the last ten seconds. */
  readonly rates: {
    readonly resourcesPerSecond: number;
    readonly awsCallsPerSecond: number;
    readonly awsThrottledPerSecond: number;
    readonly portRequestsPerSecond: number;
  };
  /** What is in flight. */
  readonly credits: { readonly observations: number; readonly bytes: number };
  readonly retries: {
    readonly total: number;
    readonly byReason: Readonly<Record<string, number>>;
    /** Wall-clock time in ms at which the next one is due. */
    readonly nextDueAt?: number;
  };
  readonly deadLetters: number;
  /** The live path, where there is one. */
  readonly live?: {
    readonly streamArn: string;
    /** Shards that are being read. */
    readonly shards: number;
    /** How far behind the newest record the worst shard is, in ms. */
    readonly lagMs: number;
    /** Age of the oldest record that has not settled, in ms. */
    readonly oldestMs: number;
    readonly retentionMs: number;
    /** Records that a restart would read again. */
    readonly gap: number;
    /** Since the process began. */
    readonly records: number;
    /** Records that could not be read, wholly or in part. */
    readonly poison: number;
    /** Events by what became of them. */
    readonly events: Readonly<Record<string, number>>;
    /** Reads by what they found. */
    readonly reads: Readonly<Record<string, number>>;
    /** The last changes that were carried out, the newest first. */
    readonly latest: readonly {
      /** Wall clock in ms. */
      readonly at: number;
      readonly kind: string;
      readonly accountId: string;
      readonly region: string;
      readonly identifier: string;
      readonly outcome: string;
    }[];
    /** Events that named no resource, by source and name: the most frequent. */
    readonly unrouted: Readonly<Record<string, number>>;
  };
  /** The mapping that Port keeps, where it does: `invalid` where the one before goes on. */
  readonly mapping?: {
    readonly state: 'applied' | 'invalid';
    /** Wall-clock time in ms at which that was found. */
    readonly at: number;
    readonly problems: readonly string[];
  };
  /** Why deletes are held; empty where none are. */
  readonly heldBecause: readonly string[];
}

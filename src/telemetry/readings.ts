/** What is counted while one resync runs. */
export interface Tally {
  readonly scopes: { readonly ok: number; readonly failed: number; readonly skipped: number };
  readonly resources: {
    readonly listed: number;
    readonly read: number;
    readonly unchanged: number;
    readonly filtered: number;
    readonly mapped: number;
  };
  readonly entities: {
    readonly created: number;
    readonly updated: number;
    readonly unchanged: number;
    readonly deleted: number;
    readonly held: number;
    readonly failed: number;
  };
  readonly aws: { readonly calls: number; readonly throttled: number };
}

/** What the live path has counted since the process began, and where its shards are. */
export interface LiveReadings {
  readonly records: number;
  readonly bytes: number;
  readonly poison: number;
  readonly events: ReadonlyMap<string, number>;
  readonly reads: ReadonlyMap<string, number>;
  readonly outcomes: ReadonlyMap<string, number>;
  /** By `source:name`. */
  readonly unrouted: ReadonlyMap<string, number>;
  readonly streamErrors: ReadonlyMap<string, number>;
  readonly scopesListed: number;
  readonly shards: readonly {
    readonly shardId: string;
    readonly lagMs: number;
    readonly gap: number;
    readonly oldestMs: number;
  }[];
  readonly oldestMs: number;
  readonly retentionMs: number;
}

/** What the metrics are read from, at the moment that they are asked for. */
export interface Readings {
  /**
   * Counts of the running or last resync. A new object stands for a new resync; the old one may be
   * counted up a little longer.
   */
  readonly tally: Tally;
  /** Since the process began. */
  readonly port: { readonly requests: number; readonly retries: number };
  /** What is in flight. */
  readonly credits: { readonly observations: number; readonly bytes: number };
  /** Entries of the retry table by reason. */
  readonly retries: ReadonlyMap<string, number>;
  readonly deadLetters: number;
  readonly generation: number;
  readonly running: boolean;
  readonly live?: LiveReadings;
  /** The last resync that ended: how long it took, and when it ended (wall clock, ms). */
  readonly last?: { readonly durationMs: number; readonly finishedAt: number };
}

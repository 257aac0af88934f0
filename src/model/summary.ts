/** One scope (or discovery step) that did not end well. */
export interface Failure {
  /** `*` where discovery failed before kinds were reached. */
  readonly kind: string;
  readonly accountId: string;
  /** `*` where regions were not reached. */
  readonly region: string;
  /** The parent whose children could not be listed, for kinds that are listed a parent at a time. */
  readonly parent?: string;
  readonly code: string;
  readonly message: string;
}

/** The machine-readable result of `run --once` and `plan`: the last line of stdout under `--json`. */
export interface Summary {
  generation: number;
  scopes: { total: number; ok: number; failed: number; skipped: number };
  failures: Failure[];
  resources: { listed: number; read: number; unchanged: number; filtered: number; mapped: number };
  entities: {
    created: number;
    updated: number;
    unchanged: number;
    deleted: number;
    held: number;
    failed: number;
  };
  deadLetters: number;
  aws: { calls: number; throttled: number };
  port: { requests: number; retries: number };
  durationMs: number;
  peakRssBytes: number;
}

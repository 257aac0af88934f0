/** How an observation settled; also the keys under which observations are counted. */
export type Outcome =
  /** Port acknowledged every write that it led to. */
  | 'written'
  /** Nothing to write: its body, or every entity that it maps to, is what Port already holds. */
  | 'unchanged'
  /** Every selector said false and nothing was owned. */
  | 'filtered'
  /** Older than another observation of the same resource. */
  | 'outdated'
  /** Confirmed absent, and its entities deleted or owned by others. */
  | 'deleted'
  /** Waits in the retry table. */
  | 'deferred'
  /** Parked as a dead letter. */
  | 'dead';

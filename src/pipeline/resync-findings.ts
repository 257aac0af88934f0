import type { Discovered } from '../sources/discovery-event.js';

/** What a resync has learned when its deletes are decided. */
export interface ResyncFindings {
  readonly discovered: Discovered;
  /** Encoded scopes that discovery announced. */
  readonly announced: ReadonlySet<string>;
  /** Kinds of which not every scope was listed whole. */
  readonly incomplete: ReadonlySet<string>;
}

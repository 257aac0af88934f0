import type { Tick } from './observation.js';

/** An entity that a resource key owns (or is about to own: an intent). */
export interface OwnedEntity {
  readonly blueprint: string;
  readonly identifier: string;
  /** Place of the mapping that yielded it among the pipeline's `resources`. */
  readonly mapping: number;
  /**
   * Hash of what Port acknowledged of this resource; null for an intent (sent or to be sent, not
   * acknowledged) and for what must be written again. An intent counts for deletion, never as unchanged.
   */
  readonly hash: string | null;
  /** No longer yielded (promise 3 d); waits for the end of its resync to be deleted. */
  readonly leaving?: boolean;
  /** Found by a search identifier: somebody else's entity, never deleted by us. */
  readonly foreign?: boolean;
}

/** What the index knows of one resource key. */
export interface IndexRecord {
  /** The scope that last saw it, encoded. */
  readonly scope: string;
  /** Start of the newest observation that was settled into this record. */
  readonly tick: Tick;
  /** Hash of the kind program that made it. */
  readonly program: string;
  /** Hash of the body as a listing gave it; null until one was settled. */
  readonly listHash: string | null;
  /** Hash of the body as a read gave it; null until one was settled. */
  readonly readHash: string | null;
  /** Generation of the resync that wrote it. */
  readonly generation: number;
  readonly entities: readonly OwnedEntity[];
}

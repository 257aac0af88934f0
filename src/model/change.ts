import type { EntityKey } from './entity.js';

/** One write to Port. Writes are idempotent: sending one twice has the effect of sending it once. */
export type Change = {
  /** Nobody waits for it: it may wait a little longer for others that share its request. */
  readonly patient?: boolean;
} & (
  | (EntityKey & {
      readonly op: 'upsert';
      /** The entity as Port is sent it; see MappedEntity.json. */
      readonly json: string;
      /** See MappedEntity.search. */
      readonly search?: unknown;
    })
  | (EntityKey & {
      readonly op: 'delete';
      /** Leave what relates to it, whatever the pipeline says of dependents. */
      readonly sparing?: boolean;
    })
);

/** How Port answered one change. */
export type ChangeResult =
  /** Acknowledged. `identifier` is set where a search identifier was resolved. */
  | { readonly status: 'created' | 'updated' | 'deleted'; readonly identifier?: string }
  /** Port refused this entity for good (invalid, unknown blueprint or property): a dead letter. */
  | {
      readonly status: 'refused';
      readonly statusCode: number;
      readonly code: string;
      readonly message: string;
    }
  /** A relation points to an entity that does not exist yet: try again after the rest. */
  | { readonly status: 'deferred'; readonly message: string };

import type { MappedEntity } from './entity.js';

/** A leaf of a mapping that evaluated to an error or to nothing, and became null. */
export interface LeafFault {
  /** Place of the mapping among the pipeline's `resources`. */
  readonly mapping: number;
  /** Path of the leaf below its resource, e.g. `port.entity.mappings.properties.arn`. */
  readonly leaf: string;
  /** JQ's message; `no output` where the expression yielded nothing. */
  readonly message: string;
}

/** What one mapping made of one resource. */
export interface MappingVerdict {
  readonly mapping: number;
  /** `failed`: the selector erred or was not a boolean. */
  readonly selector: 'true' | 'false' | 'failed';
  /**
   * Whether the set of entities it yielded can be trusted: selector, items, blueprint and identifier
   * evaluated without error and none was null. Only a sound verdict lets an entity that is no longer
   * yielded be deleted.
   */
  readonly sound: boolean;
  /** Items (or the resource itself) that gave no identifier or no blueprint. */
  readonly incomplete: number;
}

/** What all mappings of a kind made of one resource. */
export interface MappingResult {
  /** In the order of the mappings; where two are the same entity, both are listed and the later wins. */
  readonly entities: readonly MappedEntity[];
  readonly verdicts: readonly MappingVerdict[];
  readonly faults: readonly LeafFault[];
}

/** The engine could not evaluate a resource at all: it is parked, and the rest of its batch went on. */
export interface MappingFailure {
  readonly code: 'timeout' | 'memory' | 'invalid-json' | 'engine';
  readonly message: string;
}

export type MappingOutcome =
  ({ readonly ok: true } & MappingResult) | ({ readonly ok: false } & MappingFailure);

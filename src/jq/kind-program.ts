import type { MappingSpec } from '../model/mapping-spec.js';

/** The compiled mappings of one kind: one jq program for selector and every leaf of all of them. */
export interface KindProgram {
  readonly kind: string;
  /** The mappings it was made of, in the order of the pipeline. */
  readonly specs: readonly MappingSpec[];
  /** The jq program text. */
  readonly text: string;
  /** Covers everything that decides the output: program text, engine version, library version. */
  readonly hash: string;
}

import type { SourcePosition } from './source-position.js';

/** One JQ expression of the pipeline file and where it stands. */
export interface JqLeaf {
  /** The expression, single quotes already rewritten as Ocean does. */
  readonly jq: string;
  readonly position: SourcePosition;
}

/**
 * A node of a mapping: a JQ leaf, an object or list of nodes, or a constant that is no string
 * (numbers, booleans and null stand for themselves).
 */
export type MappingNode =
  | { readonly type: 'jq'; readonly leaf: JqLeaf }
  | { readonly type: 'object'; readonly entries: readonly (readonly [string, MappingNode])[] }
  | { readonly type: 'list'; readonly items: readonly MappingNode[] }
  | { readonly type: 'constant'; readonly value: number | boolean | null | string };

/** One element of the pipeline's `resources`, parsed and positioned: everything the JQ compiler needs. */
export interface MappingSpec {
  /** Place among the pipeline's `resources`, from 0. */
  readonly position: number;
  readonly kind: string;
  readonly selector: JqLeaf;
  readonly itemsToParse?: JqLeaf;
  /** Name under which each item stands beside the resource; default `item`. */
  readonly itemsToParseName: string;
  /** Whether the item is given the resource's fields at top level (default true) or the item alone. */
  readonly itemsToParseTopLevelTransform: boolean;
  readonly blueprint: JqLeaf;
  /** A leaf, or a search object (`type: 'object'` with `combinator` and `rules`). */
  readonly identifier: MappingNode;
  readonly title?: MappingNode;
  readonly icon?: MappingNode;
  readonly team?: MappingNode;
  readonly properties: readonly (readonly [string, MappingNode])[];
  readonly relations: readonly (readonly [string, MappingNode])[];
}

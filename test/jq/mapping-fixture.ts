import type { JqLeaf, MappingNode, MappingSpec } from '../../src/model/mapping-spec.js';

/** A leaf as the configuration makes one. */
export function leaf(jq: string): JqLeaf {
  return { jq, position: { file: 'pipeline.yaml', line: 1, column: 1 } };
}

/** A plain value as a mapping node: texts are JQ, everything else stands for itself. */
export function node(value: unknown): MappingNode {
  if (typeof value === 'string') return { type: 'jq', leaf: leaf(value) };
  if (Array.isArray(value)) return { type: 'list', items: value.map(node) };
  if (typeof value === 'object' && value !== null) return { type: 'object', entries: named(value) };
  return { type: 'constant', value: value as number | boolean | null };
}

export interface Mapping {
  readonly position?: number;
  readonly selector?: string;
  readonly itemsToParse?: string;
  readonly itemsToParseName?: string;
  readonly itemsToParseTopLevelTransform?: boolean;
  readonly blueprint?: string;
  readonly identifier?: unknown;
  readonly title?: unknown;
  readonly icon?: unknown;
  readonly team?: unknown;
  readonly properties?: object;
  readonly relations?: object;
}

/** A mapping in short: identifier `.id` and blueprint `"b"` unless told otherwise. */
export function mapping(given: Mapping = {}): MappingSpec {
  return {
    position: given.position ?? 0,
    kind: 'AWS::Test::Kind',
    selector: leaf(given.selector ?? 'true'),
    ...(given.itemsToParse === undefined ? {} : { itemsToParse: leaf(given.itemsToParse) }),
    itemsToParseName: given.itemsToParseName ?? 'item',
    itemsToParseTopLevelTransform: given.itemsToParseTopLevelTransform ?? true,
    blueprint: leaf(given.blueprint ?? '"b"'),
    identifier: node(given.identifier ?? '.id'),
    ...(given.title === undefined ? {} : { title: node(given.title) }),
    ...(given.icon === undefined ? {} : { icon: node(given.icon) }),
    ...(given.team === undefined ? {} : { team: node(given.team) }),
    properties: named(given.properties ?? {}),
    relations: named(given.relations ?? {}),
  };
}

function named(value: object): readonly (readonly [string, MappingNode])[] {
  return Object.entries(value).map(([key, inner]) => [key, node(inner)] as const);
}

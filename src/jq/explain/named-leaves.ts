import type { JqLeaf, MappingNode, MappingSpec } from '../../model/mapping-spec.js';

/** A JQ expression of a mapping and its path below `port.entity.mappings`. */
export interface NamedLeaf {
  readonly path: string;
  readonly leaf: JqLeaf;
}

/** Every leaf that an entity is made of, in the order of the entity, named as faults name them. */
export function namedLeaves(spec: MappingSpec): readonly NamedLeaf[] {
  const { title, team, icon } = spec;
  const optional = Object.entries({ title, team, icon }).filter(
    (entry): entry is [string, MappingNode] => entry[1] !== undefined,
  );
  const nodes: readonly (readonly [string, MappingNode])[] = [
    ['blueprint', { type: 'jq', leaf: spec.blueprint }],
    ['identifier', spec.identifier],
    ...optional,
    ['properties', { type: 'object', entries: spec.properties }],
    ['relations', { type: 'object', entries: spec.relations }],
  ];
  return nodes.flatMap(([path, node]) => leavesOf(node, path));
}

function leavesOf(node: MappingNode, path: string): readonly NamedLeaf[] {
  switch (node.type) {
    case 'jq':
      return [{ path, leaf: node.leaf }];
    case 'object':
      return node.entries.flatMap(([key, inner]) => leavesOf(inner, `${path}.${key}`));
    case 'list':
      return node.items.flatMap((inner, index) => leavesOf(inner, `${path}[${index}]`));
    case 'constant':
      return [];
  }
}

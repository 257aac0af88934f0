import type { JqLeaf, MappingNode, MappingSpec } from '../model/mapping-spec.js';
import type { PortMapping } from './pipeline-schema.js';
import { rewriteQuotes } from './rewrite-quotes.js';
import { locate } from './yaml-tree.js';
import type { YamlTree } from './yaml-tree.js';

/**
 * The mappings of one element of `resources`: one, or as many as its `mappings` lists. Plain values
 * come from `checked`, which the schema has passed; expressions and their places from `tree`, the same
 * element of the YAML. `firstPosition` is the number of mappings before it in the file.
 */
export function mappingSpecs(
  checked: PortMapping['resources'][number],
  tree: YamlTree,
  firstPosition: number,
): readonly MappingSpec[] {
  const itemsToParse = filled(tree, 'port', 'itemsToParse');
  const shared = {
    kind: checked.kind,
    selector: leaf(required(tree, 'selector', 'query')),
    ...(itemsToParse === undefined ? {} : { itemsToParse: leaf(itemsToParse) }),
    itemsToParseName: checked.port.itemsToParseName ?? 'item',
    itemsToParseTopLevelTransform: checked.port.itemsToParseTopLevelTransform,
  };
  const mappings = required(tree, 'port', 'entity', 'mappings');
  const all = mappings.type === 'list' ? mappings.items : [mappings];
  return all.map((mapping, index) => ({
    ...shared,
    position: firstPosition + index,
    blueprint: leaf(required(mapping, 'blueprint')),
    identifier: mappingNode(required(mapping, 'identifier')),
    ...optionalNodes(mapping),
    properties: namedNodes(filled(mapping, 'properties')),
    relations: namedNodes(filled(mapping, 'relations')),
  }));
}

/** A YAML value as a mapping node: texts are JQ, other scalars stand for themselves. */
export function mappingNode(tree: YamlTree): MappingNode {
  switch (tree.type) {
    case 'map':
      return {
        type: 'object',
        entries: [...tree.entries].map(([key, entry]) => [key, mappingNode(entry.value)] as const),
      };
    case 'list':
      return { type: 'list', items: tree.items.map(mappingNode) };
    case 'scalar':
      return typeof tree.value === 'string'
        ? { type: 'jq', leaf: leaf(tree) }
        : { type: 'constant', value: tree.value };
  }
}

/** Every JQ expression of a mapping, in the order of the file's keys. */
export function jqLeaves(spec: MappingSpec): readonly JqLeaf[] {
  const nodes = [
    spec.identifier,
    ...[spec.title, spec.icon, spec.team].filter((node) => node !== undefined),
    ...[...spec.properties, ...spec.relations].map(([, node]) => node),
  ];
  return [
    spec.selector,
    ...(spec.itemsToParse === undefined ? [] : [spec.itemsToParse]),
    spec.blueprint,
    ...nodes.flatMap(leavesOf),
  ];
}

function leavesOf(node: MappingNode): readonly JqLeaf[] {
  switch (node.type) {
    case 'jq':
      return [node.leaf];
    case 'object':
      return node.entries.flatMap(([, inner]) => leavesOf(inner));
    case 'list':
      return node.items.flatMap(leavesOf);
    case 'constant':
      return [];
  }
}

function optionalNodes(mapping: YamlTree): Pick<MappingSpec, 'title' | 'icon' | 'team'> {
  const keys = ['title', 'icon', 'team'] as const;
  return Object.fromEntries(
    keys.flatMap((key) => {
      const tree = filled(mapping, key);
      return tree === undefined ? [] : [[key, mappingNode(tree)]];
    }),
  );
}

function namedNodes(tree: YamlTree | undefined): readonly (readonly [string, MappingNode])[] {
  if (tree?.type !== 'map') return [];
  return [...tree.entries].map(([key, entry]) => [key, mappingNode(entry.value)] as const);
}

function leaf(tree: YamlTree): JqLeaf {
  const text = tree.type === 'scalar' ? String(tree.value) : '';
  return { jq: rewriteQuotes(text), position: tree.position };
}

/** The value at a path; undefined where it is missing or left empty. */
function filled(tree: YamlTree, ...path: string[]): YamlTree | undefined {
  const { node } = locate(tree, path);
  return node?.type === 'scalar' && node.value === null ? undefined : node;
}

/** A value that the schema demands. */
function required(tree: YamlTree, ...path: string[]): YamlTree {
  const node = filled(tree, ...path);
  if (node === undefined) throw new TypeError(`unchecked pipeline: no ${path.join('.')}`);
  return node;
}

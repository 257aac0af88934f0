import { createHash } from 'node:crypto';
import type { MappingNode } from '../model/mapping-spec.js';
import type { KindMapping, Pipeline } from './pipeline.js';

/**
 * Hash of what decides which scopes there are and what they map to: kinds with their mappings and
 * region policies, the organization, accounts and regions. Places in the file, comments, quotas,
 * schedules and Port options do not count; neither does the order of account or region lists.
 */
export function hashPipeline(pipeline: Pipeline): string {
  const { organization, accounts, regions } = pipeline.aws;
  const decides = {
    organization: organization && {
      roleArn: organization.roleArn,
      units: sorted(organization.units),
    },
    accounts:
      accounts.type === 'list'
        ? accounts.accounts.map(({ accountId }) => accountId).sort()
        : sorted({ include: accounts.include, exclude: accounts.exclude }),
    regions: sorted(regions),
    kinds: pipeline.kinds.map(({ kind, mappings, useGetResourceApi, actions }) => ({
      kind,
      useGetResourceApi,
      actions,
      mappings: mappings.map(mappingPart),
    })),
  };
  return createHash('sha256').update(JSON.stringify(decides)).digest('hex');
}

function mappingPart({ spec, regionPolicy }: KindMapping): unknown {
  const named = (entries: readonly (readonly [string, MappingNode])[]) =>
    entries.map(([key, node]) => [key, nodePart(node)]);
  return {
    position: spec.position,
    selector: spec.selector.jq,
    items: spec.itemsToParse?.jq,
    itemsName: spec.itemsToParseName,
    itemsTopLevel: spec.itemsToParseTopLevelTransform,
    blueprint: spec.blueprint.jq,
    identifier: nodePart(spec.identifier),
    title: spec.title && nodePart(spec.title),
    icon: spec.icon && nodePart(spec.icon),
    team: spec.team && nodePart(spec.team),
    properties: named(spec.properties),
    relations: named(spec.relations),
    regions: sorted(regionPolicy),
  };
}

/** A node without places; the kinds of node stay apart, so that JQ `1` and the number 1 do. */
function nodePart(node: MappingNode): unknown {
  switch (node.type) {
    case 'jq':
      return { jq: node.leaf.jq };
    case 'object':
      return { object: node.entries.map(([key, inner]) => [key, nodePart(inner)]) };
    case 'list':
      return { list: node.items.map(nodePart) };
    case 'constant':
      return { constant: node.value };
  }
}

function sorted<K extends string>(lists: { readonly [P in K]: readonly string[] }): unknown {
  return Object.entries<readonly string[]>(lists).map(([key, list]) => [key, [...list].sort()]);
}

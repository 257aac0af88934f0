import type { OceanAliases } from './env.js';
import { mappingSpecs } from './mapping-nodes.js';
import { DEFAULT_INTEGRATION, DEFAULT_MEMBER_ROLE } from './pipeline-schema.js';
import type { PipelineFile } from './pipeline-schema.js';
import type { AccountsConfig, KindConfig, KindMapping, Pipeline } from './pipeline.js';
import { locate } from './yaml-tree.js';
import type { YamlTree } from './yaml-tree.js';

/** A checked file as a pipeline: defaults filled in, mappings grouped by kind. The file wins over `aliases`. */
export function buildPipeline(
  checked: PipelineFile,
  tree: YamlTree,
  file: string,
  aliases: OceanAliases,
): Pipeline {
  return {
    file,
    aws: {
      ...organizationOf(checked, aliases),
      accounts: accountsOf(checked),
      regions: checked.aws?.regions ?? { allow: [], deny: [] },
      quotas: filled(checked.aws?.quotas ?? {}),
    },
    ...liveOf(checked),
    resync: checked.resync,
    port: {
      integration: checked.port?.integration ?? aliases.integration ?? DEFAULT_INTEGRATION,
      mappingFrom: checked.port?.mappingFrom ?? 'file',
    },
    deleteDependentEntities: checked.deleteDependentEntities,
    createMissingRelatedEntities: checked.createMissingRelatedEntities,
    enableMergeEntity: checked.enableMergeEntity,
    entityDeletionThreshold: checked.entityDeletionThreshold ?? 0.9,
    kinds: kindsOf(checked, tree),
  };
}

interface KindDraft {
  mappings: KindMapping[];
  useGetResourceApi: boolean;
  listGroupResources: boolean;
}

/** Mappings of one kind belong together, wherever they stand in the file: it is listed once. */
function kindsOf(checked: PipelineFile, tree: YamlTree): readonly KindConfig[] {
  const byKind = new Map<string, KindDraft>();
  let position = 0;
  checked.resources.forEach((resource, index) => {
    const { node } = locate(tree, ['resources', index]);
    if (node === undefined) return;
    const specs = mappingSpecs(resource, node, position);
    position += specs.length;
    const kind = byKind.get(resource.kind) ?? {
      mappings: [],
      useGetResourceApi: false,
      listGroupResources: false,
    };
    byKind.set(resource.kind, kind);
    kind.useGetResourceApi ||= resource.selector.useGetResourceAPI || resource.useGetResourceAPI;
    kind.listGroupResources ||= resource.selector.listGroupResources;
    kind.mappings.push(
      ...specs.map((spec) => ({ spec, regionPolicy: resource.selector.regionPolicy })),
    );
  });
  return [...byKind].map(([kind, config]) => ({ kind, ...config }));
}

function organizationOf(
  checked: PipelineFile,
  aliases: OceanAliases,
): Pick<Pipeline['aws'], 'organization'> {
  const organization = checked.aws?.organization;
  if (!organization && aliases.organizationRoleArn === undefined) return {};
  const roleArn = organization?.roleArn ?? aliases.organizationRoleArn;
  return {
    organization: {
      ...filled({ roleArn, externalId: organization?.externalId }),
      memberRoleName: organization?.memberRoleName ?? aliases.memberRoleName ?? DEFAULT_MEMBER_ROLE,
      units: organization?.units ?? { include: [], exclude: [] },
    },
  };
}

function accountsOf(checked: PipelineFile): AccountsConfig {
  const accounts = checked.aws?.accounts;
  if (Array.isArray(accounts)) return { type: 'list', accounts };
  return { type: 'globs', ...(accounts ?? { include: [], exclude: [] }) };
}

function liveOf(checked: PipelineFile): Pick<Pipeline, 'live'> {
  const kinesis = checked.live?.kinesis;
  if (kinesis === undefined) return {};
  const { streamArn, roleArn, startFrom, consumer, coalesceFor, settleFor } = kinesis;
  return {
    live: {
      streamArn,
      ...filled({ roleArn }),
      startFrom,
      ...filled({ consumer }),
      coalesceForMs: coalesceFor,
      settleForMs: settleFor,
    },
  };
}

/** Without the keys that have no value. */
function filled<T extends object>(value: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(
    Object.entries(value).filter(([, inner]) => inner !== null && inner !== undefined),
  ) as { [K in keyof T]?: NonNullable<T[K]> };
}

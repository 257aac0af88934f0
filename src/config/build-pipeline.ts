import { actionFacts, READ_ALWAYS } from '../catalog/ocean-actions.js';
import type { OceanAliases } from './env.js';
import { mappingSpecs } from './mapping-nodes.js';
import { DEFAULT_INTEGRATION, DEFAULT_MEMBER_ROLE } from './pipeline-schema.js';
import type { PipelineFile, PortMapping } from './pipeline-schema.js';
import type { AccountsConfig, KindConfig, KindMapping, Pipeline } from './pipeline.js';
import { locate, toPlain } from './yaml-tree.js';
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
    resync: resyncOf(checked, tree, aliases),
    port: {
      integration: checked.port?.integration ?? aliases.integration ?? DEFAULT_INTEGRATION,
      mappingFrom: checked.port?.mappingFrom ?? 'file',
      pollEveryMs: checked.port?.pollEvery ?? aliases.pollEveryMs ?? 60_000,
      ...(checked.port?.mappingFrom === 'port' &&
        checked.resources !== undefined && { initialMapping: mappingIn(tree) }),
    },
    deleteDependentEntities: checked.deleteDependentEntities,
    createMissingRelatedEntities: checked.createMissingRelatedEntities,
    enableMergeEntity: checked.enableMergeEntity,
    entityDeletionThreshold: checked.entityDeletionThreshold ?? 0.9,
    kinds: kindsOf(checked.resources ?? [], tree),
  };
}

/** What of a pipeline the mapping in Port decides: its kinds, and those options that it names. */
export function withMapping(base: Pipeline, checked: PortMapping, tree: YamlTree): Pipeline {
  const named = (key: keyof PortMapping): boolean => locate(tree, [key]).node !== undefined;
  const { deleteDependentEntities, createMissingRelatedEntities, enableMergeEntity } = checked;
  return {
    ...base,
    ...(named('deleteDependentEntities') && { deleteDependentEntities }),
    ...(named('createMissingRelatedEntities') && { createMissingRelatedEntities }),
    ...(named('enableMergeEntity') && { enableMergeEntity }),
    entityDeletionThreshold: checked.entityDeletionThreshold ?? base.entityDeletionThreshold,
    kinds: kindsOf(checked.resources, tree),
  };
}

/** Sections of a file that are no part of a mapping. */
const SECTIONS = ['aws', 'live', 'resync', 'port'];

/** Ocean's keys of a file, as they stand. */
export function mappingIn(tree: YamlTree): Readonly<Record<string, unknown>> {
  const plain = Object.entries(toPlain(tree) as Record<string, unknown>);
  return Object.fromEntries(plain.filter(([key]) => !SECTIONS.includes(key)));
}

/** Ocean's variable counts where the file does not say how often. */
function resyncOf(
  checked: PipelineFile,
  tree: YamlTree,
  { resyncEveryMs }: OceanAliases,
): Pipeline['resync'] {
  const given = locate(tree, ['resync', 'every']).node !== undefined;
  return given || resyncEveryMs === undefined
    ? checked.resync
    : { ...checked.resync, everyMs: resyncEveryMs };
}

interface KindDraft {
  mappings: KindMapping[];
  useGetResourceApi: boolean;
  listGroupResources: boolean;
  actions: string[];
}

/** Mappings of one kind belong together, wherever they stand in the file: it is listed once. */
function kindsOf(resources: PortMapping['resources'], tree: YamlTree): readonly KindConfig[] {
  const byKind = new Map<string, KindDraft>();
  let position = 0;
  resources.forEach((resource, index) => {
    const { node } = locate(tree, ['resources', index]);
    if (node === undefined) return;
    const specs = mappingSpecs(resource, node, position);
    position += specs.length;
    const kind = byKind.get(resource.kind) ?? {
      mappings: [],
      useGetResourceApi: READ_ALWAYS.includes(resource.kind),
      listGroupResources: false,
      actions: [],
    };
    byKind.set(resource.kind, kind);
    kind.useGetResourceApi ||= resource.selector.useGetResourceAPI || resource.useGetResourceAPI;
    kind.listGroupResources ||= resource.selector.listGroupResources;
    for (const action of resource.selector.includeActions ?? []) {
      const facts = actionFacts(resource.kind, action);
      kind.useGetResourceApi ||= facts === 'read';
      if (facts === 'extra' && !kind.actions.includes(action)) kind.actions.push(action);
    }
    kind.mappings.push(
      ...specs.map((spec) => ({ spec, regionPolicy: resource.selector.regionPolicy })),
    );
  });
  return [...byKind].map(([kind, { actions, ...config }]) => ({
    kind,
    ...config,
    ...(actions.length > 0 && { actions: actions.sort() }),
  }));
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

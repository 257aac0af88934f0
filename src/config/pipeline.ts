import type { MappingSpec } from '../model/mapping-spec.js';

/** Globs over names (`*`, `?`); an empty `include`/`allow` means all. Deny and exclude win. */
export interface RegionPolicy {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

/** The accounts of an organization, found through a role in its management (or a delegated) account. */
export interface OrganizationConfig {
  /** Role that may list the organization; the caller's own credentials where absent. */
  readonly roleArn?: string;
  /** Role assumed in every member account. */
  readonly memberRoleName: string;
  readonly externalId?: string;
  /** Organizational unit ids or names (globs); accounts below any of `include` and none of `exclude`. */
  readonly units: { readonly include: readonly string[]; readonly exclude: readonly string[] };
}

/** Which accounts: found in the organization and filtered by globs, or named one by one. */
export type AccountsConfig =
  | {
      readonly type: 'globs';
      readonly include: readonly string[];
      readonly exclude: readonly string[];
    }
  | {
      readonly type: 'list';
      /** `roleArn` is assumed as it is; without one, the organization's member role, or the caller's own credentials for its own account. */
      readonly accounts: readonly { readonly accountId: string; readonly roleArn?: string }[];
    };

/** One kind of the pipeline: listed once, mapped by all of its mappings together. */
export interface KindConfig {
  readonly kind: string;
  readonly mappings: readonly KindMapping[];
  /** Whether any of its mappings asks for a read per resource. */
  readonly useGetResourceApi: boolean;
  /** Whether its mappings ask for the resources of each group (kind AWS::ResourceGroups::Group). */
  readonly listGroupResources?: boolean;
  /** Actions whose facts only a call of the kind's own service tells, by name; see catalog/ocean-actions. */
  readonly actions?: readonly string[];
}

export interface KindMapping {
  readonly spec: MappingSpec;
  readonly regionPolicy: RegionPolicy;
}

/** A pipeline file, checked, with defaults filled in. */
export interface Pipeline {
  readonly file: string;
  readonly aws: {
    readonly organization?: OrganizationConfig;
    readonly accounts: AccountsConfig;
    readonly regions: RegionPolicy;
    /** Calls per second, account and region; absent: learned from throttling. */
    readonly quotas: { readonly listPerSecond?: number; readonly readPerSecond?: number };
  };
  readonly live?: {
    readonly streamArn: string;
    readonly roleArn?: string;
    readonly startFrom: 'latest' | 'trim_horizon' | Date;
    /** Registered consumer of enhanced fan-out; shards are polled where absent. */
    readonly consumer?: string;
    readonly coalesceForMs: number;
    readonly settleForMs: number;
  };
  readonly resync: {
    /** Between the starts of two resyncs. Default 6 h. */
    readonly everyMs: number;
    /** Between two checks of what Port holds. Default 24 h. */
    readonly verifyAllMs: number;
  };
  readonly port: {
    /** The integration's identifier in Port: part of the datasource by which entities are ours. Default `sluice`. */
    readonly integration: string;
    readonly mappingFrom: 'file' | 'port';
    /** Between two questions for a changed mapping and for resyncs that are wanted. Default 60 s. */
    readonly pollEveryMs: number;
    /** The file's own mapping where it is kept in Port: what Port is given where it holds none. */
    readonly initialMapping?: Readonly<Record<string, unknown>>;
  };
  readonly deleteDependentEntities: boolean;
  readonly createMissingRelatedEntities: boolean;
  readonly enableMergeEntity: boolean;
  /** Share (0 to 1) of a kind's or of all entities above which deletes are held. Default 0.9. */
  readonly entityDeletionThreshold: number;
  /** In the order of the file. */
  readonly kinds: readonly KindConfig[];
}

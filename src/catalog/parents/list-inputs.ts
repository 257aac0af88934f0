/**
 * What a kind's ListResources must be told, and where it comes from.
 *
 * `parent`: values of a resource of another kind, the parent; the kind is listed a parent at a time.
 * `values`: one of a few constants; the kind is listed a constant at a time, which then stands where a
 * parent's identifier would. `account`: the account's own id; one listing, as if nothing were needed.
 */
export type ListInputs = ParentInputs | ValueInputs | AccountInputs;

export interface ParentInputs {
  readonly type: 'parent';
  readonly parent: string;
  readonly fills: readonly Fill[];
}

/** One property of a ResourceModel. */
export interface Fill {
  /** Property of the child's ResourceModel; `/` goes into an object (`Schema/SchemaArn`). */
  readonly property: string;
  /** Property of the parent that holds its value. */
  readonly from: string;
}

export interface ValueInputs {
  readonly type: 'values';
  readonly property: string;
  readonly values: readonly string[];
  /** Values that only the partition's main region knows. */
  readonly mainRegionOnly?: readonly string[];
}

export interface AccountInputs {
  readonly type: 'account';
  readonly property: string;
}

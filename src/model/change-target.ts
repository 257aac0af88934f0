/** What a change event leads one to expect of the next read. */
export type Expectation =
  /** It was created or changed: a read that finds nothing may be too early. */
  | 'present'
  /** It was deleted: a read that still finds it may be too early. */
  | 'absent'
  /** The event does not tell. */
  | 'any';

/**
 * Where a resource is, if not in the account and the region of the event: a call may be about a
 * resource of another account's, and its ARN then says so.
 */
export interface Elsewhere {
  readonly accountId?: string;
  readonly region?: string;
}

/** What a change event is about, within its account and region unless it says otherwise. */
export type ChangeTarget =
  /** One resource. `identifier` is Cloud Control's. */
  | ({
      readonly type: 'resource';
      readonly kind: string;
      readonly identifier: string;
      readonly expects: Expectation;
    } & Elsewhere)
  /** Resources whose identifiers (ARNs) begin with one of these: only a name is known, the index has the rest. */
  | ({
      readonly type: 'named';
      readonly kind: string;
      readonly prefixes: readonly string[];
      readonly expects: Expectation;
    } & Elsewhere)
  /** Which resource cannot be told: the kind's scope is listed. */
  | { readonly type: 'scope'; readonly kind: string };

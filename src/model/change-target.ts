/** What a change event leads one to expect of the next read. */
export type Expectation =
  /** It was created or changed: a read that finds nothing may be too early. */
  | 'present'
  /** It was deleted: a read that still finds it may be too early. */
  | 'absent'
  /** The event does not tell. */
  | 'any';

/** What a change event is about, within its account and region. */
export type ChangeTarget =
  /** One resource. `identifier` is Cloud Control's. */
  | {
      readonly type: 'resource';
      readonly kind: string;
      readonly identifier: string;
      readonly expects: Expectation;
    }
  /** Resources whose identifiers (ARNs) begin with one of these: only a name is known, the index has the rest. */
  | {
      readonly type: 'named';
      readonly kind: string;
      readonly prefixes: readonly string[];
      readonly expects: Expectation;
    }
  /** Which resource cannot be told: the kind's scope is listed. */
  | { readonly type: 'scope'; readonly kind: string };

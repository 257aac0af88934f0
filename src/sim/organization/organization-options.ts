/** What a simulated organization is made of. */
export interface OrganizationOptions {
  /** Everything is drawn from it: equal options give equal organizations. Default `sluice`. */
  readonly seed?: string | number;
  /** Accounts, the management account among them. Default 3. */
  readonly accounts?: number;
  /** Region codes, or how many of the usual ones. Default 2. */
  readonly regions?: number | readonly string[];
  /** Kinds that have resources. Default: the usual ones; see `kinds/`. */
  readonly kinds?: readonly string[];
  /** Resources per kind, account and region (buckets: per account, times regions; global kinds: per account), or by kind. Default 5. */
  readonly resourcesPerScope?: number | Readonly<Record<string, number>>;
  /** Resources in all, spread evenly over the scopes; overrides `resourcesPerScope`. */
  readonly total?: number;
  /** Bytes of a body: `small` (about 0.8 KB), `typical` (4 KB), or a number. Default `small`. */
  readonly bodySize?: 'small' | 'typical' | number;
  /** One body in so many has 60 KB; 0: none. Default 200. */
  readonly bigEvery?: number;
  /** Default `aws`. */
  readonly partition?: 'aws' | 'aws-us-gov' | 'aws-cn';
  /** Role in every account. Default `SluiceReadOnly`. */
  readonly memberRole?: string;
  /** Role in the management account. Default `OrgReader`. */
  readonly organizationRole?: string;
  /** External id that both roles want; default none. */
  readonly externalId?: string;
}

/** Names a resource of the simulated organization. `region` is `global` for global kinds; a bucket's own region otherwise. */
export interface SimKey {
  readonly kind: string;
  readonly accountId: string;
  readonly region: string;
  readonly identifier: string;
}

/** A resource as `Organization.snapshot` shows it. */
export interface SimResource extends SimKey {
  /** The properties as AWS would return them: JSON text, where numbers may be larger than JavaScript can hold. */
  readonly json: string;
  /** The properties, parsed. */
  readonly properties: Record<string, unknown>;
}

/** A resource that parses its properties only when asked: a snapshot of a million resources is often needed for its keys alone. */
export function resourceOf(key: SimKey, json: string): SimResource {
  return {
    ...key,
    json,
    get properties() {
      return JSON.parse(json) as Record<string, unknown>;
    },
  };
}

/** Names one AWS resource: kind + account + region + Cloud Control identifier. */
export interface ResourceKey {
  /** CloudFormation type name, e.g. `AWS::EC2::Instance`. */
  readonly kind: string;
  /** Twelve-digit account id. */
  readonly accountId: string;
  /** Region code, or {@link GLOBAL} for the kinds that AWS lists once an account. */
  readonly region: string;
  /** Primary identifier as Cloud Control spells it (parts joined with `|`); at most 1,024 characters. */
  readonly identifier: string;
}

/** Stands where a region would, for kinds that AWS lists once an account. */
export const GLOBAL = 'global';

/**
 * Separates the parts of an encoded key. It can stand in no kind, account or region, and the
 * identifier comes last, so decoding is exact whatever the identifier holds.
 */
export const SEPARATOR = '\u0001';

/** A resource key as one string: orders by kind, account, region, identifier; prefixes name scopes. */
export function encodeResourceKey(key: ResourceKey): string {
  return key.kind + SEPARATOR + key.accountId + SEPARATOR + key.region + SEPARATOR + key.identifier;
}

/** The inverse of {@link encodeResourceKey}. Throws a RangeError on a string that it did not make. */
export function decodeResourceKey(encoded: string): ResourceKey {
  const a = encoded.indexOf(SEPARATOR);
  const b = encoded.indexOf(SEPARATOR, a + 1);
  const c = encoded.indexOf(SEPARATOR, b + 1);
  if (a < 0 || b < 0 || c < 0)
    throw new RangeError(`not a resource key: ${JSON.stringify(encoded)}`);
  return {
    kind: encoded.slice(0, a),
    accountId: encoded.slice(a + 1, b),
    region: encoded.slice(b + 1, c),
    identifier: encoded.slice(c + 1),
  };
}

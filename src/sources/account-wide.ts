import type { TypeFacts } from '../catalog/type-facts.js';

/**
 * Kinds that are listed once an account instead of once a region. A region's listing of a global
 * service (IAM, CloudFront, Route 53, WAF classic, Organizations) shows the whole account; S3 lists
 * the buckets of all regions anywhere. From AWS's documentation; Ocean treats the same services so.
 */
const GLOBAL_SERVICES = new Set(['IAM', 'CloudFront', 'Route53', 'WAF', 'Organizations']);

export const ORGANIZATION_ACCOUNT = 'AWS::Organizations::Account';
export const S3_BUCKET = 'AWS::S3::Bucket';

/** Facts of a kind, where the catalog knows it. */
export type FactsOf = (kind: string) => TypeFacts | undefined;

export function isAccountWide(kind: string, factsOf: FactsOf): boolean {
  if (kind === S3_BUCKET) return true;
  const service = kind.split('::')[1] ?? '';
  return GLOBAL_SERVICES.has(service) || factsOf(kind)?.global === true;
}

/** What the rule needs to know of a type. */
export interface ParentFacts {
  readonly type: string;
  /** Primary identifier properties, in order. */
  readonly identifier: readonly string[];
  readonly listable: boolean;
  /** Properties that listing needs. */
  readonly listNeeds: readonly string[];
}

/** A parent kind, and for each property that listing needs the parent's property that holds its value. */
export interface DerivedParent {
  readonly parent: string;
  readonly fills: readonly (readonly [property: string, from: string])[];
}

/** Endings of the names of properties that name a resource. */
const ENDING = /(Identifier|Arns?|ARN|Id|Name)$/;

/**
 * The parent of a type as far as names tell, from the same service; undefined where they do not tell,
 * or tell of two. First, the type whose identifier is made of just the properties that listing needs
 * (`RestApiId` of `AWS::ApiGateway::RestApi`); then, for a single property, the type that it is named
 * after and whose identifier is of that sort (`ClusterName` of `AWS::EKS::Cluster`, identified by
 * `Name`).
 */
export function deriveParent(
  child: ParentFacts,
  all: readonly ParentFacts[],
): DerivedParent | undefined {
  const siblings = all.filter(
    (one) => one.type !== child.type && one.listable && serviceOf(one) === serviceOf(child),
  );
  const same = siblings.filter(
    ({ identifier }) =>
      identifier.length === child.listNeeds.length &&
      child.listNeeds.every((need) => identifier.includes(need)) &&
      !identifier.every((name) => child.identifier.length === 1 && child.identifier[0] === name),
  );
  // A type that is listed by the same properties is a sibling, as `AWS::MSK::ClusterPolicy` is.
  const ancestors = same.filter(({ listNeeds }) =>
    listNeeds.every(
      (need) => child.listNeeds.includes(need) && listNeeds.length < child.listNeeds.length,
    ),
  );
  if (ancestors.length === 1) {
    return { parent: ancestors[0]!.type, fills: child.listNeeds.map((need) => [need, need]) };
  }
  const [need, second] = child.listNeeds;
  if (need === undefined || second !== undefined || ancestors.length > 1) return undefined;
  const stem = need.replace(ENDING, '');
  const named = siblings.filter(
    ({ type, identifier }) =>
      identifier.length === 1 && nounOf(type) === stem && isOfSort(identifier[0]!, need),
  );
  return named.length === 1
    ? { parent: named[0]!.type, fills: [[need, named[0]!.identifier[0]!]] }
    : undefined;
}

/** Whether a property of the parent can stand for one of the child: an ARN for an ARN, an id for an id. */
function isOfSort(have: string, need: string): boolean {
  const sort = sortOf(need);
  return sort === 'identifier' || sortOf(have) === sort;
}

function sortOf(property: string): string {
  return (ENDING.exec(property)?.[0] ?? '').toLowerCase();
}

function serviceOf({ type }: ParentFacts): string {
  return type.split('::')[1] ?? '';
}

function nounOf(type: string): string {
  return type.split('::')[2] ?? '';
}

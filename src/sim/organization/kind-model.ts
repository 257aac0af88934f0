import type { Random } from './random.js';

/** What names one generated resource. */
export interface Identity {
  readonly accountId: string;
  /** Region that the resource lives in; `us-east-1` stands in ARNs of global kinds only where AWS puts one. */
  readonly region: string;
  readonly partition: string;
  readonly index: number;
  /** Eight hex digits that only this resource of its scope carries; see mark.ts. */
  readonly mark: string;
  /** 32 bits that depend on scope and index alone. */
  readonly hash: number;
  /** Identifier of the parent, for kinds that have one. */
  readonly parent?: string;
}

/** Whose children a kind's resources are. */
export interface ParentModel {
  readonly kind: string;
  /** Property of the ResourceModel that names the parent. */
  readonly property: string;
  /** Its value as the child's identifier tells it. Default: what stands before the first `|`. */
  readonly valueIn?: (identifier: string) => string;
  /** Its value for a parent. Default: the parent's identifier. */
  readonly valueFor?: (parent: string) => string;
}

/** The value by which a child's parent is named. */
export function parentIn({ parent }: KindModel, identifier: string): string | undefined {
  if (parent === undefined) return undefined;
  return parent.valueIn?.(identifier) ?? identifier.slice(0, identifier.indexOf('|'));
}

/** How a kind of the simulated organization looks and behaves. */
export interface KindModel {
  readonly kind: string;
  /** `bucket`: listed once an account, but every resource has a region of its own. */
  readonly placement: 'regional' | 'global' | 'bucket';
  /**
   * Whether a service of its own describes it instead of Cloud Control, or besides it; such a kind is
   * part of an organization only where it is asked for. Default: Cloud Control alone.
   */
  readonly api?: 'own' | 'both';
  /** Primary identifier properties in order; Cloud Control joins their values with `|`. */
  readonly identifierProperties: readonly string[];
  /** Listed a parent at a time: the ResourceModel must hold this property. */
  readonly parent?: ParentModel;
  /** Property that is filled up where a body has to reach a size. */
  readonly bulkProperty: string;
  /** Name of the property that holds tags. */
  readonly tagProperty?: string;
  /** Values of the identifier properties. Must contain the mark, and must be cheap: listings call it for each resource. */
  identifier(id: Identity): readonly string[];
  /** Everything but the identifier properties. */
  body(id: Identity, random: Random, names: readonly string[]): Record<string, unknown>;
}

/** Joins identifier values as Cloud Control does. */
export function joinIdentifier(values: readonly string[]): string {
  return values.length === 1 ? (values[0] as string) : values.join('|');
}

import type { MappingSpec } from '../model/mapping-spec.js';

/** How many complete resyncs in a row must leave an adopted entity unclaimed before it is deleted. */
export const MISSES_BEFORE_DELETE = 2;

/**
 * The blueprint that a mapping yields, where its expression is a plain string literal; undefined
 * where only evaluating it can tell.
 */
export function literalBlueprint(spec: MappingSpec): string | undefined {
  const text = spec.blueprint.jq.trim();
  if (!text.startsWith('"')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether a resync can say that nothing yields a blueprint's entity: every scope of every kind with a
 * mapping that may yield the blueprint was complete; where no mapping does, every kind was.
 *
 * @param incomplete kinds with a scope that failed or was not part of the resync
 */
export function blueprintComplete(
  blueprint: string,
  specs: readonly MappingSpec[],
  incomplete: ReadonlySet<string>,
): boolean {
  const yielding = specs.filter((spec) => {
    const yields = literalBlueprint(spec);
    return yields === undefined || yields === blueprint;
  });
  // What no mapping yields was made for the sake of a relation, and any kind may have that relation.
  if (yielding.length === 0) return incomplete.size === 0;
  return yielding.every((spec) => !incomplete.has(spec.kind));
}

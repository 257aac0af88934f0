import type { PortEntity } from './entity-store.js';

/** An entity as the API shows it. `include` narrows it to the fields of those names. */
export function showEntity(
  entity: PortEntity,
  include: readonly string[] = [],
): Record<string, unknown> {
  const { datasource, stub, ...shown } = entity;
  const all: Record<string, unknown> = { ...shown, createdBy: datasource, updatedBy: datasource };
  void stub;
  if (include.length === 0) return all;
  return Object.fromEntries(Object.entries(all).filter(([name]) => include.includes(name)));
}

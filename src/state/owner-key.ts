import { SEPARATOR } from '../model/resource-key.js';

/** The key of an owner's row: the entity, then the resource that it comes from (both encoded). */
export function ownerKey(entityKey: string, resourceKey: string): string {
  return entityKey + SEPARATOR + resourceKey;
}

/**
 * What the keys of one entity's owners have in common: blueprint and identifier. Of an identifier that
 * holds the separator itself, what stands before it: entities that begin alike share a group. Undefined
 * where a key (or the beginning of one) does not reach so far.
 */
export function ownedEntityOf(key: string): string | undefined {
  const blueprintEnd = key.indexOf(SEPARATOR);
  const end = blueprintEnd < 0 ? -1 : key.indexOf(SEPARATOR, blueprintEnd + 1);
  return end < 0 ? undefined : key.slice(0, end + 1);
}

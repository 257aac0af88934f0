import { SEPARATOR } from './resource-key.js';

/** Names one entity in Port. */
export interface EntityKey {
  readonly blueprint: string;
  readonly identifier: string;
}

/** An entity key as one string; orders by blueprint, then identifier. */
export function encodeEntityKey(key: EntityKey): string {
  return key.blueprint + SEPARATOR + key.identifier;
}

/** The inverse of {@link encodeEntityKey}. */
export function decodeEntityKey(encoded: string): EntityKey {
  const at = encoded.indexOf(SEPARATOR);
  if (at < 0) throw new RangeError(`not an entity key: ${JSON.stringify(encoded)}`);
  return { blueprint: encoded.slice(0, at), identifier: encoded.slice(at + 1) };
}

/** One entity that a mapping yielded, ready to be sent. */
export interface MappedEntity extends EntityKey {
  /** Place of the mapping among the pipeline's `resources` (0-based): the order of owners. */
  readonly mapping: number;
  /** The entity as Port is sent it (without the blueprint): identifier, title, team, icon, properties, relations. */
  readonly json: string;
  /** Hash of {@link json}. */
  readonly hash: string;
  /**
   * Where the mapping's identifier is a search (`{combinator, rules}`): the query. `identifier` is ''
   * then, and {@link json} holds no identifier until the sink has found it.
   */
  readonly search?: unknown;
}

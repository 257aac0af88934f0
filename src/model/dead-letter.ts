import type { EntityKey } from './entity.js';
import type { ResourceKey } from './resource-key.js';
import type { Scope } from './scope.js';

/** Something that could not be carried out and waits for `replay`. Holds no body: it is replayed by reading again. */
export interface DeadLetter {
  /** Stable: the same resource (and entity) parks under the same id, so parking is idempotent. */
  readonly id: string;
  readonly key: ResourceKey;
  readonly scope: Scope;
  /** The entity that Port refused; absent where the resource itself could not be read or mapped. */
  readonly entity?: EntityKey;
  /** e.g. `port.refused`, `jq.timeout`, `jq.invalid-json`, `aws.AccessDenied`, `relation.missing`. */
  readonly code: string;
  /** Port's, jq's or AWS's own words. Never holds a secret. */
  readonly message: string;
  readonly attempts: number;
  /** Wall-clock time in ms; for people, never compared. */
  readonly parkedAt: number;
}

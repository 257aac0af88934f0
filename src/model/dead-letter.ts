import type { EntityKey } from './entity.js';
import type { ResourceKey } from './resource-key.js';
import type { Scope } from './scope.js';

interface LetterBase {
  /** Stable: what is parked again parks under the same id, so parking is idempotent. */
  readonly id: string;
  /** e.g. `port.refused`, `jq.timeout`, `jq.invalid-json`, `aws.AccessDenied`, `relation.missing`, `stream.undecodable`. */
  readonly code: string;
  /** Port's, jq's or AWS's own words. Never holds a secret. */
  readonly message: string;
  readonly attempts: number;
  /** Wall-clock time in ms; for people, never compared. */
  readonly parkedAt: number;
}

/** A resource that could not be carried out. Holds no body: it is replayed by reading again. */
export interface ResourceLetter extends LetterBase {
  readonly key: ResourceKey;
  readonly scope: Scope;
  /** The entity that Port refused; absent where the resource itself could not be read or mapped. */
  readonly entity?: EntityKey;
}

/** A record of the stream that could not be read: all that is left of it is its bytes. */
export interface RecordLetter extends LetterBase {
  readonly record: {
    readonly streamArn: string;
    readonly shardId: string;
    readonly sequenceNumber: string;
    /** When the stream took it, wall clock in ms. */
    readonly arrivedAt: number;
    /** Its bytes in base64; never shown raw. */
    readonly data: string;
  };
}

/** Something that could not be carried out and waits for `replay`. */
export type DeadLetter = ResourceLetter | RecordLetter;

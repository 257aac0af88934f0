import type { ResourceKey } from './resource-key.js';
import type { Scope } from './scope.js';

/** A point on the persisted monotonic counter: the start of the request that made an observation. */
export type Tick = number;

/** How an observation was made. Listings are often partial, reads are whole; their hashes are kept apart. */
export type Origin = 'list' | 'read';

/**
 * Why an observation was made. `resync`: a listing of the running generation; `retry`: drained from
 * the retry table; `confirm`: the check before a stale delete; `live`: after a change event.
 */
export type Cause = 'resync' | 'retry' | 'confirm' | 'live';

interface ObservationBase {
  readonly key: ResourceKey;
  /** The scope that the resource belongs to: its failure and stale deletion are decided there. */
  readonly scope: Scope;
  readonly startedAt: Tick;
  readonly origin: Origin;
  readonly cause: Cause;
}

/** AWS held the resource. */
export interface PresentObservation extends ObservationBase {
  readonly state: 'present';
  /**
   * Exactly what JQ is given: one JSON object on one line (no raw line feed), e.g.
   * `{"Identifier":"i-1","Properties":{…},"__Kind":"AWS::EC2::Instance","__AccountId":"…","__Region":"…"}`.
   */
  readonly body: string;
}

/** AWS said that it holds no such resource. */
export interface AbsentObservation extends ObservationBase {
  readonly state: 'absent';
}

/** What AWS was seen to hold for one resource key at one time. */
export type Observation = PresentObservation | AbsentObservation;

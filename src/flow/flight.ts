import type { Observation } from '../model/observation.js';
import type { Outcome } from '../model/outcome.js';
import { encodeResourceKey } from '../model/resource-key.js';

/** Whoever started flights and waits for them to settle: a scope's listing, a retry, a confirmation. */
export interface FlightGroup {
  /** Called once for each flight of the group, when it has settled. */
  settled(flight: Flight, outcome: Outcome): void;
}

/** What a flight asks of the diff instead of mapping its observation. */
export type Directive = 'purge-leaving' | 'unsettle';

/** One observation on its way through the dataflow, with the credits that it holds. */
export interface Flight {
  readonly observation: Observation;
  /** The encoded resource key: what fence and index know it by. */
  readonly id: string;
  /** Bytes of credit that it holds; it holds one observation of credit besides. */
  readonly bytes: number;
  readonly group: FlightGroup;
  /**
   * The observation's body is not looked at. `purge-leaving`: delete what the record marks as leaving.
   * `unsettle`: forget what Port acknowledged of the entities of `force`, which were to be written
   * again and could not, so that they are when the resource is next seen.
   */
  readonly directive?: Directive;
  /**
   * Entities (encoded) to be written even where the index knows them as unchanged, since another owner
   * of theirs was written or left; each with the number of the wish that it answers, so that one which
   * was renewed meanwhile stays.
   */
  readonly force?: ReadonlyMap<string, number>;
  /** Hash of the listing that this read completes: the next one that shows the same needs no read. */
  readonly listHash?: string;
  /** Hash of the body, once taken. */
  bodyHash?: string;
}

/** Starts a flight for an observation. */
export function flightOf(
  observation: Observation,
  group: FlightGroup,
  extra: Pick<Flight, 'directive' | 'force'> = {},
): Flight {
  return {
    observation,
    id: encodeResourceKey(observation.key),
    bytes: observation.state === 'present' ? observation.body.length : 0,
    group,
    ...extra,
  };
}

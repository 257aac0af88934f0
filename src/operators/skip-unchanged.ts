import type { MonoTypeOperatorFunction } from 'rxjs';
import type { Flight } from '../flow/flight.js';
import { encodeScope } from '../model/scope.js';
import type { IndexRecord } from '../model/index-record.js';
import { keepFlights } from './keep-flights.js';

export interface SkipUnchangedOptions {
  /** What the index knows of a resource. */
  readonly record: (id: string) => IndexRecord | undefined;
  /** Hash of the program that maps this flight's resource. */
  readonly program: (flight: Flight) => string;
  readonly hash: (body: string) => string;
  readonly settle: (flight: Flight, outcome: 'unchanged', record: IndexRecord) => void;
  /**
   * Takes over a listing's flight that a read must complete (its resource or its kind is known to hold
   * more than listings show) and settles it; false lets it go on. Default: none is.
   */
  readonly complete?: (flight: Flight, record: IndexRecord | undefined) => boolean;
}

/**
 * Settles, at the cost of one hash, every observation whose body and mapping are those that led to
 * what Port acknowledged: no JQ, no write. What a listing showed and what a read gave are remembered
 * apart, since listings are often partial: an unchanged listing never replaces what a read gave.
 *
 * Flights that go on carry their `bodyHash`. Forced flights and directives always go on; so does a
 * resource with an unacknowledged, leaving or parked entity.
 */
export function skipUnchanged(
  options: SkipUnchangedOptions,
): MonoTypeOperatorFunction<readonly Flight[]> {
  return keepFlights((flight) => {
    const { observation } = flight;
    if (observation.state === 'absent' || flight.directive) return true;
    flight.bodyHash = options.hash(observation.body);
    if (flight.force !== undefined) return true;
    const record = options.record(flight.id);
    if (record !== undefined && isUnchanged(flight, record, options)) {
      options.settle(flight, 'unchanged', record);
      return false;
    }
    return observation.origin !== 'list' || options.complete?.(flight, record) !== true;
  });
}

function isUnchanged(flight: Flight, record: IndexRecord, options: SkipUnchangedOptions): boolean {
  return (
    isKnown(flight, record) &&
    record.program === options.program(flight) &&
    record.scope === encodeScope(flight.observation.scope) &&
    record.entities.every((owned) => owned.hash !== null && !owned.leaving)
  );
}

function isKnown({ observation, bodyHash, listHash }: Flight, record: IndexRecord): boolean {
  if (observation.origin === 'list') {
    return bodyHash === record.listHash || bodyHash === record.readHash;
  }
  // A read that completes a listing goes on until the listing is remembered, so that it is passed over.
  if (listHash !== undefined && listHash !== record.listHash) return false;
  return bodyHash === (record.readHash ?? record.listHash);
}

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
}

/**
 * Settles, at the cost of one hash, every observation whose body and mapping are those that led to
 * what Port acknowledged: no JQ, no write. Listings are compared with listings and reads with reads,
 * since listings are often partial.
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
    if (record === undefined) return true;
    const known = observation.origin === 'list' ? record.listHash : record.readHash;
    const unchanged =
      known === flight.bodyHash &&
      record.program === options.program(flight) &&
      record.scope === encodeScope(observation.scope) &&
      record.entities.every((owned) => owned.hash !== null && !owned.leaving);
    if (!unchanged) return true;
    options.settle(flight, 'unchanged', record);
    return false;
  });
}

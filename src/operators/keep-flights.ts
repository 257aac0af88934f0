import { filter, map, pipe } from 'rxjs';
import type { MonoTypeOperatorFunction } from 'rxjs';
import type { Flight } from '../flow/flight.js';

/**
 * Filters the flights inside batches: emits each batch without those that `keep` turns down, and no
 * batch that becomes empty. Whoever turns a flight down has settled it.
 */
export function keepFlights(
  keep: (flight: Flight) => boolean,
): MonoTypeOperatorFunction<readonly Flight[]> {
  return pipe(
    map((flights: readonly Flight[]) => flights.filter(keep)),
    filter((flights) => flights.length > 0),
  );
}

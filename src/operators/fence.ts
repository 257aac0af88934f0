import type { MonoTypeOperatorFunction } from 'rxjs';
import type { Flight } from '../flow/flight.js';
import { keepFlights } from './keep-flights.js';

/** What the fence asks: whether no newer observation of the resource was let in before. */
export interface FenceGate {
  admit(id: string, tick: number): boolean;
}

/**
 * Drops every observation that is older than the newest one of the same resource that was let in.
 * Late, duplicated and overtaken observations end here, so whatever comes behind may take the order
 * of arrival for the order of observation.
 *
 * Settles dropped flights as `outdated`. Emits what is left of each batch; empty batches are left out.
 *
 * @example
 * // a read started at tick 7 arrives before a page started at tick 5
 * of([read7], [page5]).pipe(fence(memory, settle)).subscribe(console.log); // [read7]
 */
export function fence(
  gate: FenceGate,
  settle: (flight: Flight, outcome: 'outdated') => void,
): MonoTypeOperatorFunction<readonly Flight[]> {
  return keepFlights((flight) => {
    // A directive observes nothing: it neither outdates an observation nor is outdated by one.
    if (flight.directive || gate.admit(flight.id, flight.observation.startedAt)) return true;
    settle(flight, 'outdated');
    return false;
  });
}

import { mergeMap } from 'rxjs';
import type { OperatorFunction } from 'rxjs';
import type { Flight } from '../flow/flight.js';
import type { Mapped } from '../flow/stages.js';
import type { MappingOutcome } from '../model/mapping-result.js';

/**
 * Maps each batch through JQ. All flights of a batch share a program. Flights without a body (absent,
 * directives) pass as they are. Batches run side by side and may overtake each other: the fence's
 * second look, in the diff, makes up for it.
 *
 * @param map evaluates the program of the batch's first flight over the bodies, one outcome each, in
 *   order; it bounds its own concurrency, and credits bound what waits for it
 */
export function transform(
  map: (first: Flight, bodies: readonly string[]) => Promise<readonly MappingOutcome[]>,
): OperatorFunction<readonly Flight[], readonly Mapped[]> {
  return mergeMap(async (flights) => {
    const bodies: string[] = [];
    const withBody: Flight[] = [];
    const mapped: Mapped[] = [];
    for (const flight of flights) {
      if (flight.observation.state === 'absent' || flight.directive) mapped.push({ flight });
      else {
        bodies.push(flight.observation.body);
        withBody.push(flight);
      }
    }
    const first = withBody[0];
    if (first === undefined) return mapped;
    const outcomes = await map(first, bodies);
    for (const [at, flight] of withBody.entries()) mapped.push({ flight, result: outcomes[at]! });
    return mapped;
  });
}

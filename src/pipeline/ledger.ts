import type { Flight } from '../flow/flight.js';
import type { Outcome } from '../model/outcome.js';
import type { Parts } from './parts.js';

/** The one place where flights begin and end: credits, ticks, fence and groups are kept in step here. */
export class Ledger {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** A flight ends: its credits flow back, whoever waits for it is told. */
  settle(flight: Flight, outcome: Outcome): void {
    const { flow, counters, tap } = this.#parts;
    const { startedAt } = flight.observation;
    flow.outstanding.add(startedAt, -1);
    flow.fence.settled(flight.id, startedAt);
    flow.credits.release(1, flight.bytes);
    if (outcome === 'unchanged') counters.resources.unchanged += 1;
    else if (outcome === 'filtered') counters.resources.filtered += 1;
    tap.tell(flight, outcome);
    flight.group.settled(flight, outcome);
  }

  /** An observation that was given credits will not fly: it said nothing that has to be carried out. */
  dismiss(startedAt: number, bytes: number): void {
    this.#parts.flow.outstanding.add(startedAt, -1);
    this.#parts.flow.credits.release(1, bytes);
  }

  /** Starts a flight that no fetch brought (the deletes of a resync) as soon as there is credit for it. */
  async start(make: () => Flight): Promise<Flight> {
    const { flow, stop } = this.#parts;
    await flow.credits.take({ observations: 1, bytes: 0 }, false, stop);
    flow.credits.arrived(1);
    const flight = make();
    flow.outstanding.add(flight.observation.startedAt, 1);
    return flight;
  }
}

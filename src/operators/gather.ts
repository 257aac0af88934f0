import { Observable, asyncScheduler } from 'rxjs';
import type { MonoTypeOperatorFunction, SchedulerLike, Subscription } from 'rxjs';
import type { Flight } from '../flow/flight.js';
import { relay } from './relay.js';

export interface GatherOptions {
  /** What a batch has in common: its program. Undefined: the flight needs no batch and goes on at once. */
  readonly by: (flight: Flight) => string | undefined;
  /** Flights of a batch at most. Default 500; at least 1. */
  readonly maxFlights?: number;
  /** Bytes of bodies at which a batch is full. Default 512 KiB. */
  readonly maxBytes?: number;
  /** Milliseconds that a flight waits for company at most. Default 20. */
  readonly lingerMs?: number;
  readonly scheduler?: SchedulerLike;
}

interface Bin {
  readonly flights: Flight[];
  bytes: number;
}

/**
 * Gathers flights of many pages into full batches, one kind's program each: a call to JQ costs as
 * much for one resource as for a hundred.
 *
 * A batch is emitted when it is full or when its first flight has waited `lingerMs`; on completion
 * the rest is emitted. Holds at most one batch a program; what it holds is bounded by credits.
 */
export function gather(options: GatherOptions): MonoTypeOperatorFunction<readonly Flight[]> {
  const {
    by,
    maxFlights = 500,
    maxBytes = 512 * 1024,
    lingerMs = 20,
    scheduler = asyncScheduler,
  } = options;
  if (!(maxFlights >= 1)) {
    throw new RangeError(`option maxFlights: expected a number of at least 1, got ${maxFlights}`);
  }
  return (source) =>
    new Observable((subscriber) => {
      const bins = new Map<string, Bin>();
      const timers = new Map<string, Subscription>();

      const emit = (name: string): void => {
        timers.get(name)?.unsubscribe();
        timers.delete(name);
        const bin = bins.get(name);
        bins.delete(name);
        if (bin) subscriber.next(bin.flights);
      };
      const put = (name: string, flight: Flight): void => {
        let bin = bins.get(name);
        while (bin && bin.bytes + flight.bytes > maxBytes) {
          emit(name);
          // Whoever was given the batch may have put a flight into the next one already.
          bin = bins.get(name);
        }
        if (bin === undefined) {
          bin = { flights: [], bytes: 0 };
          bins.set(name, bin);
          timers.set(
            name,
            scheduler.schedule(() => emit(name), lingerMs),
          );
        }
        bin.flights.push(flight);
        bin.bytes += flight.bytes;
        if (bin.flights.length >= maxFlights || bin.bytes >= maxBytes) emit(name);
      };

      const subscription = relay(source, subscriber, {
        next(flights) {
          const through: Flight[] = [];
          for (const flight of flights) {
            const name = by(flight);
            if (name === undefined) through.push(flight);
            else put(name, flight);
          }
          if (through.length > 0) subscriber.next(through);
        },
        complete() {
          for (const name of [...bins.keys()]) emit(name);
          subscriber.complete();
        },
      });
      return () => {
        subscription.unsubscribe();
        for (const timer of timers.values()) timer.unsubscribe();
      };
    });
}

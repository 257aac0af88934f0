import { Observable, asyncScheduler } from 'rxjs';
import type { OperatorFunction, SchedulerLike, Subscription } from 'rxjs';
import type { Answered } from '../flow/stages.js';
import { attempt, relay } from './relay.js';

export interface SettleOptions {
  /** Writes what follows from the answers into the index, in one transaction; resolves once it is durable. */
  readonly commit: (batch: readonly Answered[]) => Promise<void>;
  /** Lets a flight go after its commit: credits, lanes, whoever waits for it. */
  readonly release: (answered: Answered) => void;
  /** Flights of a transaction at most. Default 500. */
  readonly maxFlights?: number;
  /** Milliseconds that an answer waits for others at most. Default 10. */
  readonly lingerMs?: number;
  readonly scheduler?: SchedulerLike;
}

/**
 * The end of a flight's way: commits what Port acknowledged, many flights a transaction, then lets
 * them go. Emits the batches that were committed. Errors when a commit fails: nothing of that batch is
 * released, and a restart finds its intents.
 */
export function settle(options: SettleOptions): OperatorFunction<Answered, readonly Answered[]> {
  const { commit, release, maxFlights = 500, lingerMs = 10, scheduler = asyncScheduler } = options;
  return (source) =>
    new Observable((subscriber) => {
      let batch: Answered[] = [];
      let timer: Subscription | undefined;
      let committing = 0;
      let completed = false;

      const flush = (): void => {
        timer?.unsubscribe();
        timer = undefined;
        if (batch.length === 0) return;
        const full = batch;
        batch = [];
        committing += 1;
        commit(full).then(
          () =>
            attempt(subscriber, () => {
              for (const answered of full) release(answered);
              subscriber.next(full);
              // Only now: a release may end the source, and this batch must come out before the end.
              committing -= 1;
              if (completed && committing === 0) subscriber.complete();
            }),
          (error: unknown) => subscriber.error(error),
        );
      };
      const subscription = relay(source, subscriber, {
        next(answered) {
          batch.push(answered);
          if (batch.length >= maxFlights) flush();
          else timer ??= scheduler.schedule(() => attempt(subscriber, flush), lingerMs);
        },
        complete() {
          completed = true;
          flush();
          if (committing === 0) subscriber.complete();
        },
      });
      return () => {
        subscription.unsubscribe();
        timer?.unsubscribe();
      };
    });
}

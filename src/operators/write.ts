import { Observable } from 'rxjs';
import type { OperatorFunction, Subscriber } from 'rxjs';
import type { Lanes } from '../flow/lanes.js';
import type { PendingWrite } from '../flow/pending-write.js';
import type { Answered, Planned, WriteResult } from '../flow/stages.js';
import type { ChangeResult } from '../model/change.js';
import { attempt, relay } from './relay.js';

export interface WriteOptions {
  /** Hands one write to the sink; `done` is called once, later. */
  readonly submit: (write: PendingWrite, done: (result: ChangeResult) => void) => void;
  readonly entityLanes: Lanes;
}

/**
 * Sends the writes of each flight once its intent is durable and each write is at the head of its
 * entity's lane. Emits a flight when all its writes are answered, in the order of the last answers.
 *
 * Errors when an intent cannot be made durable: then nothing of that flight is sent. Nothing at all is
 * sent once the stream has ended.
 */
export function write(options: WriteOptions): OperatorFunction<readonly Planned[], Answered> {
  return (source) =>
    new Observable((subscriber) => {
      let open = 0;
      let completed = false;
      const finish = (answered: Answered): void => {
        open -= 1;
        subscriber.next(answered);
        if (completed && open === 0) subscriber.complete();
      };
      const sendAfter = (durable: Promise<void>, flights: readonly Planned[]): void => {
        durable.then(
          () =>
            attempt(subscriber, () => {
              for (const planned of flights) sendAll(planned, options, subscriber, finish);
            }),
          (error: unknown) => subscriber.error(error),
        );
      };
      // Intents of one batch are mostly written in one go and share a promise: it is waited for once.
      const start = (batch: readonly Planned[]): void => {
        open += batch.length;
        let shared: Promise<void> | undefined;
        let flights: Planned[] = [];
        for (const planned of batch) {
          const { durable } = planned;
          if (durable === undefined) {
            finish({ planned, results: [] });
          } else if (durable === shared) {
            flights.push(planned);
          } else {
            shared = durable;
            flights = [planned];
            sendAfter(durable, flights);
          }
        }
      };
      const subscription = relay(source, subscriber, {
        next: start,
        complete() {
          completed = true;
          if (open === 0) subscriber.complete();
        },
      });
      return () => subscription.unsubscribe();
    });
}

function sendAll(
  planned: Planned,
  options: WriteOptions,
  subscriber: Subscriber<Answered>,
  finish: (answered: Answered) => void,
): void {
  const { writes } = planned;
  const results = new Array<WriteResult>(writes.length);
  let left = writes.length;
  // An intent may be all there is: ownership changed and Port's entities did not.
  if (left === 0) finish({ planned, results });
  const answer = (at: number, pending: PendingWrite, result: WriteResult): void => {
    results[at] = result;
    left -= 1;
    // Before the next in the lane starts, whose answer may be known at once.
    if (left === 0) finish({ planned, results });
    options.entityLanes.leave(
      pending.entity,
      result.status !== 'refused' && result.status !== 'deferred',
    );
  };
  const send = (at: number, pending: PendingWrite, before: boolean | undefined): void => {
    if (subscriber.closed) return;
    if (before === true) answer(at, pending, { status: 'repeated' });
    else options.submit(pending, (result) => answer(at, pending, result));
  };
  for (const [at, pending] of writes.entries()) {
    pending.open((before) => attempt(subscriber, () => send(at, pending, before)));
  }
}

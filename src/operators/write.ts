import { Observable } from 'rxjs';
import type { OperatorFunction } from 'rxjs';
import type { Lanes } from '../flow/lanes.js';
import type { PendingWrite } from '../flow/pending-write.js';
import type { Answered, Planned, WriteResult } from '../flow/stages.js';
import type { ChangeResult } from '../model/change.js';

export interface WriteOptions {
  /** Hands one write to the sink; `done` is called once, later. */
  readonly submit: (write: PendingWrite, done: (result: ChangeResult) => void) => void;
  readonly entityLanes: Lanes;
}

/**
 * Sends the writes of each flight once its intent is durable and each write is at the head of its
 * entity's lane. Emits a flight when all its writes are answered, in the order of the last answers.
 *
 * Errors when an intent cannot be made durable: then nothing of that flight is sent.
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
      const start = (planned: Planned): void => {
        open += 1;
        if (planned.durable === undefined) {
          finish({ planned, results: [] });
          return;
        }
        planned.durable.then(
          () => sendAll(planned, options, finish),
          (error: unknown) => subscriber.error(error),
        );
      };
      const subscription = source.subscribe({
        next: (batch) => batch.forEach(start),
        error: (error: unknown) => subscriber.error(error),
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
  finish: (answered: Answered) => void,
): void {
  const results = new Array<WriteResult>(planned.writes.length);
  let left = planned.writes.length;
  const answer = (at: number, pending: PendingWrite, result: WriteResult): void => {
    results[at] = result;
    left -= 1;
    options.entityLanes.leave(
      pending.entity,
      result.status !== 'refused' && result.status !== 'deferred',
    );
    if (left === 0) finish({ planned, results });
  };
  for (const [at, pending] of planned.writes.entries()) {
    pending.open((before) => {
      if (before === true) answer(at, pending, { status: 'repeated' });
      else options.submit(pending, (result) => answer(at, pending, result));
    });
  }
}

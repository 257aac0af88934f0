import { Observable } from 'rxjs';
import type { OperatorFunction, SchedulerLike } from 'rxjs';
import { Deadlines } from '../flow/deadlines.js';
import { attempt, relay } from './relay.js';

export interface ReadBackOptions<T, R> {
  /** What shares a quota: account and region. */
  readonly partition: (value: T) => string;
  /**
   * Reads; resolves with what comes of it, or undefined where nothing is to be emitted. Rejects only
   * where the engine itself is at fault. The signal is aborted when patience is at its end, and on
   * unsubscribing.
   */
  readonly read: (value: T, signal: AbortSignal) => Promise<R | undefined>;
  /** What has waited for its turn for as long as it may; it has not been read. */
  readonly overdue: (value: T) => void;
  /** Reads of one partition at once. Default 16. */
  readonly atOnce?: number;
  /** Milliseconds that a value waits, in line and at its quota. Default 10,000. */
  readonly patienceMs?: number;
  readonly scheduler?: SchedulerLike;
}

interface Waiting<T> {
  readonly value: T;
  readonly abort: AbortController;
  started: boolean;
  forget: () => void;
}

interface Partition<T> {
  reading: number;
  line: Waiting<T>[];
}

/**
 * Reads each value, several at once a partition, and emits what was read as it comes. A partition that
 * is slow keeps no other waiting, and none of its own for ever: what waits too long is handed to
 * `overdue`, so that it holds up nothing.
 */
export function readBack<T, R>(options: ReadBackOptions<T, R>): OperatorFunction<T, R> {
  const { partition, read, overdue, atOnce = 16, patienceMs = 10_000, scheduler } = options;
  if (!(atOnce >= 1)) {
    throw new RangeError(`option atOnce: expected a number of at least 1, got ${atOnce}`);
  }
  return (source) =>
    new Observable((subscriber) => {
      const partitions = new Map<string, Partition<T>>();
      const all = new Set<Waiting<T>>();
      let completed = false;

      const deadlines = new Deadlines<Waiting<T>>(
        patienceMs,
        (waiting) => {
          waiting.abort.abort(new Error('waited too long'));
          if (waiting.started) return;
          all.delete(waiting);
          overdue(waiting.value);
          finishIfDone();
        },
        scheduler,
      );
      const finishIfDone = (): void => {
        if (completed && all.size === 0) subscriber.complete();
      };
      const startNext = (name: string, lane: Partition<T>): void => {
        while (lane.reading < atOnce && lane.line.length > 0) {
          const waiting = lane.line.shift()!;
          if (!waiting.abort.signal.aborted) start(name, lane, waiting);
        }
        if (lane.reading === 0 && lane.line.length === 0) partitions.delete(name);
      };
      const start = (name: string, lane: Partition<T>, waiting: Waiting<T>): void => {
        lane.reading += 1;
        waiting.started = true;
        const ended = (): void => {
          waiting.forget();
          all.delete(waiting);
          lane.reading -= 1;
          startNext(name, lane);
        };
        read(waiting.value, waiting.abort.signal).then(
          (result) =>
            attempt(subscriber, () => {
              ended();
              if (result !== undefined) subscriber.next(result);
              finishIfDone();
            }),
          (error: unknown) => subscriber.error(error),
        );
      };

      const subscription = relay(source, subscriber, {
        next(value) {
          const name = partition(value);
          const lane = partitions.get(name) ?? { reading: 0, line: [] };
          partitions.set(name, lane);
          const waiting: Waiting<T> = {
            value,
            abort: new AbortController(),
            started: false,
            forget: () => undefined,
          };
          waiting.forget = deadlines.set(waiting);
          all.add(waiting);
          lane.line.push(waiting);
          startNext(name, lane);
        },
        complete() {
          completed = true;
          finishIfDone();
        },
      });
      return () => {
        subscription.unsubscribe();
        deadlines.clear();
        for (const { abort } of all) abort.abort(new Error('stopped'));
      };
    });
}

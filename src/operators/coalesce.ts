import { Observable } from 'rxjs';
import type { OperatorFunction, SchedulerLike } from 'rxjs';
import { Deadlines } from '../flow/deadlines.js';
import { attempt, relay } from './relay.js';

/** A value whose window has passed. Others may still join it until it is taken. */
export interface Due<T> {
  /** The value as it stands. */
  readonly value: T;
  /** Takes the value: what comes from now on opens a window of its own. Further calls give the same. */
  take(): T;
}

export interface CoalesceOptions<T> {
  /** What values that are merged have in common. */
  readonly key: (value: T) => string;
  readonly merge: (waiting: T, next: T) => T;
  /** Milliseconds from the first value of a key until it is due; later values do not prolong it. */
  readonly windowMs: number;
  readonly scheduler?: SchedulerLike;
}

/**
 * Merges values of one key that come within a window: many changes of one resource cost one read.
 *
 * The window is counted from its first value, so what changes for ever is due again and again. A value
 * that is due can still be joined until whoever reads takes it: an event joins a read that has not
 * started, and never one that has. On completion all that waits is due at once.
 *
 * @example
 * // 'a' three times within 2 s is emitted once, 2 s after the first
 * changes$.pipe(coalesce({ key: (c) => c.id, merge, windowMs: 2_000 }))
 */
export function coalesce<T>(options: CoalesceOptions<T>): OperatorFunction<readonly T[], Due<T>> {
  const { key, merge, windowMs, scheduler } = options;
  return (source) =>
    new Observable((subscriber) => {
      const open = new Map<string, Window<T>>();
      const deadlines = new Deadlines<Window<T>>(
        windowMs,
        (window) => attempt(subscriber, () => subscriber.next(window)),
        scheduler,
      );
      const subscription = relay(source, subscriber, {
        next(values) {
          for (const value of values) {
            const name = key(value);
            const window = open.get(name);
            if (window) {
              window.value = merge(window.value, value);
              continue;
            }
            const opened = new Window(value, () => open.delete(name));
            open.set(name, opened);
            deadlines.set(opened);
          }
        },
        complete() {
          deadlines.flush();
          subscriber.complete();
        },
      });
      return () => {
        subscription.unsubscribe();
        deadlines.clear();
      };
    });
}

class Window<T> implements Due<T> {
  #taken = false;

  constructor(
    public value: T,
    private readonly close: () => void,
  ) {}

  take(): T {
    if (!this.#taken) {
      this.#taken = true;
      this.close();
    }
    return this.value;
  }
}

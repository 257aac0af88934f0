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
  /**
   * Whether a value comes so late that what else belongs to it is on its heels: it waits `lateMs` only.
   * Asked of the first value of a key. Default: none does.
   */
  readonly late?: (value: T) => boolean;
  /** Milliseconds from a late value until it is due. Default 250, or `windowMs` where that is less. */
  readonly lateMs?: number;
  readonly scheduler?: SchedulerLike;
}

/** Longer than two reads of a shard are apart: what was read apart still comes together. */
const LATE_MS = 250;

/**
 * Merges values of one key that come within a window: many changes of one resource cost one read.
 *
 * The window is counted from its first value, so what changes for ever is due again and again. What is
 * late has waited already, somewhere else: after a stop of an hour nothing waits a window more. A value
 * that is due can still be joined until whoever reads takes it: an event joins a read that has not
 * started, and never one that has. On completion all that waits is due at once.
 *
 * @example
 * // 'a' three times within 2 s is emitted once, 2 s after the first
 * changes$.pipe(coalesce({ key: (c) => c.id, merge, windowMs: 2_000 }))
 */
export function coalesce<T>(options: CoalesceOptions<T>): OperatorFunction<readonly T[], Due<T>> {
  const { key, merge, windowMs, late = () => false, scheduler } = options;
  const { lateMs = Math.min(windowMs, LATE_MS) } = options;
  return (source) =>
    new Observable((subscriber) => {
      const open = new Map<string, Window<T>>();
      const pass = (window: Window<T>): void => attempt(subscriber, () => subscriber.next(window));
      const deadlines = new Deadlines<Window<T>>(windowMs, pass, scheduler);
      const soon = new Deadlines<Window<T>>(lateMs, pass, scheduler);
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
            (late(value) ? soon : deadlines).set(opened);
          }
        },
        complete() {
          soon.flush();
          deadlines.flush();
          subscriber.complete();
        },
      });
      return () => {
        subscription.unsubscribe();
        soon.clear();
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

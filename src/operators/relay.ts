import type { Observable, Subscriber, Subscription } from 'rxjs';

/** What an operator does with its source's notifications; errors pass by themselves. */
export interface Relay<T> {
  readonly next: (value: T) => void;
  readonly complete: () => void;
}

/**
 * Subscribes an operator to its source. What a handler throws errors the stream: RxJS would report it
 * outside the stream, where it ends the process instead of the run.
 */
export function relay<T>(
  source: Observable<T>,
  subscriber: Subscriber<unknown>,
  { next, complete }: Relay<T>,
): Subscription {
  return source.subscribe({
    next(value) {
      // A source that emits synchronously may go on after the stream has errored.
      if (!subscriber.closed) attempt(subscriber, () => next(value));
    },
    error: (error: unknown) => subscriber.error(error),
    complete: () => attempt(subscriber, complete),
  });
}

/** Takes a step that no source asked for (a timer, a commit, the head of a lane) in the same way. */
export function attempt(subscriber: Subscriber<unknown>, step: () => void): void {
  try {
    step();
  } catch (error) {
    subscriber.error(error);
  }
}

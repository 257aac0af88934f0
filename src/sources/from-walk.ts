import { Observable } from 'rxjs';

/**
 * An Observable of what a walk hands to `emit`; it completes when the walk has ended and errors with what
 * it throws. Unsubscribing aborts the signal, so that the walk stops where it waits.
 */
export function fromWalk<T>(
  walk: (emit: (value: T) => void, signal: AbortSignal) => Promise<void>,
): Observable<T> {
  return new Observable<T>((subscriber) => {
    const abort = new AbortController();
    walk((value) => {
      subscriber.next(value);
    }, abort.signal).then(
      () => {
        subscriber.complete();
      },
      (error: unknown) => {
        // After unsubscribing there is nobody to tell, and an abort is what was asked for.
        if (!abort.signal.aborted) subscriber.error(error);
      },
    );
    return () => {
      abort.abort();
    };
  });
}

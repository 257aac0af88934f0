import { Observable } from 'rxjs';

/**
 * An Observable of what an async generator yields. Unlike RxJS's `from`, unsubscribing aborts the
 * signal that the generator was given, so it stops where it waits instead of at its next yield.
 */
export function fromGenerator<T>(
  generate: (signal: AbortSignal) => AsyncGenerator<T, void, undefined>,
): Observable<T> {
  return new Observable<T>((subscriber) => {
    const abort = new AbortController();
    const run = async (): Promise<void> => {
      try {
        for await (const value of generate(abort.signal)) {
          if (abort.signal.aborted) return;
          subscriber.next(value);
        }
        subscriber.complete();
      } catch (error) {
        // After unsubscribing there is nobody to tell, and an abort is what was asked for.
        if (!abort.signal.aborted) subscriber.error(error);
      }
    };
    void run();
    return () => {
      abort.abort();
    };
  });
}

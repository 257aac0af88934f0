import { Observable } from 'rxjs';

/**
 * An observable out of a procedure: it emits what the procedure hands to `emit`, completes when the
 * procedure returns and errors when it throws.
 */
export function produce<T>(procedure: (emit: (value: T) => void) => Promise<void>): Observable<T> {
  return new Observable((subscriber) => {
    procedure((value) => subscriber.next(value)).then(
      () => subscriber.complete(),
      (error: unknown) => subscriber.error(error),
    );
  });
}

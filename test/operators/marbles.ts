import { TestScheduler } from 'rxjs/testing';
import type { RunHelpers } from 'rxjs/testing';
import * as assert from 'uvu/assert';

/** Runs a test in virtual time; a frame is a millisecond. */
export function marbles(test: (helpers: RunHelpers) => void): void {
  const scheduler = new TestScheduler((actual, expected) => assert.equal(actual, expected));
  scheduler.run(test);
}

/** A promise that settles in virtual time: resolves with the marble's value, or rejects at its `#`. */
export function virtualPromise<T>(
  { cold }: Pick<RunHelpers, 'cold'>,
  diagram: string,
  value?: T,
  error: unknown = new Error('refused by the test'),
): Promise<T> {
  return {
    then: (resolve: (value: T) => unknown, reject: (error: unknown) => unknown) => {
      cold(diagram, { v: value as T }, error).subscribe({ next: resolve, error: reject });
    },
  } as unknown as Promise<T>;
}

import { AwsError } from '../../errors/aws-error.js';
import type { Clock } from './clock.js';

export interface InsistOptions {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Is told each failure, and when the next try is made. */
  readonly failed: (error: AwsError, waitMs: number) => void;
  /** Uniform in [0, 1). Default Math.random. */
  readonly random?: () => number;
}

const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

/** Asks AWS until it answers, ever more seldom. Rejects with the signal's reason, or what is no error of AWS. */
export async function insist<T>(
  ask: () => Promise<T>,
  { signal, clock, failed, random = Math.random }: InsistOptions,
): Promise<T> {
  for (let failures = 0; ; failures += 1) {
    signal.throwIfAborted();
    try {
      return await ask();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof AwsError)) throw error;
      const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** failures);
      const waitMs = Math.round(full / 2 + (random() * full) / 2);
      failed(error, waitMs);
      await clock.wait(waitMs, signal);
    }
  }
}

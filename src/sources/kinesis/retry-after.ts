import type { AwsError } from '../../errors/aws-error.js';

/** Waits after failures: doubled from the first to the last. */
const FIRST_MS = 200;
const LONGEST_MS = 30_000;

/**
 * Refusals that another try mends although they are no throttling: a new iterator is made for one that
 * has expired or is not taken, and a subscription that is still open on the other side, or whose
 * consumer is gone, can be had a little later.
 */
const MENDED = new Set([
  'aws.ExpiredIterator GetRecords',
  'aws.InvalidArgument GetRecords',
  'aws.ResourceInUse SubscribeToShard',
  'aws.ResourceNotFound SubscribeToShard',
]);

/**
 * How long to wait after so many failures in a row, in ms: none for a first expired iterator, ever
 * longer for what passes, and at once long for what time alone does not mend. Half of it is jitter.
 */
export function retryAfterMs(error: AwsError, failures: number, random: () => number): number {
  const { code, operation, errorClass } = error;
  if (code === 'aws.ExpiredIterator' && failures === 1) return 0;
  const isPassing = errorClass === 'throttled' || errorClass === 'transient';
  const mends = isPassing || MENDED.has(`${code} ${operation}`);
  const full = mends ? Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1)) : LONGEST_MS;
  return Math.round(full / 2 + (random() * full) / 2);
}

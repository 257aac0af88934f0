import type { AwsError } from '../errors/aws-error.js';
import { decodeResourceKey } from '../model/resource-key.js';
import type { Scope } from '../model/scope.js';
import { encodeScope } from '../model/scope.js';
import { deadLetterId } from '../state/dead-letters.js';
import { RetryTable } from '../state/retry-table.js';
import type { StateWrite } from '../state/state-store.js';
import type { Parts } from './parts.js';
import { isSpent, nextAttemptAt } from './retry-policy.js';

const REASON = 'read.failed';

/**
 * Notes that a resource could not be read: it waits in the retry table, and after its last attempt it
 * is parked as a dead letter. A read that failed says nothing, so nothing is deleted.
 *
 * @param target encoded resource key
 */
export async function noteFailedRead(
  parts: Parts,
  target: string,
  scope: Scope,
  error: AwsError,
): Promise<void> {
  const { retries, deadLetters, store } = parts.state;
  const id = RetryTable.id({ target, type: 'resource', reason: REASON });
  const attempts = (retries.get(id)?.attempts ?? 0) + 1;
  const writes: StateWrite[] = [];
  if (isSpent(REASON, attempts)) {
    const key = decodeResourceKey(target);
    parts.counters.entities.failed += 1;
    const { code, message } = error;
    const letter = {
      id: deadLetterId(key),
      key,
      scope,
      code,
      message,
      attempts,
      parkedAt: Date.now(),
    };
    writes.push(...deadLetters.park(letter), ...retries.remove(id));
  } else {
    writes.push(
      ...retries.put({
        target,
        type: 'resource',
        reason: REASON,
        attempts,
        nextAt: nextAttemptAt(REASON, attempts),
        generation: parts.generation,
        code: error.code,
        message: error.message,
        scope: encodeScope(scope),
      }),
    );
  }
  await store.commit(writes);
}

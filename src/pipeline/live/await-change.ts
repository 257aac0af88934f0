import type { Signal } from '../../flow/signal.js';
import { decodeResourceKey, encodeResourceKey } from '../../model/resource-key.js';
import { decodeScope, encodeScope } from '../../model/scope.js';
import { RetryTable } from '../../state/retry-table.js';
import type { StoredRetry } from '../../state/retry-table.js';
import type { StateWrite } from '../../state/state-store.js';
import type { Parts } from '../parts.js';

export const AWAITED = 'live.read';

/** A change that waits for its next read. */
export type Awaited = Pick<
  Signal,
  'key' | 'scope' | 'doubts' | 'at' | 'until' | 'looks' | 'failed' | 'unproven'
> & {
  /** Wall clock in ms. */
  readonly nextAt: number;
  /** Error of the last read. */
  readonly code?: string;
  readonly message?: string;
};

/**
 * Has a change wait in the retry table for its next read; it holds no record of the stream there. Where
 * the resource waits for a newer change already, that one stays: it is read for both.
 */
export function awaitChange(parts: Parts, change: Awaited): StateWrite[] {
  if (waitsForNewer(parts, change)) return [];
  const { key, scope, doubts, at, until, looks, failed, unproven } = change;
  const { nextAt, code, message } = change;
  return parts.state.retries.put({
    target: encodeResourceKey(key),
    type: 'resource',
    reason: AWAITED,
    attempts: looks,
    nextAt,
    generation: parts.generation,
    scope: encodeScope(scope),
    ...(code !== undefined && { code }),
    ...(message !== undefined && { message }),
    change: {
      doubtAbsent: doubts.absent,
      doubtPresent: doubts.present,
      at: Number.isNaN(at) ? null : at,
      until,
      failed,
      unproven,
    },
  });
}

/** A change that waited, as it was told. */
export function awaitedChange(entry: StoredRetry): Omit<Signal, 'id' | 'receipts'> {
  const { change, target, scope } = entry;
  const key = decodeResourceKey(target);
  return {
    key,
    scope:
      scope === undefined
        ? { kind: key.kind, accountId: key.accountId, region: key.region }
        : decodeScope(scope),
    doubts: { absent: change?.doubtAbsent ?? false, present: change?.doubtPresent ?? false },
    at: change?.at ?? Number.NaN,
    until: change?.until ?? 0,
    looks: entry.attempts,
    failed: change?.failed ?? 0,
    unproven: change?.unproven ?? 0,
  };
}

/** A change needs no further look; one that is newer, and waits for its own, stays. */
export function changeCame(parts: Parts, change: Pick<Signal, 'key' | 'at'>): StateWrite[] {
  return waitsForNewer(parts, change) ? [] : parts.state.retries.remove(idOf(change.key));
}

/** Reads may overtake each other: what an older event led to says nothing about a newer one. */
function waitsForNewer(parts: Parts, { key, at }: Pick<Signal, 'key' | 'at'>): boolean {
  const waiting = parts.state.retries.get(idOf(key))?.change?.at;
  return typeof waiting === 'number' && waiting > at;
}

function idOf(key: Signal['key']): string {
  return RetryTable.id({ target: encodeResourceKey(key), type: 'resource', reason: AWAITED });
}

import { map, mergeMap } from 'rxjs';
import type { Observable } from 'rxjs';
import type { Signal } from '../../flow/signal.js';
import { encodeResourceKey } from '../../model/resource-key.js';
import type { StoredRetry } from '../../state/retry-table.js';
import type { StateWrite } from '../../state/state-store.js';
import { DueEntries, reasonOf } from '../due-entries.js';
import { RECORD_REPLAY } from '../letter-desk.js';
import type { Parts } from '../parts.js';
import { AWAITED, awaitedChange } from './await-change.js';
import type { Receiver } from './receive.js';

/** Awaited changes in hand at once, in all and of one account and region. */
const AWAITED_AT_ONCE = 500;
const AWAITED_A_PARTITION = 32;
/** Parked records that are read again at once. */
const RECORDS_AT_ONCE = 50;

/** Changes that waited in the retry table for another look, as signals; released when they settle. */
export function awaitedChanges(parts: Parts): Observable<readonly Signal[]> {
  const due = new DueEntries(parts, {
    mine: (id) => reasonOf(id) === AWAITED,
    limit: AWAITED_AT_ONCE,
    share: { of: partitionOf, limit: AWAITED_A_PARTITION },
  });
  const signalOf = (entry: StoredRetry): Signal => {
    const change = awaitedChange(entry);
    const id = encodeResourceKey({ ...change.key, region: change.scope.region });
    return { ...change, id, receipts: [{ settle: () => due.release([entry]) }] };
  };
  return due.batches().pipe(map((entries) => entries.map(signalOf)));
}

/** Parked records whose replay was asked for, as signals of what they tell now. */
export function replayedRecords(
  parts: Parts,
  receiver: Receiver,
  fail: (error: unknown) => void,
): Observable<readonly Signal[]> {
  const { retries, deadLetters, store } = parts.state;
  const due = new DueEntries(parts, {
    mine: (id) => reasonOf(id) === RECORD_REPLAY,
    limit: RECORDS_AT_ONCE,
  });
  const replay = async (entry: StoredRetry): Promise<readonly Signal[]> => {
    const over = (writes: readonly StateWrite[]): void => {
      store.commit([...writes, ...retries.remove(entry.id)]).then(() => due.release([entry]), fail);
    };
    const letter = deadLetters.get(entry.target);
    if (letter === undefined || !('record' in letter)) {
      over([]);
      return [];
    }
    const told = await receiver.replay(letter, {
      settle: () => over(deadLetters.remove(letter.id)),
    });
    if (told === undefined) over([]);
    return told ?? [];
  };
  return due.batches().pipe(
    mergeMap((entries) => entries),
    mergeMap(replay),
  );
}

/** Account and region in the id of an entry: reason, type, kind, account, region, identifier. */
function partitionOf(id: string): string {
  const [, , , accountId = '', region = ''] = id.split('\u0001', 5);
  return `${accountId} ${region}`;
}

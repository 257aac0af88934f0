import type { DeadLetter } from '../model/dead-letter.js';
import { encodeResourceKey } from '../model/resource-key.js';
import { encodeScope } from '../model/scope.js';
import type { DeadLetters } from '../state/dead-letters.js';
import type { RetryTable } from '../state/retry-table.js';
import type { StateStore, StateWrite } from '../state/state-store.js';
import type { RetryReason } from './retry-policy.js';

/** Which letters are meant: those of these ids, or all, narrowed by kind and code (exact). */
export interface LetterQuery {
  readonly ids?: readonly string[] | undefined;
  readonly kind?: string | undefined;
  readonly code?: string | undefined;
}

/** A letter as it is shown: without the bytes of a record. */
export type ShownLetter =
  | Exclude<DeadLetter, { record: unknown }>
  | (Omit<Extract<DeadLetter, { record: unknown }>, 'record'> & {
      readonly record: {
        readonly streamArn: string;
        readonly shardId: string;
        readonly sequenceNumber: string;
        readonly arrivedAt: number;
        readonly bytes: number;
      };
    });

/** What can be done with dead letters. */
export interface LetterDesk {
  list(query: LetterQuery): Promise<readonly ShownLetter[]>;
  /** Has the letters tried again; returns how many. Asked twice, it is done once. */
  replay(query: LetterQuery): Promise<number>;
  /** Throws the letters away for good; returns how many. */
  drop(query: LetterQuery): Promise<number>;
}

/** Reason under which a parked record waits to be decoded again. */
export const RECORD_REPLAY = 'live.record';

/**
 * Dead letters over the state itself. A replay is an entry of the retry table: a running engine takes
 * it up at once, else the next one does. Letters go when what they are about has settled.
 */
export function letterDesk(state: {
  readonly store: StateStore;
  readonly deadLetters: DeadLetters;
  readonly retries: RetryTable;
}): LetterDesk {
  const { store, deadLetters, retries } = state;
  const meant = ({ ids, kind, code }: LetterQuery): DeadLetter[] => {
    const letters =
      ids === undefined
        ? deadLetters.list()
        : ids.flatMap((id) => {
            const letter = deadLetters.get(id);
            return letter === undefined ? [] : [letter];
          });
    return letters
      .filter((letter) => code === undefined || letter.code === code)
      .filter((letter) => kind === undefined || ('key' in letter && letter.key.kind === kind));
  };
  const carryOut = async (
    query: LetterQuery,
    change: (letter: DeadLetter) => readonly StateWrite[],
  ): Promise<number> => {
    const letters = meant(query);
    await store.commit(letters.flatMap(change));
    return letters.length;
  };
  return {
    list: (query) => Promise.resolve(meant(query).map(shown)),
    replay: (query) => carryOut(query, (letter) => retries.put(replayOf(letter))),
    drop: (query) => carryOut(query, ({ id }) => deadLetters.remove(id)),
  };
}

function replayOf(letter: DeadLetter) {
  const now = { attempts: 0, nextAt: Date.now() };
  if ('record' in letter) {
    return { target: letter.id, type: 'scope', reason: RECORD_REPLAY, ...now } as const;
  }
  return {
    target: encodeResourceKey(letter.key),
    type: 'resource',
    reason: 'replay' satisfies RetryReason,
    scope: encodeScope(letter.scope),
    ...now,
  } as const;
}

function shown(letter: DeadLetter): ShownLetter {
  if (!('record' in letter)) return letter;
  const { data, ...record } = letter.record;
  return { ...letter, record: { ...record, bytes: Buffer.byteLength(data, 'base64') } };
}

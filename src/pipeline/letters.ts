import type { StateStore, StateWrite } from '../state/state-store.js';
import type { Parts } from './parts.js';

const STARTED = 'generation-started-at';

/** Notes when (wall clock, ms) the running generation began; a resumed one keeps its first beginning. */
export function noteGenerationStart(now: number): StateWrite {
  return { op: 'put', table: 'meta', key: STARTED, value: now };
}

/** When the running (or last) generation began; undefined before the first. */
export function readGenerationStart(store: StateStore): number | undefined {
  return store.get<number>('meta', STARTED);
}

/**
 * Dead letters that are over: everything parked is tried again at every resync, so one that was not
 * parked anew although its scope was listed whole is of a resource that is gone.
 */
export function lettersNotRenewed(parts: Parts): StateWrite[] {
  const { store, deadLetters, ended } = parts.state;
  if (deadLetters.count() === 0) return [];
  const startedAt = readGenerationStart(store) ?? 0;
  return (
    deadLetters
      .list()
      .filter((letter) => letter.parkedAt < startedAt)
      // A record that could not be read is of no resource: only a replay or a person ends it.
      .filter(
        (letter) => 'scope' in letter && ended.get(parts.generation, letter.scope)?.status === 'ok',
      )
      .flatMap((letter) => deadLetters.remove(letter.id))
  );
}

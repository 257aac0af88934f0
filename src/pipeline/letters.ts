import type { StateWrite } from '../state/state-store.js';
import type { Parts } from './parts.js';

const STARTED = 'generation-started-at';

/** Notes when (wall clock, ms) the running generation began; a resumed one keeps its first beginning. */
export function noteGenerationStart(now: number): StateWrite {
  return { op: 'put', table: 'meta', key: STARTED, value: now };
}

/**
 * Dead letters that are over: everything parked is tried again at every resync, so one that was not
 * parked anew although its scope was listed whole is of a resource that is gone.
 */
export function lettersNotRenewed(parts: Parts): StateWrite[] {
  const { store, deadLetters, ended } = parts.state;
  if (deadLetters.count() === 0) return [];
  const startedAt = store.get<number>('meta', STARTED) ?? 0;
  return deadLetters
    .list()
    .filter((letter) => letter.parkedAt < startedAt)
    .filter((letter) => ended.get(parts.generation, letter.scope)?.status === 'ok')
    .flatMap((letter) => deadLetters.remove(letter.id));
}

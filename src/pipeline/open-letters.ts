import { DeadLetters } from '../state/dead-letters.js';
import { openLmdbStore } from '../state/open-lmdb-store.js';
import { RetryTable } from '../state/retry-table.js';
import type { StateStore } from '../state/state-store.js';

/** Opens a state directory for its dead letters alone; nobody else may have it open. */
export async function openLetters(dir: string): Promise<{
  readonly state: {
    readonly store: StateStore;
    readonly deadLetters: DeadLetters;
    readonly retries: RetryTable;
  };
  readonly close: () => Promise<void>;
}> {
  const store = await openLmdbStore({ dir });
  const state = { store, deadLetters: new DeadLetters(store), retries: new RetryTable(store) };
  return { state, close: () => store.close() };
}

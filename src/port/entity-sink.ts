import type { Change, ChangeResult } from '../model/change.js';

/**
 * Writes changes to Port: batches them, keeps several requests in flight, waits as Port says, and
 * answers each change alone. Changes of one entity must not be submitted while an earlier one of the
 * same entity is unanswered: keeping their order is the lanes' part.
 */
export interface EntitySink {
  /**
   * Takes one change and answers it later through `done`, never synchronously, exactly once unless the
   * sink is closed. Never fails by itself: an unreachable Port is waited for.
   */
  submit(change: Change, done: (result: ChangeResult) => void): void;
  /** Sends what lingers now, without waiting for a batch to fill. */
  flush(): void;
  /** Drops what was not sent and aborts what is in flight; no `done` is called after it resolves. */
  close(): Promise<void>;
  readonly stats: { readonly requests: number; readonly retries: number };
}

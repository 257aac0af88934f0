import type { PortClient } from './port-client.js';
import type { PortLog } from './port-log.js';
import type { WriteSettings } from './sink-context.js';

export interface EntitySinkOptions extends WriteSettings {
  readonly client: PortClient;
  /** Most requests in flight; how many there are between 1 and this follows Port's answers. Default 32. */
  readonly maxInFlight?: number;
  /** How long a batch waits for more before it is sent, and for yet more where nobody waits for it. Ms; default 50. */
  readonly lingerMs?: number;
  /** Told how many changes go on their way to Port, and (negative) that they were answered. */
  readonly onFlight?: (changes: number) => void;
  /** Called after each batch. */
  readonly onProgress?: (progress: SinkProgress) => void;
  readonly log?: PortLog;
}

export interface SinkProgress {
  readonly requests: number;
  readonly retries: number;
  readonly inFlight: number;
  /** Requests that may be in flight now. */
  readonly window: number;
  /** Batches that wait for their turn. */
  readonly queued: number;
}

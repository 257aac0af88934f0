import type { PortError } from '../errors/port-error.js';
import type { AdaptiveWindow } from './adaptive-window.js';
import type { PortAnswer } from './port-answer.js';
import type { CallObserver, PortCall, PortClient } from './port-client.js';
import type { PortLog } from './port-log.js';
import { FOREVER, isTransient } from './retry-policy.js';
import type { Batch } from './sink-batch.js';

/** Tries after which a request that Port keeps failing makes room, or is looked at more closely. */
const SUSPICIOUS_TRIES = 6;

export interface BatchSenderOptions {
  readonly client: PortClient;
  readonly window: AdaptiveWindow;
  readonly signal: AbortSignal;
  readonly log: PortLog;
  readonly stats: { requests: number; retries: number };
  /** Number of batches that wait. */
  readonly waiting: () => number;
}

/** What becomes of a batch whose request failed time and again. */
export type Suspicion = 'refuse' | 'halve' | 'requeue';

/**
 * Sends a batch's requests, for ever where need be, and feeds the window with how it goes.
 *
 * A request that fails in a way that may pass comes back (as a transient PortError) after some tries, so
 * that one that Port can't digest blocks nobody: it goes behind the others, or, where it is alone, is
 * halved. Only where other writes came through meanwhile is it taken for guilty: halved, and a single
 * entity refused. While nothing comes through nothing is blamed: Port is down, and is waited for.
 */
export class BatchSender {
  /** Writes that Port decided on, whatever it decided: what suspicion is measured against. */
  #decided = 0;
  #waitingTold = false;

  constructor(private readonly options: BatchSenderOptions) {}

  async send(
    batch: Batch,
    call: Omit<PortCall, 'retry' | 'signal' | 'observer'>,
  ): Promise<PortAnswer> {
    const { client, window, signal, stats } = this.options;
    const writes = batch.kind !== 'search' && call.method !== 'GET';
    let decidedBefore = 0;
    const observer: CallObserver = {
      onAttempt: (attempt) => {
        decidedBefore = this.#decided;
        stats.requests += 1;
        if (attempt > 1) stats.retries += 1;
      },
      onAnswer: (status, latencyMs) => {
        if (isTransient(status) || status === 401) return;
        window.succeeded(latencyMs);
        if (writes) this.#decided += 1;
        this.#tellRecovered();
      },
      onTrouble: (error) => {
        batch.troubledSince ??= decidedBefore;
        window.troubled();
        this.#tellWaiting(error);
      },
    };
    const giveUp = (error: PortError, attempt: number) => {
      const blamable = isTransient(error.status) && error.status !== 429;
      if (!blamable || attempt < SUSPICIOUS_TRIES) return false;
      batch.guilty = decidedBefore > (batch.troubledSince ?? decidedBefore);
      return batch.guilty || this.options.waiting() > 0 || this.#isAlone(batch);
    };
    return await client.request({ ...call, signal, observer, retry: { ...FOREVER, giveUp } });
  }

  judge(batch: Batch): Suspicion {
    if (batch.items.length > 1) {
      return batch.guilty === true || this.#isAlone(batch) ? 'halve' : 'requeue';
    }
    return batch.guilty === true ? 'refuse' : 'requeue';
  }

  /** Whether nothing else could show that Port works, but its own halves could. */
  #isAlone(batch: Batch): boolean {
    return (
      batch.items.length > 1 && this.options.window.inFlight === 1 && this.options.waiting() === 0
    );
  }

  #tellWaiting(error: PortError): void {
    if (this.#waitingTold || error.status === 429) return;
    this.#waitingTold = true;
    const data = { code: error.code, status: error.status };
    this.options.log.warn(data, `${error.message}; waiting for Port`);
  }

  #tellRecovered(): void {
    if (!this.#waitingTold) return;
    this.#waitingTold = false;
    this.options.log.info({}, 'Port takes writes again');
  }
}

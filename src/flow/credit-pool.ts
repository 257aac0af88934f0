/** What a fetch asks for: observations and bytes. */
export interface Credits {
  readonly observations: number;
  readonly bytes: number;
}

export interface CreditPoolOptions {
  /** Observations that may be in flight at once. Default 5,000; at least 10. */
  readonly observations?: number;
  /** Bytes that may be in flight at once. Default 64 MiB; at least 1 MiB. */
  readonly bytes?: number;
  /** Share of both that only live fetches may take. Default 0.2; from 0 to below 1. */
  readonly liveShare?: number;
  /**
   * Observations that should be at hand at most: here, and waiting for this process rather than for AWS
   * or Port. Default 800; at least 1. Live fetches do not ask for it.
   */
  readonly atHand?: number;
  /** Whether this process is what everything waits for, however little is at hand. Default: never. */
  readonly busy?: () => boolean;
}

/** The least window is this part of what should be at hand: two pages, so that the next is on its way. */
const LEAST = 4;

interface Waiter {
  readonly want: Credits;
  readonly live: boolean;
  readonly grant: () => void;
}

/**
 * The right to have observations in flight. Sources take credits before they fetch, settling gives
 * them back; that is the whole of Sluice's backpressure, since RxJS itself pushes without bound.
 *
 * Most of what is in flight should be under way to AWS or to Port, where more at once is faster. What
 * is here waits for this process alone: more of it is only older when its turn comes, and is copied by
 * the garbage collector meanwhile. So bulk fetches share a window that grows while they find little at
 * hand when they arrive (AWS is what is slow) and shrinks while they find much, or the event loop has no
 * time left (this process is): pages that only need a look are never at hand, and yet a burst of them
 * keeps a live change waiting at each of its steps.
 *
 * Invariants:
 * - Waiters of a class are served in the order they came, so none starves.
 * - A fetch may turn out larger than what it took: the balance goes below zero and blocks the next.
 * - A want larger than the pool is granted when everything else has settled: nothing waits for ever.
 */
export class CreditPool {
  readonly #limit: Credits;
  readonly #reserve: Credits;
  readonly #wanted: number;
  readonly #busy: () => boolean;
  /** Bulk observations that may be at hand or on their way from AWS; follows how they arrive. */
  #window: number;
  #arrived = 0;
  #away = 0;
  readonly #waiting: { live: Waiter[]; bulk: Waiter[] } = { live: [], bulk: [] };
  #observations = 0;
  #bytes = 0;

  constructor(options: CreditPoolOptions = {}) {
    const { observations = 5_000, bytes = 64 * 1024 * 1024, liveShare = 0.2 } = options;
    const { atHand = 800, busy = () => false } = options;
    if (!(observations >= 10)) {
      throw new RangeError(
        `option observations: expected a number of at least 10, got ${observations}`,
      );
    }
    if (!(bytes >= 1024 * 1024)) {
      throw new RangeError(`option bytes: expected a number of at least 1,048,576, got ${bytes}`);
    }
    if (!(liveShare >= 0 && liveShare < 1)) {
      throw new RangeError(
        `option liveShare: expected a number from 0 to below 1, got ${liveShare}`,
      );
    }
    if (!(atHand >= 1)) {
      throw new RangeError(`option atHand: expected a number of at least 1, got ${atHand}`);
    }
    this.#limit = { observations, bytes };
    this.#wanted = atHand;
    this.#busy = busy;
    this.#window = atHand;
    this.#reserve = { observations: observations * liveShare, bytes: bytes * liveShare };
  }

  /** What is taken at this moment. */
  get inFlight(): Credits {
    return { observations: this.#observations, bytes: this.#bytes };
  }

  /** Observations that are here and wait for this process. */
  get atHand(): number {
    return this.#arrived - this.#away;
  }

  /** How many fetches wait. */
  get waiting(): number {
    return this.#waiting.live.length + this.#waiting.bulk.length;
  }

  /**
   * Takes credits as soon as they are free.
   * @param live whether the reserve may be used
   * @param signal leaves the queue and rejects with the signal's reason
   */
  take(want: Credits, live: boolean, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(reasonOf(signal));
    const queue = live ? this.#waiting.live : this.#waiting.bulk;
    if (queue.length === 0 && this.#fits(want, live)) {
      this.adjust(want.observations, want.bytes);
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        queue.splice(queue.indexOf(waiter), 1);
        reject(reasonOf(signal!));
        this.#serve();
      };
      const waiter: Waiter = {
        want,
        live,
        grant: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      queue.push(waiter);
    });
  }

  /** A fetch brought so many observations. */
  arrived(observations: number): void {
    const before = this.atHand;
    this.#arrived += observations;
    const busy = this.#busy();
    if (busy || before > this.#wanted) {
      const least = busy ? this.#wanted / LEAST : this.#wanted;
      this.#window = Math.max(least, this.#window - observations);
    } else if (before * 4 < this.#wanted) {
      this.#window = Math.min(this.#limit.observations, this.#window + observations);
    }
  }

  /** So many are under way to Port, or (negative) answered. */
  away(observations: number): void {
    this.#away += observations;
    if (observations > 0) this.#serve();
  }

  /** Gives the credits of observations back that had arrived. */
  release(observations: number, bytes: number): void {
    this.#arrived -= observations;
    this.adjust(-observations, -bytes);
  }

  /** Corrects a reservation to what really came: may go beyond the limit, never waits. */
  adjust(observations: number, bytes: number): void {
    this.#observations += observations;
    this.#bytes += bytes;
    if (observations < 0 || bytes < 0) this.#serve();
  }

  #fits(want: Credits, live: boolean): boolean {
    if (this.#observations <= 0 && this.#bytes <= 0) return true;
    if (!live && this.#observations - this.#away + want.observations > this.#window) {
      // A page larger than the window must not wait until everything has settled.
      if (this.#observations - this.#away > 0) return false;
    }
    const spare = live ? { observations: 0, bytes: 0 } : this.#reserve;
    return (
      this.#observations + want.observations <= this.#limit.observations - spare.observations &&
      this.#bytes + want.bytes <= this.#limit.bytes - spare.bytes
    );
  }

  #serve(): void {
    for (const queue of [this.#waiting.live, this.#waiting.bulk]) {
      while (queue.length > 0 && this.#fits(queue[0]!.want, queue[0]!.live)) {
        const next = queue.shift()!;
        this.#observations += next.want.observations;
        this.#bytes += next.want.bytes;
        next.grant();
      }
    }
  }
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('aborted');
}

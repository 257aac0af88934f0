interface Waiter {
  readonly grant: () => void;
}

/**
 * Bounds how many AWS requests are on the wire at once, apart from credits (how much may come of
 * them). First come, first served.
 */
export class FetchSlots {
  readonly #limit: number;
  readonly #waiting: Waiter[] = [];
  #taken = 0;

  /** @param limit requests at once; default 256, at least 1 */
  constructor(limit = 256) {
    if (!(limit >= 1))
      throw new RangeError(`option limit: expected a number of at least 1, got ${limit}`);
    this.#limit = limit;
  }

  get taken(): number {
    return this.#taken;
  }

  /** Takes a slot as soon as one is free; rejects with the signal's reason when aborted while waiting. */
  take(signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    if (this.#taken < this.#limit) {
      this.#taken += 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(signal!.reason as Error);
      };
      const waiter: Waiter = {
        grant: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(waiter);
    });
  }

  /** Frees a slot; the longest waiter gets it. */
  release(): void {
    const next = this.#waiting.shift();
    if (next) next.grant();
    else this.#taken -= 1;
  }
}

import type { AcquirePermit, FetchPermit } from '../resource-source.js';

/** Keeps the permit of a read that said absent open until it is known whether that is the answer. */
export class HeldPermit {
  readonly acquire: AcquirePermit;
  #open: FetchPermit | undefined;

  constructor(acquire: AcquirePermit) {
    this.acquire = async (kind, unit) => {
      const permit = await acquire(kind, unit);
      return {
        startedAt: permit.startedAt,
        received: (observations, bytes) => {
          // Absent is told as one observation without a byte.
          if (observations === 1 && bytes === 0) this.#open = permit;
          else permit.received(observations, bytes);
        },
      };
    };
  }

  /** Absent it is: its observation keeps the credit. Undefined where no permit is open. */
  settle(): number | undefined {
    const permit = this.#open;
    this.#open = undefined;
    permit?.received(1, 0);
    return permit?.startedAt;
  }

  giveBack(): void {
    this.#open?.received(0, 0);
    this.#open = undefined;
  }
}

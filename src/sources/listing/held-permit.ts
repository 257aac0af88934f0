import type { AcquirePermit, FetchPermit } from '../resource-source.js';

/** Keeps the permit of a read open that gave a certain answer, until it is known what comes of it. */
export class HeldPermit {
  readonly acquire: AcquirePermit;
  #open: FetchPermit | undefined;

  /** @param holds which answers are held; by default those that say absent: one observation without a byte */
  constructor(
    acquire: AcquirePermit,
    holds: (observations: number, bytes: number) => boolean = saysAbsent,
  ) {
    this.acquire = async (kind, unit) => {
      const permit = await acquire(kind, unit);
      return {
        startedAt: permit.startedAt,
        received: (observations, bytes) => {
          if (holds(observations, bytes)) this.#open = permit;
          else permit.received(observations, bytes);
        },
      };
    };
  }

  /** The answer stands, and takes so many bytes: its observation keeps the credit. Undefined where no permit is open. */
  settle(bytes = 0): number | undefined {
    const permit = this.#open;
    this.#open = undefined;
    permit?.received(1, bytes);
    return permit?.startedAt;
  }

  giveBack(): void {
    this.#open?.received(0, 0);
    this.#open = undefined;
  }
}

function saysAbsent(observations: number, bytes: number): boolean {
  return observations === 1 && bytes === 0;
}

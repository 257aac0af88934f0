import type { Receipt } from './signal.js';

interface Entry {
  readonly sequenceNumber: string;
  readonly arrivedAt: number;
  readonly bytes: number;
  settled: boolean;
}

/**
 * The records of one shard in the order of the stream. They settle in any order; the checkpoint is the
 * last record before which, and including which, every one has settled.
 */
export class ShardLine {
  readonly #entries: Entry[] = [];
  #head = 0;
  #unsettled = 0;
  #bytes = 0;
  #checkpoint: string | undefined;
  #closed = false;
  #waiters: { readonly isMet: () => boolean; readonly resolve: () => void }[] = [];

  /** Sequence number of the last record up to which all settled; undefined before the first. */
  get checkpoint(): string | undefined {
    return this.#checkpoint;
  }

  /** Records that have not settled. */
  get unsettled(): number {
    return this.#unsettled;
  }

  /** Bytes of the records that have not settled. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Records from the first that has not settled on: what a restart would read again. */
  get gap(): number {
    return this.#entries.length - this.#head;
  }

  /** When the stream took the oldest record that has not settled, wall clock in ms. */
  get oldestArrivedAt(): number | undefined {
    return this.#entries[this.#head]?.arrivedAt;
  }

  /** Whether the shard was read to its end and all of it has settled. */
  get finished(): boolean {
    return this.#closed && this.gap === 0;
  }

  /** The next record of the shard. Settling its receipt more than once does nothing. */
  enter(sequenceNumber: string, bytes: number, arrivedAt: number): Receipt {
    const entry: Entry = { sequenceNumber, bytes, arrivedAt, settled: false };
    this.#entries.push(entry);
    this.#unsettled += 1;
    this.#bytes += bytes;
    return {
      settle: () => {
        if (entry.settled) return;
        entry.settled = true;
        this.#unsettled -= 1;
        this.#bytes -= bytes;
        this.#advance();
      },
    };
  }

  /** No more records come. */
  close(): void {
    this.#closed = true;
    this.#tell();
  }

  /** Resolves when the gap is below `limit` records; at once where it is. */
  below(limit: number): Promise<void> {
    return this.#when(() => this.gap < limit);
  }

  /** Resolves when it is {@link finished}. */
  whenFinished(): Promise<void> {
    return this.#when(() => this.finished);
  }

  #when(isMet: () => boolean): Promise<void> {
    if (isMet()) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push({ isMet, resolve }));
  }

  #advance(): void {
    while (this.#head < this.#entries.length && this.#entries[this.#head]!.settled) {
      this.#checkpoint = this.#entries[this.#head]!.sequenceNumber;
      this.#head += 1;
    }
    // Shifting one by one would be quadratic: drop the settled half at once.
    if (
      this.#head === this.#entries.length ||
      (this.#head > 1_024 && this.#head * 2 > this.#entries.length)
    ) {
      this.#entries.splice(0, this.#head);
      this.#head = 0;
    }
    this.#tell();
  }

  #tell(): void {
    if (this.#waiters.length === 0) return;
    const met = this.#waiters.filter(({ isMet }) => isMet());
    if (met.length === 0) return;
    this.#waiters = this.#waiters.filter((waiter) => !met.includes(waiter));
    for (const { resolve } of met) resolve();
  }
}

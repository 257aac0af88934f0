import { fits, isFull, makeBatch, type Batch, type PendingChange } from './sink-batch.js';

/** How waiting is done. */
export interface Timers {
  readonly set: (task: () => void, ms: number) => unknown;
  readonly clear: (timer: unknown) => void;
}

const REAL: Timers = {
  set: (task, ms) => setTimeout(task, ms),
  clear: (timer) => clearTimeout(timer as NodeJS.Timeout | undefined),
};

/** A batch for which nobody waits lingers so many times at most, as long as something joins it each time. */
const PATIENCE = 5;

/**
 * Gathers changes into batches by blueprint. A batch is queued to be sent once it is full or has
 * lingered; while it waits in the queue it goes on filling, so a busy Port gets full batches. Patient
 * changes linger on while others come: in a resync that finds one change in a hundred resources, a
 * batch needs a while to fill, and its end must not wait for what does not come any more.
 */
export class BatchQueue {
  readonly #open = new Map<string, Batch>();
  #queue: (Batch | undefined)[] = [];
  #head = 0;

  /**
   * @param lingerMs how long a batch waits for company
   * @param onQueued called after a batch was queued
   */
  constructor(
    private readonly lingerMs: number,
    private readonly onQueued: () => void,
    private readonly timers: Timers = REAL,
  ) {}

  /** Number of batches that wait to be sent. */
  get length(): number {
    return this.#queue.length - this.#head;
  }

  add(kind: 'upsert' | 'delete', item: PendingChange): void {
    const { blueprint } = item.change;
    const name = `${kind} ${blueprint}`;
    let batch = this.#open.get(name);
    if (batch !== undefined && !fits(batch, item.bytes)) {
      this.#close(name, batch);
      batch = undefined;
    }
    if (batch === undefined) {
      batch = makeBatch(kind, blueprint);
      this.#open.set(name, batch);
    }
    batch.items.push(item);
    batch.patient &&= item.change.patient === true;
    batch.bytes += item.bytes;
    if (isFull(batch)) this.#close(name, batch);
    else if (batch.items.length === 1) this.#linger(batch, PATIENCE);
  }

  #linger(batch: Batch, turns: number): void {
    const before = batch.items.length;
    batch.linger = this.timers.set(() => {
      const joined = batch.items.length > before;
      if (batch.patient && joined && turns > 1) this.#linger(batch, turns - 1);
      else this.push(batch);
    }, this.lingerMs);
  }

  /** Queues a batch behind all others. */
  push(batch: Batch): void {
    this.timers.clear(batch.linger);
    if (!batch.queued) {
      batch.queued = true;
      this.#queue.push(batch);
    }
    this.onQueued();
  }

  /** Takes the batch that has waited longest. */
  next(): Batch | undefined {
    const batch = this.#queue[this.#head];
    if (batch === undefined) return undefined;
    // What was taken must not be kept alive until the array is cut.
    this.#queue[this.#head] = undefined;
    this.#head += 1;
    if (this.#head > 64 && this.#head * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
    batch.queued = false;
    const name = `${batch.kind} ${batch.blueprint}`;
    if (this.#open.get(name) === batch) this.#open.delete(name);
    return batch;
  }

  /** Queues every batch that still lingers. */
  flush(): void {
    for (const batch of [...this.#open.values()]) this.push(batch);
  }

  /** Forgets everything. */
  clear(): void {
    for (const batch of this.#open.values()) this.timers.clear(batch.linger);
    this.#open.clear();
    this.#queue = [];
    this.#head = 0;
  }

  #close(name: string, batch: Batch): void {
    this.#open.delete(name);
    this.push(batch);
  }
}

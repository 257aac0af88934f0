import { fits, isFull, makeBatch, type Batch, type PendingChange } from './sink-batch.js';

/**
 * Gathers changes into batches by blueprint. A batch is queued to be sent once it is full or has
 * lingered; while it waits in the queue it goes on filling, so a busy Port gets full batches.
 */
export class BatchQueue {
  readonly #open = new Map<string, Batch>();
  #queue: (Batch | undefined)[] = [];
  #head = 0;

  /** @param onQueued called after a batch was queued */
  constructor(
    private readonly lingerMs: number,
    private readonly onQueued: () => void,
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
      const opened = batch;
      batch.linger = setTimeout(() => {
        this.push(opened);
      }, this.lingerMs);
    }
    batch.items.push(item);
    batch.bytes += item.bytes;
    if (isFull(batch)) this.#close(name, batch);
  }

  /** Queues a batch behind all others. */
  push(batch: Batch): void {
    clearTimeout(batch.linger);
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
    for (const batch of this.#open.values()) clearTimeout(batch.linger);
    this.#open.clear();
    this.#queue = [];
    this.#head = 0;
  }

  #close(name: string, batch: Batch): void {
    this.#open.delete(name);
    this.push(batch);
  }
}

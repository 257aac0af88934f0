import type { Change } from '../model/change.js';

/**
 * A write that has its place in its entity's lane but waits for two things: to be at the head of the
 * lane, and for the index to hold its intent durably (index before Port).
 */
export class PendingWrite {
  readonly change: Change;
  /** Encoded entity key: the lane. */
  readonly entity: string;
  /** Whether nobody owned the entity before. */
  readonly fresh: boolean;
  #before: boolean | undefined;
  #atHead = false;
  #send: ((before: boolean | undefined) => void) | undefined;

  constructor(change: Change, entity: string, fresh: boolean) {
    this.change = change;
    this.entity = entity;
    this.fresh = fresh;
  }

  /** The lane's part. */
  reachHead(before: boolean | undefined): void {
    this.#atHead = true;
    this.#before = before;
    this.#send?.(before);
  }

  /** The index's part: the intent is durable; `send` is called as soon as the head is reached. */
  open(send: (before: boolean | undefined) => void): void {
    this.#send = send;
    if (this.#atHead) send(this.#before);
  }
}

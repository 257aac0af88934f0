interface Ticket {
  readonly content: string;
  /** @param before whether the write before it, of the same content, succeeded; undefined where there was none */
  start(before: boolean | undefined): void;
}

interface Lane {
  queue: Ticket[];
  /** Where the queue begins: taking the first away from a long list would copy it each time. */
  next: number;
  /** Content of the write in flight. */
  head: string;
}

/**
 * Keeps order per name: one task of a name runs, the rest wait behind it. A lane exists only while
 * something is in it. Used for the writes of one entity, and for the observations of one resource
 * between the reading of its index record and the writing of it.
 */
export class Lanes {
  readonly #lanes = new Map<string, Lane>();
  /** Starts to be made, kept flat: a long lane of equal contents would otherwise recurse once each. */
  readonly #starts: (() => void)[] = [];
  #starting = false;

  /** Lanes in use. */
  get size(): number {
    return this.#lanes.size;
  }

  /**
   * Takes the next place in a lane, at once: the order of calls is the order of starts.
   * @param name encoded entity key or resource key
   * @param content hash of what is written; equal to that of the task right before it, that task's
   *   success is told to `start`, so that one content need not be written twice in a row
   * @param start called once the place is at the head; the task must end with {@link leave}
   */
  enter(name: string, content: string, start: (before: boolean | undefined) => void): void {
    const lane = this.#lanes.get(name);
    if (lane === undefined) {
      this.#lanes.set(name, { queue: [], next: 0, head: content });
      start(undefined);
      return;
    }
    lane.queue.push({ content, start });
  }

  /** The head is done, well or not: the next starts, or the lane is gone. */
  leave(name: string, succeeded: boolean): void {
    const lane = this.#lanes.get(name);
    if (lane === undefined) return;
    const next = lane.queue[lane.next];
    if (next === undefined) {
      this.#lanes.delete(name);
      return;
    }
    lane.next += 1;
    if (lane.next > 64 && lane.next * 2 > lane.queue.length) {
      lane.queue = lane.queue.slice(lane.next);
      lane.next = 0;
    }
    const same = next.content === lane.head;
    lane.head = next.content;
    this.#starts.push(() => next.start(same ? succeeded : undefined));
    if (this.#starting) return;
    this.#starting = true;
    try {
      for (let start = this.#starts.shift(); start; start = this.#starts.shift()) start();
    } finally {
      this.#starting = false;
    }
  }
}

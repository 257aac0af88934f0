/** Something that is to be put, no earlier than its turn and its time. */
interface Turn<T> {
  readonly item: T;
  /** Where it stands among the others. */
  readonly order: number;
  /** Wall clock in ms before which it must not go. */
  readonly due: number;
}

/**
 * Where records wait to be put: each has a place in the order, which a disturbance may have moved
 * back, and a time before which it must not go.
 */
export class WaitingLine<T> {
  private turns: Turn<T>[] = [];
  private given = 0;

  get size(): number {
    return this.turns.length;
  }

  /** Adds an item `back` places behind where it would stand. */
  add(item: T, back: number, due: number): void {
    this.given += 1;
    this.turns.push({ item, order: this.given + back, due });
  }

  /** Adds an item beside the order, `back` places behind the last. */
  addAgain(item: T, back: number, due: number): void {
    this.turns.push({ item, order: this.given + back, due });
  }

  /** Takes what may go now, in its order; with `all` also what waits for others to come before it. */
  take(now: number, all: boolean): T[] {
    const ready: Turn<T>[] = [];
    const rest: Turn<T>[] = [];
    for (const turn of this.turns)
      (turn.due <= now && (all || turn.order <= this.given) ? ready : rest).push(turn);
    this.turns = rest;
    return ready.sort((a, b) => a.order - b.order).map(({ item }) => item);
  }

  /** When the last one is due; undefined where nothing waits. */
  lastDue(): number | undefined {
    if (this.turns.length === 0) return undefined;
    return this.turns.reduce((most, { due }) => Math.max(most, due), 0);
  }
}

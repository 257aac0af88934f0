/** How a program's resources that had to be stopped are dealt with. */
export interface StrikeOptions {
  /** How long one resource may take at first, in milliseconds. */
  readonly timeoutMs: number;
  /** Stopped resources in a row after which a program is not tried for a while. */
  readonly strikesInARow: number;
  /** How long it is not tried then, in milliseconds. */
  readonly restMs: number;
  readonly now: () => number;
}

interface Record {
  /** Stopped since the engine began. */
  total: number;
  inARow: number;
  restsUntil: number;
}

/** A leash never gets shorter than this share of the first one, … */
const SHORTEST = 1 / 8;
/** … nor than this, unless the first one is: a busy machine must not be taken for an endless program. */
const SHORTEST_MS = 250;

/**
 * Keeps endless programs (or memory bombs) from stalling the engine. Each resource on which a program
 * is stopped halves the time that its next ones get, down to an eighth; after some in a row the
 * program rests: its resources fail at once, and after a while the next one tries again. A program that is
 * endless on few resources thus goes on, at a bounded price for each; one that is endless on all soon
 * costs nothing.
 */
export class Strikes {
  readonly #options: StrikeOptions;
  readonly #records = new Map<string, Record>();

  constructor(options: StrikeOptions) {
    this.#options = options;
  }

  /** How long a resource of the program may take, in milliseconds. */
  leash(program: string): number {
    const total = this.#records.get(program)?.total ?? 0;
    const { timeoutMs } = this.#options;
    return Math.max(Math.min(SHORTEST_MS, timeoutMs), timeoutMs * Math.max(SHORTEST, 2 ** -total));
  }

  rests(program: string): boolean {
    const record = this.#records.get(program);
    return record !== undefined && this.#options.now() < record.restsUntil;
  }

  /** A resource of the program had to be stopped. */
  strike(program: string): void {
    const record = this.#records.get(program) ?? { total: 0, inARow: 0, restsUntil: 0 };
    this.#records.set(program, record);
    record.total += 1;
    record.inARow += 1;
    if (record.inARow >= this.#options.strikesInARow) {
      record.restsUntil = this.#options.now() + this.#options.restMs;
      // After the rest, one more strike is enough for the next.
      record.inARow = this.#options.strikesInARow - 1;
    }
  }

  /** A resource of the program was evaluated. */
  pass(program: string): void {
    const record = this.#records.get(program);
    if (record) record.inARow = 0;
  }
}

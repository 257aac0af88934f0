import { Observable } from 'rxjs';
import type { StoredRetry } from '../state/retry-table.js';
import type { Parts } from './parts.js';

export interface DueEntriesOptions {
  /** Which entries are this reader's, by id. */
  readonly mine: (id: string) => boolean;
  /** Entries in hand at once, at most. */
  readonly limit: number;
  /** What entries have in common of which only so many are in hand at once, by id; none by default. */
  readonly share?: { readonly of: (id: string) => string; readonly limit: number };
}

/** How often the table is looked at while nothing is known to be due, in ms. */
const LOOK_MS = 100;

/**
 * The entries of the retry table as they come due, each handed out once until it is released: it stays
 * in the table until its matter is settled, and a process that dies meanwhile finds it there.
 */
export class DueEntries {
  readonly #parts: Parts;
  readonly #options: DueEntriesOptions;
  readonly #claimed = new Set<string>();
  readonly #shares = new Map<string, number>();
  #closed = false;
  #look: () => void = () => undefined;

  constructor(parts: Parts, options: DueEntriesOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  /** Entries in hand. */
  get claimed(): number {
    return this.#claimed.size;
  }

  /** Emits what is due, over and over; completes when closed or when the run is stopped. */
  batches(): Observable<readonly StoredRetry[]> {
    return new Observable((subscriber) => {
      let timer: NodeJS.Timeout | undefined;
      const look = (): void => {
        clearTimeout(timer);
        if (subscriber.closed) return;
        if (this.#closed || this.#parts.stop.aborted) {
          subscriber.complete();
          return;
        }
        timer = setTimeout(look, LOOK_MS);
        const due = this.#claim();
        if (due.length > 0) subscriber.next(due);
      };
      this.#look = look;
      look();
      return () => clearTimeout(timer);
    });
  }

  /** Lets entries go: what still stands in the table may be handed out again. */
  release(entries: readonly StoredRetry[]): void {
    for (const { id } of entries) {
      if (this.#claimed.delete(id)) this.#count(id, -1);
    }
    this.#look();
  }

  /** Looks at once instead of at the next turn. */
  wake(): void {
    this.#look();
  }

  /** Nothing more is handed out. */
  close(): void {
    this.#closed = true;
    this.#look();
  }

  #claim(): StoredRetry[] {
    const { mine, limit } = this.#options;
    const { retries } = this.#parts.state;
    if (this.#claimed.size >= limit) return [];
    const taken = new Map<string, number>();
    const due = retries.due(Date.now(), limit - this.#claimed.size, (id) => {
      return this.#claimed.has(id) || !mine(id) || this.#isFull(id, taken);
    });
    for (const { id } of due) {
      this.#claimed.add(id);
      this.#count(id, 1);
    }
    return due;
  }

  /** Whether enough of the entry's share is in hand, or about to be. */
  #isFull(id: string, taken: Map<string, number>): boolean {
    const { share } = this.#options;
    if (share === undefined) return false;
    const name = share.of(id);
    const now = taken.get(name) ?? 0;
    if ((this.#shares.get(name) ?? 0) + now >= share.limit) return true;
    taken.set(name, now + 1);
    return false;
  }

  #count(id: string, by: number): void {
    const { share } = this.#options;
    if (share === undefined) return;
    const name = share.of(id);
    const count = (this.#shares.get(name) ?? 0) + by;
    if (count === 0) this.#shares.delete(name);
    else this.#shares.set(name, count);
  }
}

/** The reason that an entry's id begins with. */
export function reasonOf(id: string): string {
  return id.slice(0, id.indexOf('\u0001'));
}

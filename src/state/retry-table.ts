import { SEPARATOR } from '../model/resource-key.js';
import type { StateStore, StateWrite } from './state-store.js';

/** Something to be done again at a later time. Holds no body: what the resource is then is read again. */
export interface RetryEntry {
  /** What is tried again: one resource (encoded resource key) or one scope (encoded scope). */
  readonly target: string;
  readonly type: 'resource' | 'scope';
  /** Why it waits: e.g. `read.denied`, `read.unchanged`, `relation.deferred`, `scope.dirty`. */
  readonly reason: string;
  /** How often it was tried before. */
  readonly attempts: number;
  /** Wall-clock time in ms before which it is not tried; kept in whole ms. */
  readonly nextAt: number;
  /** The resync that it belongs to, if any. */
  readonly generation?: number;
  /** The error of the last attempt. */
  readonly code?: string;
  /** The words of the last error; never holds a secret. */
  readonly message?: string;
  /** The scope (encoded) that a resource was seen in. */
  readonly scope?: string;
  /** Entities (encoded) of the resource that are to be written again, each with the number of the wish. */
  readonly shares?: Readonly<Record<string, number>>;
  /** What the listing showed that a read is to complete. */
  readonly listing?: { readonly hash: string; readonly properties: readonly string[] };
  /** What a change event led one to expect of the read. */
  readonly change?: AwaitedChange;
}

/** A change that was told and that no read has shown for sure. */
export interface AwaitedChange {
  /** That it is absent may not be so yet. */
  readonly doubtAbsent: boolean;
  /** That it is present may be so no longer. */
  readonly doubtPresent: boolean;
  /** When it happened, wall clock in ms; null where nobody told. */
  readonly at: number | null;
  /** Wall clock in ms at which the settling time is over. */
  readonly until: number;
  /** Reads of it that failed, one after the other. */
  readonly failed: number;
  /** Reads of it that found nothing changed, or a passing state. */
  readonly unproven: number;
}

/** An entry as it stands in the table. */
export interface StoredRetry extends RetryEntry {
  /** Names the entry: same target, type and reason, same id. */
  readonly id: string;
}

const ENTRY = 'e';
const TIME = 't';
const PAST_SEPARATOR = '\u0002';
/** 36^9 ms reach past the year 5000. */
const TIME_DIGITS = 9;

/**
 * The durable table of what is tried again. Beside each entry stands a row in the order of time, so
 * that finding what is due costs the same however many wait.
 */
export class RetryTable {
  readonly #store: StateStore;
  /** Rows of time that no entry answers to; they are removed with the next write. */
  readonly #orphans = new Set<string>();

  constructor(store: StateStore) {
    this.#store = store;
  }

  /** The id of an entry. `reason` must hold no control character. */
  static id(entry: Pick<RetryEntry, 'target' | 'type' | 'reason'>): string {
    return (
      entry.reason + SEPARATOR + (entry.type === 'resource' ? 'r' : 's') + SEPARATOR + entry.target
    );
  }

  get(id: string): StoredRetry | undefined {
    const entry = this.#store.get<RetryEntry>('retries', ENTRY + id);
    return entry === undefined ? undefined : { ...entry, id };
  }

  /** Adds an entry, or replaces the one of the same target, type and reason. */
  put(entry: RetryEntry): StateWrite[] {
    const id = RetryTable.id(entry);
    // Rows of time hold whole milliseconds, and an entry is known by them.
    const nextAt = Math.max(0, Math.ceil(entry.nextAt));
    const writes = this.#withOrphans();
    const before = this.get(id);
    if (before !== undefined && before.nextAt !== nextAt) {
      writes.push({ op: 'delete', table: 'retries', key: timeKey(before.nextAt, id) });
    }
    const { id: _, ...value } = { id, ...entry, nextAt };
    writes.push(
      { op: 'put', table: 'retries', key: ENTRY + id, value },
      { op: 'put', table: 'retries', key: timeKey(nextAt, id), value: 0 },
    );
    return writes;
  }

  /** Removes an entry; nothing to write where there is none. */
  remove(id: string): StateWrite[] {
    const writes = this.#withOrphans();
    const before = this.get(id);
    if (before === undefined) return writes;
    writes.push(
      { op: 'delete', table: 'retries', key: ENTRY + id },
      { op: 'delete', table: 'retries', key: timeKey(before.nextAt, id) },
    );
    return writes;
  }

  /**
   * What may be tried at `now` (ms), the longest due first. `skip` leaves out entries that are being
   * tried already: an entry stays in the table until it is removed or put again.
   */
  due(now: number, limit: number, skip: (id: string) => boolean = () => false): StoredRetry[] {
    const found: StoredRetry[] = [];
    if (limit <= 0) return found;
    for (const [id, at] of this.#times()) {
      if (at > now) break;
      if (skip(id)) continue;
      const entry = this.get(id);
      if (entry?.nextAt === at) found.push(entry);
      else this.#orphans.add(timeKey(at, id));
      if (found.length >= limit) break;
    }
    return found;
  }

  /** When the next entry may be tried, in ms; undefined where none waits. */
  nextDueAt(skip: (id: string) => boolean = () => false): number | undefined {
    for (const [id, at] of this.#times()) {
      if (!skip(id) && this.get(id)?.nextAt === at) return at;
    }
    return undefined;
  }

  /** Every entry of one reason, or of all. */
  *list(reason?: string): Generator<StoredRetry> {
    const prefix = ENTRY + (reason === undefined ? '' : reason + SEPARATOR);
    for (const [key, entry] of this.#store.range<RetryEntry>('retries', { prefix })) {
      yield { ...entry, id: key.slice(ENTRY.length) };
    }
  }

  count(): number {
    return this.#store.count('retries', ENTRY);
  }

  /** Number of entries by reason. */
  countByReason(): Map<string, number> {
    const counts = new Map<string, number>();
    let after: string | undefined;
    for (;;) {
      const options = { prefix: ENTRY, limit: 1, ...(after === undefined ? {} : { after }) };
      const [next] = this.#store.range('retries', options);
      if (next === undefined) return counts;
      const reason = next[0].slice(ENTRY.length, next[0].indexOf(SEPARATOR));
      counts.set(reason, this.#store.count('retries', ENTRY + reason + SEPARATOR));
      after = ENTRY + reason + PAST_SEPARATOR;
    }
  }

  *#times(): Generator<readonly [id: string, at: number]> {
    for (const [key] of this.#store.range('retries', { prefix: TIME })) {
      const id = key.slice(TIME.length + TIME_DIGITS);
      yield [id, Number.parseInt(key.slice(TIME.length, TIME.length + TIME_DIGITS), 36)];
    }
  }

  /**
   * Two puts of one entry that were made before either was committed leave a row of time behind. Its
   * entry may have come to that time since, and then the row is wanted.
   */
  #withOrphans(): StateWrite[] {
    const writes: StateWrite[] = [];
    for (const key of this.#orphans) {
      const id = key.slice(TIME.length + TIME_DIGITS);
      const entry = this.get(id);
      if (entry !== undefined && timeKey(entry.nextAt, id) === key) continue;
      writes.push({ op: 'delete', table: 'retries', key });
    }
    this.#orphans.clear();
    return writes;
  }
}

function timeKey(at: number, id: string): string {
  return TIME + at.toString(36).padStart(TIME_DIGITS, '0') + id;
}

import { EnvironmentError } from '../errors/environment-error.js';
import { decodePage, encodePage } from './journal.js';
import type { LmdbTables, TableWriter } from './lmdb-tables.js';
import { Overlay } from './overlay.js';
import type { WaitingWrite } from './overlay.js';
import { mergeLayers } from './merge-layers.js';
import { scan, type Chunk, type ChunkRequest } from './scan.js';
import type { RangeOptions, StateStore, StateWrite, TableName } from './state-store.js';
import { storedHead, toStoredKey } from './stored-key.js';
import { freeBytesAt, writeError } from './write-error.js';

/** How much the store keeps in memory. */
export interface StoreLimits {
  /** Keys that may wait in the journal before they are folded into the tables. */
  readonly foldAt: number;
}

/** Keys folded in one transaction: some milliseconds of work between two turns of the event loop. */
const FOLD_SLICE = 2_000;
/** Past so many times `foldAt`, commits wait for the fold. */
const FOLD_LIMIT = 3;
/** How long nothing must be committed before a small rest is folded too. */
const IDLE_MS = 1_000;

/**
 * The durable store. Its invariants:
 *
 * - What is committed is first in `waiting`, then (its group being written) in `writing`, then durable:
 *   in the journal and in `journaled`, and in the end only in the tables. Reads look in this order.
 * - A group of commits is one row of the journal, written in one transaction: writing a record in its
 *   place costs a page of 4 KiB, and records are written twice (intent, commit) in short order. The
 *   fold writes the last state of many at a time.
 * - Only durable writes are folded, and rows of the journal go only after everything in them is in the
 *   tables. Replaying a journal that was folded in part changes nothing.
 */
export class LmdbStore implements StateStore {
  readonly #tables: LmdbTables;
  readonly #limits: StoreLimits;
  readonly #journaled = new Overlay();
  #waiting = new Overlay();
  #writing = new Overlay();
  /** Counts that were asked for, until a write of their table. */
  readonly #counts = new Map<TableName, Map<string, number>>();
  /** Whoever committed what is waiting. */
  #group: Group | undefined;
  /** The newest row of the journal, and the newest that is folded. */
  #sequence = 0;
  #folded = 0;
  #failure: Error | undefined;
  #running: Promise<void> | undefined;
  #idle: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;
  readonly #release: () => Promise<void>;

  constructor(tables: LmdbTables, limits: StoreLimits, release: () => Promise<void>) {
    this.#tables = tables;
    this.#limits = limits;
    this.#release = release;
    for (const [sequence, page] of tables.journal()) {
      for (const write of decodePage(page, (bytes) => tables.unpack(bytes)))
        this.#journaled.add(toStoredKey(write.key), write);
      if (this.#sequence === 0) this.#folded = sequence - 1;
      this.#sequence = sequence;
    }
    this.#rest();
  }

  get<T>(table: TableName, key: string): T | undefined {
    const stored = toStoredKey(key);
    const write =
      this.#waiting.get(table, stored) ??
      this.#writing.get(table, stored) ??
      this.#journaled.get(table, stored);
    if (write !== undefined) return write.value as T | undefined;
    return this.#tables.get(table, stored) as T | undefined;
  }

  range<T>(
    table: TableName,
    options: RangeOptions = {},
  ): Generator<readonly [key: string, value: T]> {
    return scan(options, (request) => this.#chunk(table, request));
  }

  count(table: TableName, prefix = ''): number {
    let counts = this.#counts.get(table);
    if (counts === undefined) this.#counts.set(table, (counts = new Map<string, number>()));
    let count = counts.get(prefix);
    if (count === undefined) counts.set(prefix, (count = this.#count(table, prefix)));
    return count;
  }

  #count(table: TableName, prefix: string): number {
    const head = storedHead(prefix);
    if (head !== prefix) {
      let rows = 0;
      for (const _ of this.range(table, { prefix })) rows += 1;
      return rows;
    }
    let rows = this.#tables.count(table, prefix);
    for (const [stored, deleted] of this.#unfolded(table, head)) {
      if (this.#tables.has(table, stored) === deleted) rows += deleted ? -1 : 1;
    }
    return rows;
  }

  /** Keys that the tables do not hold as they are now, and whether they are deleted. */
  #unfolded(table: TableName, head: string): Map<string, boolean> {
    const keys = new Map<string, boolean>();
    const all = { start: head, exclusive: false, head, limit: Infinity };
    for (const layer of [this.#journaled, this.#writing, this.#waiting]) {
      for (const [stored, { value }] of layer.slice(table, all)) {
        keys.set(stored, value === undefined);
      }
    }
    return keys;
  }

  commit(writes: readonly StateWrite[]): Promise<void> {
    if (this.#closing !== undefined) return Promise.reject(closed());
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    for (const write of writes) {
      const { table, key } = write;
      const value = write.op === 'put' ? write.value : undefined;
      this.#waiting.add(toStoredKey(key), { table, key, value });
      this.#counts.get(table)?.clear();
    }
    if (this.#group === undefined) {
      this.#group = new Group();
      this.#start();
    }
    return this.#group.written;
  }

  /** Waits until everything committed so far is durable, then copies it. */
  async backup(file: string): Promise<void> {
    await this.commit([]);
    await this.#tables.backup(file);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
    clearTimeout(this.#idle);
    try {
      if (this.#failure === undefined) await this.#fold();
    } catch (error) {
      throw writeError(error, () => freeBytesAt(this.#tables.file));
    } finally {
      await this.#tables.close();
      await this.#release();
    }
  }

  /** Commits called in one turn of the event loop form a group, as do those called while one is written. */
  #start(): void {
    if (this.#running !== undefined) return;
    clearTimeout(this.#idle);
    this.#running = new Promise<void>((resolve) => setImmediate(resolve))
      .then(() => this.#run())
      .catch((error: unknown) => this.#fail(error))
      .finally(() => this.#rest());
  }

  async #run(): Promise<void> {
    while (this.#group !== undefined) {
      await this.#writeGroup(this.#group);
      if (this.#journaled.size >= this.#limits.foldAt) await this.#fold();
    }
  }

  async #writeGroup(group: Group): Promise<void> {
    this.#group = undefined;
    this.#writing = this.#waiting;
    this.#waiting = new Overlay();
    try {
      if (this.#writing.size > 0) {
        const page = encodePage(this.#writing);
        const sequence = this.#sequence + 1;
        await this.#tables.transaction((writer) => writer.putJournal(sequence, page));
        this.#sequence = sequence;
        this.#journaled.absorb(this.#writing);
        this.#writing = new Overlay();
      }
    } catch (error) {
      group.reject((this.#failure = this.#failureOf(error)));
      throw error;
    }
    group.resolve();
  }

  /** Brings the journal into the tables, a slice at a time; groups are written in between. */
  async #fold(): Promise<void> {
    const last = this.#sequence;
    const all = Array.from(this.#journaled.entries());
    for (let i = 0; i < all.length; i += FOLD_SLICE) {
      const slice = all.slice(i, i + FOLD_SLICE);
      const done = i + FOLD_SLICE >= all.length;
      await this.#tables.transaction((writer) => {
        writeAll(writer, slice);
        for (let s = this.#folded + 1; done && s <= last; s++) writer.removeJournal(s);
      });
      for (const [stored, write] of slice) {
        this.#journaled.drop(stored, write);
      }
      const full = this.#journaled.size > this.#limits.foldAt * FOLD_LIMIT;
      if (!done && this.#group !== undefined && !full) await this.#writeGroup(this.#group);
    }
    this.#folded = last;
  }

  /** Nothing is being written any more: goes on with what came meanwhile, or folds after a while. */
  #rest(): void {
    this.#running = undefined;
    if (this.#failure !== undefined) return;
    if (this.#group !== undefined) return this.#start();
    if (this.#journaled.size === 0) return;
    this.#idle = setTimeout(() => {
      if (this.#running !== undefined || this.#closing !== undefined) return;
      this.#running = this.#fold()
        .catch((error: unknown) => this.#fail(error))
        .finally(() => this.#rest());
    }, IDLE_MS);
    this.#idle.unref();
  }

  /** After a write failed nothing is certain but what was acknowledged: every later commit fails too. */
  #fail(error: unknown): void {
    this.#failure ??= this.#failureOf(error);
    const group = this.#group;
    this.#group = undefined;
    group?.reject(this.#failure);
  }

  #failureOf(error: unknown): Error {
    return writeError(error, () => freeBytesAt(this.#tables.file));
  }

  #chunk(table: TableName, request: ChunkRequest): Chunk {
    // A walk that was begun before must not go on in a file that is no longer mapped.
    if (this.#closing !== undefined) throw closed();
    return mergeLayers(request.limit, [
      this.#tables.chunk(table, request),
      this.#journaled.slice(table, request),
      this.#writing.slice(table, request),
      this.#waiting.slice(table, request),
    ]);
  }
}

/** Commits that are written together, and the one promise that they all wait for. */
class Group {
  readonly written: Promise<void>;
  resolve!: () => void;
  reject!: (error: Error) => void;

  constructor() {
    this.written = new Promise<void>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // Nobody may be waiting any more; who is, sees it.
    this.written.catch(() => undefined);
  }
}

/** Not a closure of each transaction, which would be optimized anew with every one of them. */
function writeAll(
  writer: TableWriter,
  slice: readonly (readonly [stored: string, write: WaitingWrite])[],
): void {
  for (const [stored, write] of slice) writer.write(stored, write);
}

function closed(): EnvironmentError {
  return new EnvironmentError('the state store is closed', { code: 'state.closed' });
}

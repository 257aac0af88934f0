import { open, type Database, type RootDatabase } from 'lmdb';
import type { ChunkRequest, Entry } from './scan.js';
import type { TableName } from './state-store.js';
import { corrupt } from './corrupt.js';
import type { WaitingWrite } from './overlay.js';
import { packKey, unpackKey, type PackedKey } from './packed-key.js';
import { LAST, isHashed, storedHead } from './stored-key.js';

export const TABLES: readonly TableName[] = [
  'meta',
  'resources',
  'owners',
  'retries',
  'dead-letters',
  'scopes',
  'stale',
  'unclaimed',
  'checkpoints',
];

// Keys are plain UTF-8, so that the order on disk is the byte order that stored keys promise.
const keyEncoder = {
  writeKey: (key: string, target: Buffer, start: number): number =>
    start + target.write(key, start, 'utf8'),
  readKey: (target: Buffer, start: number, end: number): string =>
    target.toString('utf8', start, end),
};

interface Packer {
  encode(value: unknown): Uint8Array;
  decode(bytes: Uint8Array): unknown;
}

/** The tables on disk and the journal beside them. Reads see what was committed. */
export class LmdbTables {
  readonly #root: RootDatabase;
  readonly #tables: Map<TableName, Database<unknown, string>>;
  readonly #journal: Database<unknown, number>;

  /** Path of the data file. */
  readonly file: string;
  readonly #packer: Packer;

  /** Opens the file, and makes it where there is none. */
  constructor(file: string) {
    this.file = file;
    this.#root = open({
      path: file,
      noSubdir: true,
      maxDbs: 16,
      // Pages are zeroed for secrecy from other users of the file; the file is its owner's alone.
      noMemInit: true,
      // A commit counts once it would survive the process; the disk is synced behind it, and LMDB
      // keeps the order of both, so that a crash of the machine goes back in time but tears nothing.
      separateFlushed: true,
      // Each batch says itself what belongs into one transaction.
      eventTurnBatching: false,
    });
    // Options that lmdb takes but does not declare.
    const texts: object = { keyEncoder, useRecords: false };
    this.#tables = new Map(
      TABLES.map((name) => [name, this.#root.openDB<unknown, string>(name, texts)]),
    );
    // Of one kind for all tables: their values are lists, maps and scalars without shared structures.
    this.#packer = (this.#tables.get('meta') as unknown as { encoder: Packer }).encoder;
    const numbered: object = { keyEncoding: 'uint32', useRecords: false };
    this.#journal = this.#root.openDB<unknown, number>('journal', numbered);
  }

  get(table: TableName, stored: string): unknown {
    try {
      return this.#unwrap(stored, this.#table(table).get(stored)).value;
    } catch (error) {
      throw corrupt(this.file, error);
    }
  }

  has(table: TableName, stored: string): boolean {
    return this.#table(table).doesExist(stored);
  }

  /** The entries of a chunk. The cursor is closed before this returns. */
  chunk(
    table: TableName,
    { start, exclusive, head, limit, keysOnly }: ChunkRequest,
  ): (readonly [stored: string, entry: Entry])[] {
    const options = {
      // No key is empty, and none sorts before this one.
      start: start === '' ? '\0' : start,
      end: head + LAST,
      exclusiveStart: exclusive && start !== '',
      limit,
    };
    try {
      if (keysOnly === true) {
        return Array.from(this.#table(table).getKeys(options), (stored) => [
          stored,
          isHashed(stored)
            ? this.#unwrap(stored, this.#table(table).get(stored))
            : { key: stored, value: undefined },
        ]);
      }
      const range = this.#table(table).getRange(options);
      return Array.from(range, ({ key, value }) => [key, this.#unwrap(key, value)] as const);
    } catch (error) {
      throw corrupt(this.file, error);
    }
  }

  /** Number of keys that are stored with this prefix. */
  count(table: TableName, prefix: string): number {
    if (prefix === '') {
      return (this.#table(table).getStats() as { entryCount: number }).entryCount;
    }
    const head = storedHead(prefix);
    return this.#table(table).getKeysCount({ start: head, end: head + LAST });
  }

  /** One transaction; resolves once it would survive the process. */
  async transaction(work: (writer: TableWriter) => void): Promise<void> {
    try {
      await this.#root.batch(() => work(this.#writer));
    } catch (error) {
      // LMDB says first that a commit failed, and why in a promise of its own.
      const reason = (error as { commitError?: Promise<never> }).commitError;
      if (reason !== undefined) await reason;
      throw error;
    }
  }

  /** What the journal holds, oldest first. */
  *journal(): Generator<readonly [sequence: number, page: unknown]> {
    for (const { key, value } of this.#journal.getRange({})) yield [key, value];
  }

  /** A consistent copy of everything that was committed. */
  async backup(file: string): Promise<void> {
    await this.#root.backup(file, true);
  }

  async close(): Promise<void> {
    await this.#root.close();
  }

  /** A value from the bytes that it was packed as. */
  unpack(bytes: Uint8Array): unknown {
    return this.#packer.decode(bytes);
  }

  readonly #writer: TableWriter = {
    write: (stored, { table, key, value }) => {
      if (value === undefined) void this.#table(table).remove(stored);
      else {
        const kept = isHashed(stored) ? [packKey(key), this.#packer.encode(value)] : value;
        void this.#table(table).put(stored, kept);
      }
    },
    putJournal: (sequence, page) => void this.#journal.put(sequence, page),
    removeJournal: (sequence) => void this.#journal.remove(sequence),
  };

  #unwrap(stored: string, value: unknown): Entry {
    if (value === undefined || !isHashed(stored)) return { key: stored, value };
    const [key, bytes] = value as readonly [PackedKey, Uint8Array];
    return { key: unpackKey(key), value: this.unpack(bytes) };
  }

  #table(name: TableName): Database<unknown, string> {
    return this.#tables.get(name) as Database<unknown, string>;
  }
}

/** The writes of one transaction. A value under a hashed key is kept together with the full key. */
export interface TableWriter {
  write(stored: string, write: WaitingWrite): void;
  putJournal(sequence: number, page: unknown): void;
  removeJournal(sequence: number): void;
}

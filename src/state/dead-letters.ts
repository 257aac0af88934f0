import { createHash } from 'node:crypto';
import type { DeadLetter } from '../model/dead-letter.js';
import { encodeEntityKey, type EntityKey } from '../model/entity.js';
import { encodeResourceKey, type ResourceKey } from '../model/resource-key.js';
import type { StateStore, StateWrite } from './state-store.js';

/**
 * The id under which a resource (and, where Port refused one, an entity of it) parks. Ids of one
 * resource begin alike, so that all of them can be found when it settles well.
 */
export function deadLetterId(key: ResourceKey, entity?: EntityKey): string {
  const resource = digest(encodeResourceKey(key));
  return entity === undefined ? resource : `${resource}-${digest(encodeEntityKey(entity))}`;
}

const RECORD = 'record-';

/** The id under which a record of a stream parks. */
export function recordLetterId(streamArn: string, shardId: string, sequenceNumber: string): string {
  return RECORD + digest([streamArn, shardId, sequenceNumber].join('\n'));
}

/** What could not be carried out and waits for `replay`. */
export class DeadLetters {
  readonly #store: StateStore;

  constructor(store: StateStore) {
    this.#store = store;
  }

  get(id: string): DeadLetter | undefined {
    return this.#store.get<DeadLetter>('dead-letters', id);
  }

  /**
   * Parks a letter. One that is parked under its id already is replaced, and its attempts are added
   * to the new one's.
   */
  park(letter: DeadLetter): StateWrite[] {
    const attempts = letter.attempts + (this.get(letter.id)?.attempts ?? 0);
    return [{ op: 'put', table: 'dead-letters', key: letter.id, value: { ...letter, attempts } }];
  }

  /** Takes a letter out; nothing to write where there is none. */
  remove(id: string): StateWrite[] {
    if (this.get(id) === undefined) return [];
    return [{ op: 'delete', table: 'dead-letters', key: id }];
  }

  /** Takes out everything parked for a resource, for when it has settled well. */
  removeOf(key: ResourceKey): StateWrite[] {
    return this.of(key).map(({ id }) => ({ op: 'delete', table: 'dead-letters', key: id }));
  }

  /** What is parked for a resource: the resource itself and its refused entities. */
  of(key: ResourceKey): DeadLetter[] {
    return this.list({ prefix: deadLetterId(key) });
  }

  /** A page in the order of ids; the next page is the one after the last id. */
  list(options: { prefix?: string; after?: string; limit?: number } = {}): DeadLetter[] {
    return Array.from(
      this.#store.range<DeadLetter>('dead-letters', options),
      ([, letter]) => letter,
    );
  }

  count(): number {
    return this.#store.count('dead-letters');
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text, 'utf16le').digest('hex').slice(0, 16);
}

import { encodeEntityKey } from '../model/entity.js';
import { GLOBAL, SEPARATOR } from '../model/resource-key.js';
import { decodeScope } from '../model/scope.js';
import { decodeRecord, encodeRecord, type StoredRecord } from './index-codec.js';
import type { IndexRecord } from './index-record.js';
import { OwnerFilter } from './owner-filter.js';
import { ownerKey } from './owner-key.js';
import type { StateStore, StateWrite } from './state-store.js';

/** A resource that owns an entity. */
export interface Owner {
  /** Encoded resource key. */
  readonly resourceKey: string;
  /** Place of the mapping that yields the entity; of several of this resource, the last. */
  readonly mapping: number;
}

/** A kind in an account and region (or `global`) that the index holds resources of. */
export interface IndexGroup {
  readonly kind: string;
  readonly accountId: string;
  readonly region: string;
}

/** The tail of an owner's row: what tells where the entity key ends and the resource key begins. */
type OwnerRow = readonly [mapping: number, entityKeyLength: number];

/** Sorts right after {@link SEPARATOR}: from here on no key begins with the same part. */
const PAST_SEPARATOR = '\u0002';

/**
 * Which entities came from which resource, and which resources an entity came from. Resource keys and
 * entity keys are the encoded ones. The rows of owners are written together with their record: commit
 * all writes of one call in one transaction.
 */
export class IndexTable {
  readonly #store: StateStore;
  readonly #filter: OwnerFilter;

  constructor(store: StateStore) {
    this.#store = store;
    this.#filter = new OwnerFilter(store);
  }

  get(resourceKey: string): IndexRecord | undefined {
    const stored = this.#store.get<StoredRecord>('resources', resourceKey);
    return stored === undefined ? undefined : decodeRecord(resourceKey, stored);
  }

  /**
   * Writes a record and brings the owners' rows to its entities. `previous` must be the record as the
   * last commit left it; it is read where it is not given.
   */
  put(
    resourceKey: string,
    record: IndexRecord,
    previous: IndexRecord | undefined = this.get(resourceKey),
  ): StateWrite[] {
    const writes: StateWrite[] = [
      { op: 'put', table: 'resources', key: resourceKey, value: encodeRecord(resourceKey, record) },
    ];
    // A record is mostly written twice with the same entities: as an intent, then acknowledged.
    const [only] = record.entities;
    if (previous === undefined && only !== undefined && record.entities.length === 1) {
      const entityKey = encodeEntityKey(only);
      const key = ownerKey(entityKey, resourceKey);
      this.#filter.add(key);
      const value: OwnerRow = [only.mapping, entityKey.length];
      writes.push({ op: 'put', table: 'owners', key, value });
    } else if (previous === undefined || !ownsTheSame(previous, record)) {
      const owned = ownedBy(record);
      for (const entityKey of owned.keys()) this.#filter.add(ownerKey(entityKey, resourceKey));
      addOwnerWrites(writes, resourceKey, ownedBy(previous), owned);
    }
    return writes;
  }

  /** Removes a record and its owners' rows. */
  delete(
    resourceKey: string,
    previous: IndexRecord | undefined = this.get(resourceKey),
  ): StateWrite[] {
    const writes: StateWrite[] = [{ op: 'delete', table: 'resources', key: resourceKey }];
    addOwnerWrites(writes, resourceKey, ownedBy(previous), new Map());
    return writes;
  }

  /**
   * The resources that an entity comes from, intents and leaving ones included, in the order of owners:
   * by mapping, then resource key. The last one wins.
   */
  owners(entityKey: string): Owner[] {
    const owners: Owner[] = [];
    if (this.#filter.isFree(entityKey)) return owners;
    const prefix = entityKey + SEPARATOR;
    for (const [key, [mapping, length]] of this.#store.range<OwnerRow>('owners', { prefix })) {
      // An identifier may hold the separator itself: the row of another entity can share the prefix.
      if (length !== entityKey.length) continue;
      owners.push({ resourceKey: key.slice(prefix.length), mapping });
    }
    return owners.length < 2 ? owners : owners.sort(byOrderOfOwners);
  }

  /** All records below a prefix of encoded resource keys (kind; kind and account; …), in key order. */
  *scan(prefix = ''): Generator<readonly [resourceKey: string, record: IndexRecord]> {
    for (const [key, stored] of this.#store.range<StoredRecord>('resources', { prefix })) {
      yield [key, decodeRecord(key, stored)];
    }
  }

  /**
   * The keys of all resources that may be of this scope (encoded): a regional scope names resources of
   * its own region only, an account-wide one may name resources of any region. Those of other scopes
   * are among them (of other parents, say): their records tell.
   */
  *keysAround(scope: string): Generator<string> {
    const { kind, accountId, region } = decodeScope(scope);
    const account = kind + SEPARATOR + accountId + SEPARATOR;
    const prefix = region === GLOBAL ? account : account + region + SEPARATOR;
    for (const [key] of this.#store.range('resources', { prefix, keysOnly: true })) yield key;
  }

  /** Every kind × account × region that resources are held of: one look-up each, however many resources. */
  *groups(): Generator<IndexGroup> {
    let after: string | undefined;
    for (;;) {
      const options = after === undefined ? { limit: 1 } : { after, limit: 1 };
      const [next] = this.#store.range('resources', options);
      if (next === undefined) return;
      const [kind = '', accountId = '', region = ''] = next[0].split(SEPARATOR, 3);
      yield { kind, accountId, region };
      after = [kind, accountId, region].join(SEPARATOR) + PAST_SEPARATOR;
    }
  }

  /** Number of resources, or of those below a prefix. */
  count(prefix = ''): number {
    return this.#store.count('resources', prefix);
  }

  /**
   * Number of distinct entities by kind, and in all. An entity that resources of two kinds map to
   * counts for both, and once in the total. Lets other work run in between.
   */
  async countEntities(): Promise<{ readonly total: number; readonly byKind: Map<string, number> }> {
    const byKind = new Map<string, number>();
    let total = 0;
    let entity: string | undefined;
    let kinds = new Set<string>();
    let rows = 0;
    for (const [key, [, length]] of this.#store.range<OwnerRow>('owners')) {
      const entityKey = key.slice(0, length);
      if (entityKey !== entity) {
        entity = entityKey;
        kinds = new Set();
        total += 1;
      }
      const kind = key.slice(length + 1, key.indexOf(SEPARATOR, length + 1));
      if (!kinds.has(kind)) byKind.set(kind, (byKind.get(kind) ?? 0) + 1);
      kinds.add(kind);
      rows += 1;
      if (rows % 1_000 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    return { total, byKind };
  }
}

function ownsTheSame(a: IndexRecord, b: IndexRecord): boolean {
  if (a.entities.length !== b.entities.length) return false;
  return a.entities.every((entity, i) => {
    const other = b.entities[i];
    return (
      entity.identifier === other?.identifier &&
      entity.blueprint === other.blueprint &&
      entity.mapping === other.mapping
    );
  });
}

/** Entity keys of a record, each with the last mapping that yields it. */
function ownedBy(record: IndexRecord | undefined): Map<string, number> {
  const owned = new Map<string, number>();
  for (const entity of record?.entities ?? []) {
    const key = encodeEntityKey(entity);
    owned.set(key, Math.max(entity.mapping, owned.get(key) ?? 0));
  }
  return owned;
}

function addOwnerWrites(
  writes: StateWrite[],
  resourceKey: string,
  before: Map<string, number>,
  after: Map<string, number>,
): void {
  for (const [entityKey, mapping] of after) {
    if (before.get(entityKey) === mapping) continue;
    const value: OwnerRow = [mapping, entityKey.length];
    writes.push({ op: 'put', table: 'owners', key: ownerKey(entityKey, resourceKey), value });
  }
  for (const entityKey of before.keys()) {
    if (after.has(entityKey)) continue;
    writes.push({ op: 'delete', table: 'owners', key: ownerKey(entityKey, resourceKey) });
  }
}

function byOrderOfOwners(a: Owner, b: Owner): number {
  if (a.mapping !== b.mapping) return a.mapping - b.mapping;
  return a.resourceKey < b.resourceKey ? -1 : 1;
}

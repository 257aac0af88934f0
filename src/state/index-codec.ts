import { GLOBAL, SEPARATOR } from '../model/resource-key.js';
import type { IndexRecord, OwnedEntity } from './index-record.js';

/**
 * The stored form of an index record: a list, because names of fields would double its size, and
 * without what its key says already. About 120 bytes for a record with one entity.
 */
export type StoredRecord = readonly [
  scope: string | typeof SCOPE_OF_KEY | typeof SCOPE_OF_ACCOUNT,
  tick: number,
  program: string,
  listHash: string | null,
  readHash: string | null,
  generation: number,
  ...entities: StoredEntity[],
];

/** Where the entities of a stored record begin. */
const FIRST_ENTITY = 6;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

type StoredEntity = readonly [
  blueprint: string,
  identifier: string | typeof IDENTIFIER_OF_KEY,
  mapping: number,
  hash: string | null,
  flags: number,
];

/** Kind, account and region of the key. */
const SCOPE_OF_KEY = 0;
/** Kind and account of the key, and the region `global`. */
const SCOPE_OF_ACCOUNT = 1;
/** The identifier of the key. */
const IDENTIFIER_OF_KEY = 0;
const LEAVING = 1;
const FOREIGN = 2;

export function encodeRecord(key: string, record: IndexRecord): StoredRecord {
  const { scope } = record;
  const identifierAt = startOfIdentifier(key);
  const isOwn = scope.length === identifierAt - 1 && key.startsWith(scope);
  const stored: Mutable<StoredRecord> = [
    isOwn ? SCOPE_OF_KEY : scope === accountOf(key) ? SCOPE_OF_ACCOUNT : scope,
    record.tick,
    record.program,
    record.listHash,
    record.readHash,
    record.generation,
  ];
  for (const entity of record.entities) stored.push(encodeEntity(key, identifierAt, entity));
  return stored;
}

export function decodeRecord(key: string, stored: StoredRecord): IndexRecord {
  const identifierAt = startOfIdentifier(key);
  const entities: OwnedEntity[] = [];
  for (let i = FIRST_ENTITY; i < stored.length; i += 1)
    entities.push(decodeEntity(key, identifierAt, stored[i] as StoredEntity));
  // By place: taking a list apart by a pattern walks an iterator, and this is done for every resource.
  return {
    scope: scopeOf(key, identifierAt, stored[0]),
    tick: stored[1],
    program: stored[2],
    listHash: stored[3],
    readHash: stored[4],
    generation: stored[5],
    entities,
  };
}

function scopeOf(key: string, identifierAt: number, scope: StoredRecord[0]): string {
  if (typeof scope === 'string') return scope;
  return scope === SCOPE_OF_KEY ? key.slice(0, identifierAt - 1) : accountOf(key);
}

function encodeEntity(key: string, identifierAt: number, entity: OwnedEntity): StoredEntity {
  const { identifier } = entity;
  const isOfKey = identifier.length === key.length - identifierAt && key.endsWith(identifier);
  return [
    entity.blueprint,
    isOfKey ? IDENTIFIER_OF_KEY : identifier,
    entity.mapping,
    entity.hash,
    (entity.leaving === true ? LEAVING : 0) | (entity.foreign === true ? FOREIGN : 0),
  ];
}

function decodeEntity(key: string, identifierAt: number, stored: StoredEntity): OwnedEntity {
  const id = stored[1];
  const flags = stored[4];
  const entity = {
    blueprint: stored[0],
    identifier: id === IDENTIFIER_OF_KEY ? key.slice(identifierAt) : id,
    mapping: stored[2],
    hash: stored[3],
  };
  if (flags === 0) return entity;
  return {
    ...entity,
    ...((flags & LEAVING) === 0 ? {} : { leaving: true }),
    ...((flags & FOREIGN) === 0 ? {} : { foreign: true }),
  };
}

function startOfIdentifier(key: string): number {
  const afterKind = key.indexOf(SEPARATOR) + 1;
  const afterAccount = key.indexOf(SEPARATOR, afterKind) + 1;
  return key.indexOf(SEPARATOR, afterAccount) + 1;
}

/** The scope of all regions of the key's kind and account. */
function accountOf(key: string): string {
  const afterKind = key.indexOf(SEPARATOR) + 1;
  return key.slice(0, key.indexOf(SEPARATOR, afterKind) + 1) + GLOBAL;
}

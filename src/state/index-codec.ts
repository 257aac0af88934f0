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
  return [
    isOwn ? SCOPE_OF_KEY : scope === parts(key).account ? SCOPE_OF_ACCOUNT : scope,
    record.tick,
    record.program,
    record.listHash,
    record.readHash,
    record.generation,
    ...record.entities.map((entity) => encodeEntity(key, identifierAt, entity)),
  ];
}

export function decodeRecord(key: string, stored: StoredRecord): IndexRecord {
  const [, tick, program, listHash, readHash, generation, ...entities] = stored;
  const { identifier } = parts(key);
  return {
    scope: storedScope(key, stored),
    tick,
    program,
    listHash,
    readHash,
    generation,
    entities: entities.map((entity) => decodeEntity(identifier, entity)),
  };
}

/** The scope of a stored record, without decoding the rest. */
export function storedScope(key: string, stored: StoredRecord): string {
  const scope = stored[0];
  if (typeof scope === 'string') return scope;
  const { own, account } = parts(key);
  return scope === SCOPE_OF_KEY ? own : account;
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

function decodeEntity(identifier: string, stored: StoredEntity): OwnedEntity {
  const [blueprint, id, mapping, hash, flags] = stored;
  const entity = {
    blueprint,
    identifier: id === IDENTIFIER_OF_KEY ? identifier : id,
    mapping,
    hash,
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

function parts(key: string): { own: string; account: string; identifier: string } {
  const afterKind = key.indexOf(SEPARATOR) + 1;
  const afterAccount = key.indexOf(SEPARATOR, afterKind) + 1;
  const afterRegion = key.indexOf(SEPARATOR, afterAccount) + 1;
  return {
    own: key.slice(0, afterRegion - 1),
    account: key.slice(0, afterAccount) + GLOBAL,
    identifier: key.slice(afterRegion),
  };
}

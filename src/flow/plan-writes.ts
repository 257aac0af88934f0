import type { EntityKey, MappedEntity } from '../model/entity.js';
import { encodeEntityKey } from '../model/entity.js';
import type { MappingResult } from '../model/mapping-result.js';
import type { IndexRecord, OwnedEntity } from '../model/index-record.js';
import { OtherOwners } from './owners.js';
import type { Owner, OwnershipView } from './owners.js';

/** One entity to be written or deleted. */
export interface PlannedWrite {
  readonly key: EntityKey;
  /** Encoded {@link key}. */
  readonly entity: string;
  /** The mapped entity for an upsert; absent for a delete. */
  readonly upsert?: MappedEntity;
  /** Whether nobody owned the entity before. */
  readonly fresh: boolean;
}

/** A share of an entity that is to be written again because of what another owner did. */
export interface Rewrite {
  /** Encoded key of the owner. */
  readonly resource: string;
  /** Encoded key of the entity. */
  readonly entity: string;
}

/** What follows from one observation for the entities of its resource. */
export interface WritePlan {
  /** Ownership once every write is acknowledged. */
  readonly after: readonly OwnedEntity[];
  /** Ownership to be made durable before the first write: old and new together, null hashes for what is written. */
  readonly intent: readonly OwnedEntity[];
  readonly writes: readonly PlannedWrite[];
  /**
   * Shares of other owners that must be read and written again after this one. Only these: a resource
   * that wrote all of its entities again could have this one written again, and so on without end.
   */
  readonly shares: readonly Rewrite[];
}

/** How a decision is taken; see the functions. */
export interface PlanOptions {
  /** This resource's encoded key. */
  readonly id: string;
  readonly view: OwnershipView;
  /** `enableMergeEntity`: shares of several mappings are merged, not replaced. */
  readonly merge: boolean;
}

/**
 * Decides what a `present` observation writes.
 *
 * An entity that the mappings no longer yield is given up only where their verdict is sound; it is
 * deleted at once when `immediate`, else marked as leaving until its resync ends. Of several owners of
 * one entity the last in the order (mapping, resource key) wins: with merging, the last resource of
 * each mapping contributes and a contributor's change has the next mapping's contributor written again.
 *
 * `force` names entities that are written even where the record knows them as unchanged.
 */
export function planPresent(
  record: IndexRecord | undefined,
  result: MappingResult,
  options: PlanOptions & {
    readonly program: string;
    readonly immediate: boolean;
    readonly force: (entity: string) => boolean;
  },
): WritePlan {
  const draft = new Draft(options);
  const [only] = result.entities;
  const ownsNothing = record === undefined || record.entities.length === 0;
  // The commonest case by far, when a catalog is filled: one new resource, one entity.
  if (ownsNothing && only !== undefined && result.entities.length === 1) {
    const entity = keyOf(only);
    draft.yield(entity, only, undefined, options.force(entity));
    return draft.plan();
  }
  const yielded = new Map<string, MappedEntity>();
  for (const entity of result.entities) yielded.set(keyOf(entity), entity);
  const old = new Map(record?.entities.map((owned) => [encodeEntityKey(owned), owned]));

  for (const [entity, mapped] of yielded)
    draft.yield(entity, mapped, old.get(entity), options.force(entity));

  // Without a mapping there is no verdict, and what nobody judged is kept.
  const allSound = result.verdicts.length > 0 && result.verdicts.every((verdict) => verdict.sound);
  const sameProgram = record?.program === options.program;
  for (const [entity, owned] of old) {
    if (yielded.has(entity)) continue;
    const verdict = result.verdicts.find((one) => one.mapping === owned.mapping);
    // Positions of another program's mappings mean nothing here: then all verdicts must be sound.
    const sound = sameProgram && verdict !== undefined ? verdict.sound : allSound;
    if (sound) draft.giveUp(entity, owned, options.immediate);
    else draft.keep(owned);
  }
  return draft.plan();
}

/** Decides what an `absent` observation deletes: everything that no other resource owns. */
export function planAbsent(record: IndexRecord, options: PlanOptions): WritePlan {
  const draft = new Draft(options);
  for (const owned of record.entities) draft.giveUp(encodeEntityKey(owned), owned, true);
  return draft.plan();
}

/** Decides what is deleted of the entities that a record marks as leaving; the others stay as they are. */
export function planPurge(record: IndexRecord, options: PlanOptions): WritePlan {
  const draft = new Draft(options);
  for (const owned of record.entities) {
    if (owned.leaving) draft.giveUp(encodeEntityKey(owned), owned, true);
    else draft.keep(owned);
  }
  return draft.plan();
}

/**
 * Decides nothing but that some shares are written again when the resource is next seen: they were to
 * follow another owner's and could not.
 */
export function planUnsettle(
  record: IndexRecord,
  options: PlanOptions & { readonly unsettled: (entity: string) => boolean },
): WritePlan {
  const draft = new Draft(options);
  for (const owned of record.entities) {
    draft.keep(options.unsettled(encodeEntityKey(owned)) ? { ...owned, hash: null } : owned);
  }
  return draft.plan();
}

/** An entity found by search has no identifier of its own yet: its mapping and query name it. */
function keyOf(entity: MappedEntity): string {
  return encodeEntityKey({ blueprint: entity.blueprint, identifier: identifierOf(entity) });
}

function identifierOf(entity: MappedEntity): string {
  return entity.search === undefined ? entity.identifier : `?${JSON.stringify(entity.search)}`;
}

class Draft {
  readonly #after: OwnedEntity[] = [];
  readonly #intent: OwnedEntity[] = [];
  readonly #writes: PlannedWrite[] = [];
  readonly #shares: Rewrite[] = [];
  readonly #options: PlanOptions;

  constructor(options: PlanOptions) {
    this.#options = options;
  }

  yield(
    entity: string,
    mapped: MappedEntity,
    known: OwnedEntity | undefined,
    force: boolean,
  ): void {
    const others = this.#others(entity);
    // Others may have written since it began to leave: it comes back as if it were new.
    const old = known?.leaving && others.any ? undefined : known;
    const owned = ownershipOf(mapped, mapped.hash);
    const moved = old !== undefined && old.mapping !== mapped.mapping && others.any;
    if (moved) this.#leavePlace(entity, old.mapping, mapped.mapping, others);
    const settled = !force && !moved && old?.hash === mapped.hash;
    if (settled || !mustWrite(mapped, others, old !== undefined || force)) {
      this.keep(owned);
      return;
    }
    this.#after.push(owned);
    this.#intent.push(ownershipOf(mapped, null));
    this.#writes.push({
      key: owned,
      entity,
      upsert: mapped,
      fresh: known === undefined && !others.any,
    });
    this.#rewrite(entity, others.above(mapped.mapping));
  }

  keep(owned: OwnedEntity): void {
    this.#after.push(owned);
    this.#intent.push(owned);
  }

  giveUp(entity: string, owned: OwnedEntity, immediate: boolean): void {
    if (owned.foreign) return;
    const others = this.#others(entity);
    if (others.keep) {
      if (others.contributes(owned.mapping)) this.#rewrite(entity, others.heir(owned.mapping));
      return;
    }
    const leaving = owned.leaving ? owned : { ...owned, leaving: true };
    if (!immediate) {
      this.keep(leaving);
      return;
    }
    this.#intent.push({ ...leaving, hash: null });
    this.#writes.push({ key: owned, entity, fresh: false });
  }

  plan(): WritePlan {
    return {
      after: this.#after,
      intent: this.#intent,
      writes: this.#writes,
      shares: this.#shares,
    };
  }

  #others(entity: string): OtherOwners {
    const { id, view, merge } = this.#options;
    return new OtherOwners(entity, id, view, merge);
  }

  /** Another mapping of the same resource yields the entity now: its place among the owners changes. */
  #leavePlace(entity: string, from: number, to: number, others: OtherOwners): void {
    if (!others.contributes(from)) return;
    if (this.#options.merge || !others.contributes(to)) this.#rewrite(entity, others.heir(from));
  }

  #rewrite(entity: string, owner: Owner | undefined): void {
    if (owner) this.#shares.push({ resource: owner.resourceKey, entity });
  }
}

function ownershipOf(mapped: MappedEntity, hash: string | null): OwnedEntity {
  const { blueprint, mapping } = mapped;
  const owned = { blueprint, identifier: identifierOf(mapped), mapping, hash };
  return mapped.search === undefined ? owned : { ...owned, foreign: true };
}

/** @param held whether Port may hold this resource's share already, another than this one */
function mustWrite(mapped: MappedEntity, others: OtherOwners, held: boolean): boolean {
  if (!others.contributes(mapped.mapping)) return false;
  return held || !others.alreadySays(mapped.mapping, mapped.hash);
}

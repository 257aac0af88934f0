import type { EntityKey, MappedEntity } from '../model/entity.js';
import { encodeEntityKey } from '../model/entity.js';
import type { MappingResult } from '../model/mapping-result.js';
import type { IndexRecord, OwnedEntity } from '../model/index-record.js';

/** A resource key that an entity came from. */
export interface Owner {
  readonly resourceKey: string;
  /** Place of the mapping among the pipeline's `resources`. */
  readonly mapping: number;
}

/** What the decision may ask of the index. */
export interface OwnershipView {
  /** All owners of an entity, this resource included. */
  owners(entity: string): readonly Owner[];
  /**
   * Hash of what Port acknowledged of a resource's share of an entity; null where unknown, and while
   * the share is yet to be written again (see {@link WritePlan.rewrites}): Port holds another's then.
   */
  acknowledged(resource: string, entity: string): string | null;
}

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
  /** Resources that must be read and written again after this one: those of {@link shares}. */
  readonly rewrites: readonly string[];
  /**
   * Which of their entities are to be written again. Only these: a resource that wrote all of its
   * entities again could have this one written again, and so on without end.
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

  yield(entity: string, mapped: MappedEntity, old: OwnedEntity | undefined, force: boolean): void {
    const owned: OwnedEntity = {
      blueprint: mapped.blueprint,
      identifier: identifierOf(mapped),
      mapping: mapped.mapping,
      hash: mapped.hash,
      ...(mapped.search !== undefined && { foreign: true }),
    };
    const others = this.#others(entity);
    const moved = old !== undefined && old.mapping !== mapped.mapping && others.length > 0;
    if (moved) this.#leavePlace(entity, old, mapped.mapping, others);
    const settled = !force && !moved && old?.hash === mapped.hash;
    if (settled || !this.#mustWrite(entity, mapped, old, others, force)) {
      this.#after.push(owned);
      this.#intent.push(owned);
      return;
    }
    const fresh = old === undefined && others.length === 0;
    this.#after.push(owned);
    this.#intent.push({ ...owned, hash: null });
    this.#writes.push({ key: owned, entity, upsert: mapped, fresh });
    if (this.#options.merge) this.#rewriteNext(entity, others, mapped.mapping);
  }

  keep(owned: OwnedEntity): void {
    this.#after.push(owned);
    this.#intent.push(owned);
  }

  giveUp(entity: string, owned: OwnedEntity, immediate: boolean): void {
    if (owned.foreign) return;
    const others = this.#others(entity);
    if (others.length > 0) {
      if (this.#contributes(owned.mapping, others)) this.#rewriteHeir(entity, owned, others);
      return;
    }
    if (!immediate) {
      this.keep(owned.leaving ? owned : { ...owned, leaving: true });
      return;
    }
    this.#intent.push({ ...owned, hash: null });
    this.#writes.push({ key: owned, entity, fresh: false });
  }

  plan(): WritePlan {
    return {
      after: this.#after,
      intent: this.#intent,
      writes: this.#writes,
      rewrites: [...new Set(this.#shares.map((share) => share.resource))],
      shares: this.#shares,
    };
  }

  #others(entity: string): readonly Owner[] {
    const owners = this.#options.view.owners(entity);
    return owners.length === 0
      ? owners
      : owners.filter((owner) => owner.resourceKey !== this.#options.id);
  }

  /** Whether this resource's share is among those that Port is sent. */
  #contributes(mapping: number, others: readonly Owner[]): boolean {
    const self: Owner = { resourceKey: this.#options.id, mapping };
    return others.every((other) =>
      this.#options.merge
        ? other.mapping !== mapping || other.resourceKey < self.resourceKey
        : compareOwners(other, self) < 0,
    );
  }

  #mustWrite(
    entity: string,
    mapped: MappedEntity,
    old: OwnedEntity | undefined,
    others: readonly Owner[],
    force: boolean,
  ): boolean {
    if (others.length === 0) return true;
    if (!this.#contributes(mapped.mapping, others)) return false;
    if (old !== undefined || force) return true;
    // The share that this one displaces may say the very same: then Port holds it already.
    const rivals = this.#options.merge
      ? others.filter((o) => o.mapping === mapped.mapping)
      : others;
    const displaced = last(rivals);
    return (
      displaced === undefined ||
      this.#options.view.acknowledged(displaced.resourceKey, entity) !== mapped.hash
    );
  }

  /** Another mapping of the same resource yields the entity now: its place among the owners changes. */
  #leavePlace(entity: string, old: OwnedEntity, to: number, others: readonly Owner[]): void {
    if (!this.#contributes(old.mapping, others)) return;
    if (this.#options.merge || !this.#contributes(to, others))
      this.#rewriteHeir(entity, old, others);
  }

  /** The share above this one's mapping goes on top of it again; its own rewrite has the next one follow. */
  #rewriteNext(entity: string, others: readonly Owner[], mapping: number): void {
    const later = others.filter((other) => other.mapping > mapping);
    const next = Math.min(...later.map((other) => other.mapping));
    const contributor = last(later.filter((other) => other.mapping === next));
    if (contributor) this.#shares.push({ resource: contributor.resourceKey, entity });
  }

  /** This share goes: what it covered is written again, unless it said the very same. */
  #rewriteHeir(entity: string, owned: OwnedEntity, others: readonly Owner[]): void {
    const heir = this.#heir(owned.mapping, others);
    if (heir === undefined) return;
    const { view, id, merge } = this.#options;
    const said = view.acknowledged(id, entity);
    const replaces = !merge || heir.mapping === owned.mapping;
    if (replaces && said !== null && view.acknowledged(heir.resourceKey, entity) === said) return;
    this.#shares.push({ resource: heir.resourceKey, entity });
  }

  /**
   * Whose share takes the place of one that goes. With merging, that is the next of the same mapping;
   * without one, all mappings below were covered, and the lowest has those above it follow.
   */
  #heir(mapping: number, others: readonly Owner[]): Owner | undefined {
    if (!this.#options.merge) return last(others);
    const same = last(others.filter((other) => other.mapping === mapping));
    if (same) return same;
    const lowest = Math.min(...others.map((other) => other.mapping));
    return lowest < mapping ? last(others.filter((other) => other.mapping === lowest)) : undefined;
  }
}

/** The order of owners: position of the mapping, then resource key. */
export function compareOwners(a: Owner, b: Owner): number {
  if (a.mapping !== b.mapping) return a.mapping - b.mapping;
  return a.resourceKey < b.resourceKey ? -1 : a.resourceKey > b.resourceKey ? 1 : 0;
}

function last(owners: readonly Owner[]): Owner | undefined {
  let best: Owner | undefined;
  for (const owner of owners)
    if (best === undefined || compareOwners(best, owner) < 0) best = owner;
  return best;
}

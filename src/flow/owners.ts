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
   * the share is yet to be written again (see `shares` of a plan): Port holds another's then.
   */
  acknowledged(resource: string, entity: string): string | null;
  /**
   * Whether a resource is about to lose an entity: its record marks it as leaving. Such an owner keeps
   * the entity from being deleted by others, but its share no longer counts.
   */
  leaving(resource: string, entity: string): boolean;
}

/** The order of owners: position of the mapping, then resource key. The last one wins. */
export function compareOwners(a: Owner, b: Owner): number {
  if (a.mapping !== b.mapping) return a.mapping - b.mapping;
  return a.resourceKey < b.resourceKey ? -1 : a.resourceKey > b.resourceKey ? 1 : 0;
}

/**
 * Those who own an entity besides the resource that a decision is about: whose shares Port holds, and
 * whose it is to hold next.
 *
 * Without merging, Port holds the share of the last owner. With it, the last resource of each mapping
 * contributes, and the shares lie on top of each other in the order of mappings.
 */
export class OtherOwners {
  readonly #entity: string;
  readonly #id: string;
  readonly #view: OwnershipView;
  readonly #merge: boolean;
  /** In their order. */
  readonly #others: readonly Owner[];

  constructor(entity: string, id: string, view: OwnershipView, merge: boolean) {
    this.#entity = entity;
    this.#id = id;
    this.#view = view;
    this.#merge = merge;
    const owners = view.owners(entity);
    this.#others =
      owners.length === 0
        ? owners
        : owners.filter((owner) => owner.resourceKey !== id).sort(compareOwners);
  }

  /** Whether there are any, leaving ones included. */
  get any(): boolean {
    return this.#others.length > 0;
  }

  /**
   * Whether somebody sees to the entity when this resource gives it up: yields it, or waits to delete
   * it. A delete that was sent does not count: it may have come before this resource's last write.
   */
  get keep(): boolean {
    return this.#others.some(
      (owner) =>
        !this.#isLeaving(owner) ||
        this.#view.acknowledged(owner.resourceKey, this.#entity) !== null,
    );
  }

  /** Whether a share that this resource yields by `mapping` is among those that Port is to hold. */
  contributes(mapping: number): boolean {
    if (!this.any) return true;
    const self: Owner = { resourceKey: this.#id, mapping };
    const rival = this.#last(this.#rivals(mapping));
    return rival === undefined || compareOwners(rival, self) < 0;
  }

  /** Whether the share that gives way to this one says the very same: then Port holds it already. */
  alreadySays(mapping: number, hash: string): boolean {
    if (!this.any) return false;
    const displaced = this.#last(this.#rivals(mapping));
    return (
      displaced !== undefined &&
      this.#view.acknowledged(displaced.resourceKey, this.#entity) === hash
    );
  }

  /** Who contributes right above a mapping, and has to be on top again. Nobody without merging. */
  above(mapping: number): Owner | undefined {
    if (!this.#merge || !this.any) return undefined;
    return this.#contributorOfFirst(this.#others.filter((other) => other.mapping > mapping));
  }

  /**
   * Whose share takes the place of one that goes. With merging, that is the next of the same mapping;
   * where there is none, all are laid on top of each other again, from the lowest: those below were
   * covered, and those above may have waited for the one that goes.
   */
  heir(mapping: number): Owner | undefined {
    const same = this.#last(this.#rivals(mapping));
    if (same !== undefined || !this.#merge) return same;
    return this.#contributorOfFirst(this.#others);
  }

  /** Owners of whose shares Port holds one. */
  #rivals(mapping: number): readonly Owner[] {
    return this.#merge ? this.#others.filter((other) => other.mapping === mapping) : this.#others;
  }

  #last(owners: readonly Owner[]): Owner | undefined {
    return owners.findLast((owner) => !this.#isLeaving(owner));
  }

  /** Of owners in their order, the last one of the first mapping that has one. */
  #contributorOfFirst(owners: readonly Owner[]): Owner | undefined {
    const first = owners.find((owner) => !this.#isLeaving(owner));
    return first && this.#last(owners.filter((owner) => owner.mapping === first.mapping));
  }

  #isLeaving(owner: Owner): boolean {
    return this.#view.leaving(owner.resourceKey, this.#entity);
  }
}

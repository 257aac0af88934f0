import { generateBody, generateQuoted, type BodySize } from './body.js';
import { joinIdentifier, type Identity, type KindModel } from './kind-model.js';
import { indicesIn, markOf } from './mark.js';
import { hashString, mix } from './random.js';

/** One resource as AWS holds it. */
export interface HeldResource {
  readonly identifier: string;
  /** Where it lives; differs from the listing's region for buckets. */
  readonly region: string;
  /** Its properties as JSON text. */
  json(): string;
  /** The same as a JSON string literal in UTF-8. */
  quoted(): Buffer;
}

/** What a scope store needs to know of its surroundings. */
export interface ScopeContext {
  readonly seed: string;
  readonly partition: string;
  readonly accountId: string;
  /** Region code, or `global`. */
  readonly region: string;
  /** Regions that buckets are spread over; unused for other kinds. */
  readonly bucketRegions: readonly string[];
  readonly size: BodySize;
  /** The store of the parent kind of the same account and region, for kinds that have parents. */
  readonly parents?: ScopeStore;
}

interface Created {
  readonly identifier: string;
  readonly region: string;
}

/** Children that each parent has. */
export const CHILDREN_PER_PARENT = 4;

/**
 * The resources of one kind in one account and region. What was generated is never stored: it is
 * computed from seed and index when asked for. Only what mutations changed is kept. A position once
 * given to a resource stays its own, so that a listing in progress neither skips nor repeats what a
 * mutation did not touch.
 */
export class ScopeStore {
  /** Rises with each mutation; part of the keys of page caches. */
  version = 0;
  /** Names the scope. */
  readonly id: string;
  private readonly scopeHash: number;
  private readonly deleted = new Set<number>();
  private readonly overlays = new Map<number, string>();
  /** Regions of what was brought back: a bucket's name may be taken anew elsewhere. */
  private readonly moved = new Map<number, string>();
  private readonly created: Created[] = [];
  private readonly createdAt = new Map<string, number>();

  constructor(
    private readonly model: KindModel,
    private readonly context: ScopeContext,
    private readonly generated: number,
  ) {
    this.id = `${model.kind}|${context.accountId}|${context.region}`;
    this.scopeHash = hashString(`${context.seed}|${this.id}`);
  }

  /** Positions are 0 to `positions - 1`; deleted resources keep theirs, and are skipped. */
  get positions(): number {
    return this.generated + this.created.length;
  }

  /** Resources held now. */
  get size(): number {
    return this.positions - this.deleted.size;
  }

  /** The resource at a position, or undefined where it was deleted. */
  at(position: number): HeldResource | undefined {
    if (position >= this.positions || this.deleted.has(position)) return undefined;
    const moved = this.moved.get(position);
    if (position < this.generated) {
      const held = this.generatedAt(position);
      return moved === undefined ? held : { ...held, region: moved };
    }
    const { identifier, region: first } = this.created[position - this.generated] as Created;
    const region = moved ?? first;
    const json = () => this.overlays.get(position) as string;
    return { identifier, region, json, quoted: () => Buffer.from(JSON.stringify(json())) };
  }

  /** Finds a resource by its identifier. */
  find(identifier: string): HeldResource | undefined {
    const position = this.positionOf(identifier);
    return position === undefined ? undefined : this.at(position);
  }

  /** Creates a resource, or brings back a deleted one of that identifier. False where it exists. */
  create(identifier: string, region: string, json: string): boolean {
    const known = this.anyPositionOf(identifier);
    if (known !== undefined && !this.deleted.has(known)) return false;
    const position = known ?? this.positions;
    if (known === undefined) {
      this.createdAt.set(identifier, position);
      this.created.push({ identifier, region });
    }
    if (known !== undefined) this.moved.set(position, region);
    this.deleted.delete(position);
    this.overlays.set(position, json);
    this.version++;
    return true;
  }

  /** Replaces the properties. False where there is no such resource. */
  update(identifier: string, json: string): boolean {
    const position = this.positionOf(identifier);
    if (position === undefined) return false;
    this.overlays.set(position, json);
    this.version++;
    return true;
  }

  /** Deletes a resource. False where there is none. */
  delete(identifier: string): boolean {
    const position = this.positionOf(identifier);
    if (position === undefined) return false;
    this.deleted.add(position);
    this.overlays.delete(position);
    this.version++;
    return true;
  }

  private positionOf(identifier: string): number | undefined {
    const position = this.anyPositionOf(identifier);
    return position === undefined || this.deleted.has(position) ? undefined : position;
  }

  private anyPositionOf(identifier: string): number | undefined {
    const created = this.createdAt.get(identifier);
    if (created !== undefined) return created;
    for (const index of indicesIn(identifier, this.scopeHash)) {
      if (
        index < this.generated &&
        joinIdentifier(this.values(this.identity(index))) === identifier
      )
        return index;
    }
    return undefined;
  }

  private generatedAt(index: number): HeldResource {
    const { model, overlays } = this;
    const { size } = this.context;
    const id = this.identity(index);
    const values = this.values(id);
    return {
      identifier: joinIdentifier(values),
      region: id.region,
      json: () => overlays.get(index) ?? generateBody(model, id, values, size),
      quoted: () => {
        const overlay = overlays.get(index);
        return overlay === undefined
          ? generateQuoted(model, id, values, size)
          : Buffer.from(JSON.stringify(overlay));
      },
    };
  }

  private values(id: Identity): readonly string[] {
    return this.model.identifier(id);
  }

  private identity(index: number): Identity {
    const hash = mix(this.scopeHash, index + 1);
    const { accountId, partition, region, bucketRegions, parents } = this.context;
    const own =
      this.model.placement === 'bucket'
        ? (bucketRegions[hash % bucketRegions.length] as string)
        : region;
    const mark = markOf(index, this.scopeHash);
    const base = { accountId, partition, region: own, index, mark, hash };
    if (parents === undefined) return base;
    return {
      ...base,
      parent: parents.generatedAt(Math.floor(index / CHILDREN_PER_PARENT)).identifier,
    };
  }
}

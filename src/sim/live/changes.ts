import { ALL_KINDS } from '../organization/kinds/index.js';
import type { KindModel } from '../organization/kind-model.js';
import type { Organization, SimKey } from '../organization/organization.js';
import { hashString, Random } from '../organization/random.js';
import type { HeldResource, ScopeStore } from '../organization/scope-store.js';
import { draftResource, draftTags, draftUpdate, type Place } from './draft-resource.js';

/** The kinds of changes. */
export type ChangeType = 'create' | 'update' | 'delete' | 'tag';

/** How an organization is to be changed. At least one of `rate` and `count` is needed. */
export interface ChangesOptions {
  /** Changes per second. Default: as fast as they can be made. */
  readonly rate?: number;
  /** How many; default until it is stopped. */
  readonly count?: number;
  /** How often each type comes, in relation to the others. Default create 1, update 4, delete 1, tag 2. */
  readonly mix?: Readonly<Partial<Record<ChangeType, number>>>;
  /** Changes of one resource in a row: the first is drawn from the mix, the others update or tag it. Default 1. */
  readonly burst?: number;
  /** Default: all but those that are listed by parent and their parents, whose children go without an event. */
  readonly kinds?: readonly string[];
  readonly accountIds?: readonly string[];
  readonly regions?: readonly string[];
  /** The same seed draws the same changes from the same organization. Default `changes`. */
  readonly seed?: string | number;
}

/** How many changes were made. */
export type ChangesMade = Readonly<Record<ChangeType, number>> & { readonly total: number };

/** Changes that are being made. */
export interface Changes {
  made(): ChangesMade;
  stop(): void;
  /** Resolves when all are made, or it was stopped. */
  readonly done: Promise<ChangesMade>;
}

const DEFAULT_MIX = { create: 1, update: 4, delete: 1, tag: 2 };
const TICK_MS = 10;
/** Changes made at once where there is no rate: between them others get their turn. */
const AT_ONCE = 200;

/** Changes an organization, at a rate or as fast as it can be done. */
export function startChanges(organization: Organization, options: ChangesOptions): Changes {
  const { rate, count = Infinity } = options;
  if (rate === undefined && count === Infinity)
    throw new Error('changes need a rate, a count or both');
  if (rate !== undefined && !(rate > 0))
    throw new Error(`the rate of changes cannot be ${String(rate)}`);
  const changer = new Changer(organization, options);
  let stopped = false;
  const run = async (): Promise<ChangesMade> => {
    const start = performance.now();
    while (!stopped && changer.total < count) {
      const wanted =
        rate === undefined
          ? changer.total + AT_ONCE
          : Math.floor(((performance.now() - start) / 1000) * rate) + 1;
      while (changer.total < Math.min(wanted, count)) changer.step();
      await new Promise((resolve) =>
        rate === undefined ? setImmediate(resolve) : setTimeout(resolve, TICK_MS),
      );
    }
    return changer.made();
  };
  const done = run();
  // Whoever does not wait for the end is not ended by it.
  done.catch(() => undefined);
  return { made: () => changer.made(), stop: () => (stopped = true), done };
}

interface Target {
  readonly model: KindModel;
  readonly store: ScopeStore;
  readonly accountId: string;
  /** Where it is listed: `global` for global kinds and buckets. */
  readonly scope: string;
}

/** Makes one change after the other. */
class Changer {
  private readonly counts: Record<ChangeType, number> = { create: 0, update: 0, delete: 0, tag: 0 };
  private readonly random: Random;
  private readonly models: readonly KindModel[];
  private readonly mix: readonly (readonly [ChangeType, number])[];
  /** The resource that a burst is about, and how many changes of it are left. */
  private burst: { readonly target: Target; readonly identifier: string; left: number } | undefined;

  constructor(
    private readonly organization: Organization,
    private readonly options: ChangesOptions,
  ) {
    this.random = new Random(hashString(`${String(options.seed ?? 'changes')}|changes`));
    this.mix = Object.entries(options.mix ?? DEFAULT_MIX) as [ChangeType, number][];
    this.models = (options.kinds ?? independentKinds(organization.kinds)).map((kind) => {
      const model = ALL_KINDS.get(kind);
      if (model === undefined || !organization.kinds.includes(kind))
        throw new Error(`the simulated organization has no kind ${kind}`);
      return model;
    });
  }

  get total(): number {
    const { create, update, delete: gone, tag } = this.counts;
    return create + update + gone + tag;
  }

  made(): ChangesMade {
    return { ...this.counts, total: this.total };
  }

  /** Makes one change. */
  step(): void {
    const { burst } = this;
    if (burst !== undefined) {
      if (--burst.left === 0) this.burst = undefined;
      const held = burst.target.store.find(burst.identifier);
      if (held !== undefined) return this.change(burst.target, held, this.draw(['update', 'tag']));
    }
    const target = this.target();
    const type = this.draw(['create', 'update', 'delete', 'tag']);
    const held = type === 'create' ? undefined : this.anyOf(target.store);
    if (held === undefined) return this.create(target);
    this.change(target, held, type);
    if (type !== 'delete') this.startBurst(target, held.identifier);
  }

  private create(target: Target): void {
    const { organization, random } = this;
    const { model, accountId, scope } = target;
    const region = model.placement === 'bucket' ? random.pick(this.regionsOf(accountId)) : scope;
    const parents = model.parent && organization.store(model.parent.kind, accountId, scope);
    const parent = parents && this.anyOf(parents);
    const place = {
      partition: organization.partition,
      accountId,
      region,
      ...(parent && { parent: parent.identifier }),
    };
    const { identifier, properties } = draftResource(model, place, random);
    if (target.store.find(identifier) !== undefined) return;
    organization.create({ kind: model.kind, accountId, region, identifier, properties });
    this.counts.create++;
    this.startBurst(target, identifier);
  }

  private change(target: Target, held: HeldResource, wanted: ChangeType): void {
    const { organization, random } = this;
    const { model, accountId, scope } = target;
    const { identifier } = held;
    const region = scope === 'global' && model.placement === 'bucket' ? held.region : scope;
    const key: SimKey = { kind: model.kind, accountId, region, identifier };
    if (wanted === 'delete') {
      organization.delete(key);
      this.counts.delete++;
      return;
    }
    const place: Place = { partition: organization.partition, accountId, region };
    const json = held.json();
    const tags = () => draftTags(model, json, this.total, random);
    const update = () => draftUpdate(model, place, { identifier, json }, random);
    const first = wanted === 'tag' ? tags() : update();
    const change = first ?? (wanted === 'tag' ? update() : tags());
    if (change === undefined) throw new Error(`no change of ${identifier} could be drawn`);
    organization.update(key, change);
    this.counts[(first === undefined) === (wanted === 'tag') ? 'update' : 'tag']++;
  }

  private startBurst(target: Target, identifier: string): void {
    const left = (this.options.burst ?? 1) - 1;
    if (left > 0) this.burst = { target, identifier, left };
  }

  private draw(types: readonly ChangeType[]): ChangeType {
    const open = this.mix.filter(([type]) => types.includes(type));
    const sum = open.reduce((total, [, weight]) => total + weight, 0);
    let at = (this.random.bits() / 2 ** 32) * sum;
    for (const [type, weight] of open) {
      at -= weight;
      if (at < 0) return type;
    }
    return 'update';
  }

  private target(): Target {
    const { organization, random, options } = this;
    for (let tries = 0; tries < 1_000; tries++) {
      const accounts = organization.accounts.filter(
        ({ id, status }) => status === 'ACTIVE' && (options.accountIds?.includes(id) ?? true),
      );
      if (accounts.length === 0 || this.models.length === 0) break;
      const { id: accountId } = random.pick(accounts);
      const model = random.pick(this.models);
      const regions = this.regionsOf(accountId);
      if (regions.length === 0) continue;
      const scope = model.placement === 'regional' ? random.pick(regions) : 'global';
      const store = organization.store(model.kind, accountId, scope);
      const { parent } = model;
      const orphans =
        parent !== undefined && !organization.store(parent.kind, accountId, scope)?.size;
      if (store !== undefined && !orphans) return { model, store, accountId, scope };
    }
    throw new Error('the simulated organization has nothing that can be changed so');
  }

  private regionsOf(accountId: string): readonly string[] {
    const enabled = [...(this.organization.account(accountId)?.regions ?? [])];
    const { regions } = this.options;
    return regions === undefined ? enabled : enabled.filter((code) => regions.includes(code));
  }

  private anyOf(store: ScopeStore): HeldResource | undefined {
    if (store.size === 0) return undefined;
    const start = this.random.int(store.positions);
    for (let i = 0; i < store.positions; i++) {
      const held = store.at((start + i) % store.positions);
      if (held !== undefined) return held;
    }
    return undefined;
  }
}

/** Kinds whose resources come and go by themselves. */
function independentKinds(kinds: readonly string[]): readonly string[] {
  const parents = kinds.map((kind) => ALL_KINDS.get(kind)?.parent?.kind);
  return kinds.filter(
    (kind) => ALL_KINDS.get(kind)?.parent === undefined && !parents.includes(kind),
  );
}

import {
  accountId,
  accountName,
  makeUnits,
  type SimAccount,
  type SimRole,
  type SimUnit,
} from './accounts.js';
import { joinIdentifier, parentIn, type KindModel } from './kind-model.js';
import { ALL_KINDS, KINDS } from './kinds/index.js';
import { parseLossless, stringifyLossless } from './lossless-json.js';
import {
  resourceOf,
  type OrganizationOptions,
  type SimKey,
  type SimResource,
} from './organization-options.js';
import { hashString, Random } from './random.js';
import type { ChangeListener, ResourceChange } from './resource-change.js';
import { OPT_IN_REGIONS, REGIONS } from './regions.js';
import { reorderTags } from './reorder-tags.js';
import { CHILDREN_PER_PARENT, ScopeStore, type HeldResource } from './scope-store.js';
import { shareOf } from './share.js';

export type { OrganizationOptions, SimKey, SimResource } from './organization-options.js';
export type { ChangeListener, ResourceChange } from './resource-change.js';

/** A deterministic AWS organization whose resources are computed on demand; see {@link OrganizationOptions}. */
export class Organization {
  readonly id: string;
  readonly rootId: string;
  readonly partition: string;
  readonly units: SimUnit[];
  /** Regions that accounts have, in order. */
  readonly regions: readonly string[];
  /** Kinds that have resources. */
  readonly kinds: readonly string[];
  private readonly seed: string;
  private readonly accountsById = new Map<string, SimAccount>();
  private readonly stores = new Map<string, ScopeStore>();
  private readonly listeners: ChangeListener[] = [];
  private readonly initialAccounts: number;
  private nextOrdinal = 0;

  constructor(private readonly options: OrganizationOptions = {}) {
    this.seed = String(options.seed ?? 'sluice');
    this.partition = options.partition ?? 'aws';
    const random = new Random(hashString(`${this.seed}|organization`));
    this.id = `o-${random.hex(10)}`;
    this.rootId = `r-${random.hex(4)}`;
    this.units = makeUnits(this.seed, this.rootId);
    this.regions = chooseRegions(this.partition, options.regions ?? 2);
    this.kinds = options.kinds ?? [...KINDS.keys()];
    for (const kind of this.kinds) modelOf(kind);
    this.initialAccounts = options.accounts ?? 3;
    for (let i = 0; i < this.initialAccounts; i++) this.addAccount();
  }

  /** All accounts, whatever their status, in the order in which they were made. */
  get accounts(): readonly SimAccount[] {
    return [...this.accountsById.values()];
  }

  get managementAccountId(): string {
    return accountId(this.seed, 0);
  }

  account(id: string): SimAccount | undefined {
    return this.accountsById.get(id);
  }

  /** Adds an account with resources of its own; members stand in the units in turn. */
  addAccount(
    options: { name?: string; parentId?: string; roles?: Record<string, SimRole> } = {},
  ): SimAccount {
    const ordinal = this.nextOrdinal++;
    const id = accountId(this.seed, ordinal);
    const trust: SimRole =
      this.options.externalId === undefined ? {} : { externalId: this.options.externalId };
    const roles = new Map(
      Object.entries(options.roles ?? { [this.options.memberRole ?? 'SluiceReadOnly']: trust }),
    );
    if (ordinal === 0) roles.set(this.options.organizationRole ?? 'OrgReader', trust);
    const unit = this.units[ordinal % this.units.length] as SimUnit;
    const account: SimAccount = {
      id,
      name: options.name ?? accountName(ordinal),
      email: `aws+${ordinal}@example.com`,
      joinedAt: new Date(1_600_000_000_000 + ordinal * 86_400_000),
      status: 'ACTIVE',
      parentId: options.parentId ?? (ordinal === 0 ? this.rootId : unit.id),
      tags: { stage: ordinal % 2 === 0 ? 'prod' : 'dev' },
      regions: new Set(this.regions),
      roles,
      ordinal,
    };
    this.accountsById.set(id, account);
    return account;
  }

  /** Takes an account out of the organization, with all that it holds. */
  removeAccount(id: string): void {
    this.need(id);
    this.accountsById.delete(id);
    for (const key of this.stores.keys()) if (key.split('|')[1] === id) this.stores.delete(key);
  }

  /** Suspends an account (or lifts it): it is still listed, but no role of it can be assumed. */
  setStatus(id: string, status: SimAccount['status']): void {
    this.need(id).status = status;
  }

  disableRegion(accountId: string, region: string): void {
    this.need(accountId).regions.delete(region);
  }

  enableRegion(accountId: string, region: string): void {
    this.need(accountId).regions.add(region);
  }

  /**
   * The store behind a listing, or undefined where the kind has no resources here. `region` is where
   * the call came in: global kinds and buckets answer alike from every region.
   */
  store(kind: string, accountId: string, region: string): ScopeStore | undefined {
    const account = this.accountsById.get(accountId);
    const model = ALL_KINDS.get(kind);
    if (account === undefined || model === undefined || !this.kinds.includes(kind))
      return undefined;
    const place = model.placement === 'regional' ? region : 'global';
    if (place !== 'global' && !account.regions.has(place)) return undefined;
    const key = `${kind}|${accountId}|${place}`;
    let store = this.stores.get(key);
    if (store === undefined) {
      store = this.makeStore(model, account, place);
      this.stores.set(key, store);
    }
    return store;
  }

  /** Every resource that AWS holds now in accounts that are not suspended; of suspended ones too where `all` is set. */
  *snapshot(options: { all?: boolean } = {}): Generator<SimResource> {
    for (const { kind, accountId, region, store } of this.scopes(options)) {
      for (let position = 0; position < store.positions; position++) {
        const held = store.at(position);
        if (held === undefined) continue;
        const json = held.json();
        const own =
          region === 'global' && modelOf(kind).placement === 'bucket' ? held.region : region;
        yield resourceOf({ kind, accountId, region: own, identifier: held.identifier }, json);
      }
    }
  }

  /** Resources held now. */
  count(): number {
    let count = 0;
    for (const { store } of this.scopes({})) count += store.size;
    return count;
  }

  /** One resource, or undefined. */
  find(key: SimKey): SimResource | undefined {
    const held = this.storeOf(key).find(key.identifier);
    if (held === undefined) return undefined;
    return resourceOf(key, held.json());
  }

  /**
   * Creates a resource. The identifier is made of the identifier properties where `properties` holds
   * them; otherwise it fills them in. Throws where it exists.
   */
  create(resource: {
    kind: string;
    accountId: string;
    region: string;
    identifier?: string;
    properties?: Record<string, unknown>;
  }): SimKey {
    const model = modelOf(resource.kind);
    const properties = { ...resource.properties };
    const identifier =
      resource.identifier ??
      joinIdentifier(model.identifierProperties.map((name) => String(properties[name])));
    const values = model.identifierProperties.length === 1 ? [identifier] : identifier.split('|');
    model.identifierProperties.forEach((name, i) => (properties[name] ??= values[i]));
    const key = {
      kind: resource.kind,
      accountId: resource.accountId,
      region: resource.region,
      identifier,
    };
    const store = this.storeOf(key);
    if (!store.create(identifier, resource.region, stringifyLossless(properties)))
      throw new Error(`the simulation holds ${identifier} already`);
    this.tell(store, { type: 'create', key, before: undefined, properties });
    return key;
  }

  /** Changes a resource: the given properties replace those of their names; `undefined` removes one. */
  update(key: SimKey, change: Record<string, unknown>): void {
    const store = this.storeOf(key);
    const held = need(store, key);
    const before = held.json();
    const previous = parseLossless(before);
    const properties = { ...previous, ...change };
    store.update(key.identifier, stringifyLossless(properties));
    const own = this.ownKey(key, held);
    const changed = Object.keys(change);
    this.tell(store, { type: 'update', key: own, before, properties, previous, changed });
  }

  /** Deletes a resource, and its children with it. Only the deletion of the parent is told, as AWS logs it. */
  delete(key: SimKey): void {
    const store = this.storeOf(key);
    const held = need(store, key);
    const before = this.listeners.length === 0 ? undefined : held.json();
    store.delete(key.identifier);
    this.deleteChildren(key);
    this.tell(store, { type: 'delete', key: this.ownKey(key, held), before, properties: {} });
  }

  /** Puts the tags of a resource in another order: a body that changes while nothing else does, as Cloud Control shows it. */
  reorderTags(key: SimKey): void {
    const store = this.storeOf(key);
    const current = need(store, key).json();
    store.update(key.identifier, reorderTags(current, modelOf(key.kind).tagProperty));
  }

  /** Tells `listener` of every resource that is created, updated or deleted from now on. */
  onChange(listener: ChangeListener): void {
    this.listeners.push(listener);
  }

  private tell(
    store: ScopeStore,
    change: Omit<ResourceChange, 'scopeId' | 'previous' | 'changed'> & Partial<ResourceChange>,
  ): void {
    for (const listener of this.listeners)
      listener({ previous: {}, changed: [], ...change, scopeId: store.id });
  }

  private ownKey(key: SimKey, held: HeldResource): SimKey {
    return modelOf(key.kind).placement === 'bucket' ? { ...key, region: held.region } : key;
  }

  private *scopes(options: {
    all?: boolean;
  }): Generator<{ kind: string; accountId: string; region: string; store: ScopeStore }> {
    for (const account of this.accountsById.values()) {
      if (account.status !== 'ACTIVE' && options.all !== true) continue;
      for (const kind of this.kinds) {
        const places = modelOf(kind).placement === 'regional' ? account.regions : ['global'];
        for (const region of places) {
          const store = this.store(kind, account.id, region);
          if (store !== undefined) yield { kind, accountId: account.id, region, store };
        }
      }
    }
  }

  private makeStore(model: KindModel, account: SimAccount, region: string): ScopeStore {
    const parents = model.parent && this.store(model.parent.kind, account.id, region);
    const context = {
      seed: this.seed,
      partition: this.partition,
      accountId: account.id,
      region,
      bucketRegions: this.regions,
      size: {
        bytes: bodyBytes(this.options.bodySize ?? 'small'),
        bigEvery: this.options.bigEvery ?? 200,
      },
      ...(parents && { parents }),
    };
    const regionAt = this.regions.indexOf(region);
    const outside = model.placement === 'regional' && regionAt < 0;
    const place = {
      model,
      account: account.ordinal,
      region: regionAt,
      accounts: this.initialAccounts,
      regions: this.regions.length,
      models: this.kinds.map(modelOf),
    };
    const generated = outside ? 0 : shareOf(this.options, place);
    return new ScopeStore(
      model,
      context,
      Math.min(generated, (parents?.positions ?? Infinity) * CHILDREN_PER_PARENT),
    );
  }

  private deleteChildren(parent: SimKey): void {
    for (const model of this.kinds.map(modelOf)) {
      if (model.parent?.kind !== parent.kind) continue;
      const store = this.store(model.kind, parent.accountId, parent.region);
      const value = model.parent.valueFor?.(parent.identifier) ?? parent.identifier;
      for (let position = 0; store !== undefined && position < store.positions; position++) {
        const child = store.at(position);
        if (child === undefined || parentIn(model, child.identifier) !== value) continue;
        store.delete(child.identifier);
        this.deleteChildren({ ...parent, kind: model.kind, identifier: child.identifier });
      }
    }
  }

  private storeOf(key: SimKey): ScopeStore {
    const store = this.store(key.kind, key.accountId, key.region);
    if (store === undefined)
      throw new Error(`the simulation has no ${key.kind} in ${key.accountId}/${key.region}`);
    return store;
  }

  private need(id: string): SimAccount {
    const account = this.accountsById.get(id);
    if (account === undefined) throw new Error(`the simulation has no account ${id}`);
    return account;
  }
}

/** Makes an organization; see {@link OrganizationOptions}. */
export function createOrganization(options: OrganizationOptions = {}): Organization {
  return new Organization(options);
}

function need(store: ScopeStore, key: SimKey): HeldResource {
  const held = store.find(key.identifier);
  if (held === undefined) throw new Error(`the simulation holds no ${key.identifier}`);
  return held;
}

function modelOf(kind: string): KindModel {
  const model = ALL_KINDS.get(kind);
  if (model === undefined)
    throw new Error(
      `the simulation knows no kind ${kind}; it knows ${[...ALL_KINDS.keys()].join(', ')}`,
    );
  return model;
}

function bodyBytes(size: 'small' | 'typical' | number): number {
  return size === 'small' ? 800 : size === 'typical' ? 4_000 : size;
}

function chooseRegions(partition: string, regions: number | readonly string[]): readonly string[] {
  if (typeof regions !== 'number') return regions;
  const known = [...(REGIONS[partition] ?? []), ...(partition === 'aws' ? OPT_IN_REGIONS : [])];
  if (regions < 1 || regions > known.length)
    throw new RangeError(`regions must be 1 to ${known.length}, not ${regions}`);
  return known.slice(0, regions);
}

import { CURATED_ROUTES } from '../../catalog/routes/routes.js';
import { at, joined, type Find } from '../../catalog/routes/find.js';
import { NOISE } from '../../catalog/routes/noise.js';
import { matches, type Route } from '../../catalog/routes/route.js';
import { typeEvents, type DerivedEvent, type TypeEvents } from '../../catalog/type-events.js';
import type { ChangeEvent } from '../../model/change-event.js';
import type { ChangeTarget, Expectation } from '../../model/change-target.js';
import { isReadOnlyName } from './event-name.js';

/** What an event comes down to. */
export interface Routed {
  readonly targets: readonly ChangeTarget[];
  /**
   * `routed`: resources are named. `fallback`: at least one kind's scope is to be listed, since the event
   * does not tell which of its resources it is about. `ignored`: it is about nothing of the pipeline's.
   */
  readonly outcome: 'routed' | 'fallback' | 'ignored';
}

export interface Router {
  /** Whether events of a source and (bare) name can be about a kind of the pipeline. */
  wants(source: string, name: string): boolean;
  route(event: ChangeEvent): Routed;
}

/** How the events of one source and name are routed. */
interface Plan {
  /** Rows of the table by hand. */
  readonly routes: readonly Route[];
  /** Guesses, for kinds that no row speaks of. */
  readonly derived: readonly {
    readonly kind: string;
    readonly find: Find;
    readonly expects: Expectation;
  }[];
  /** Kinds whose scope is listed whatever the event holds. */
  readonly scopes: readonly string[];
}

/** Events that the curated table knows all about: they are of no kind that it does not name. */
const CLOSED: ReadonlySet<string> = new Set([
  'ec2.amazonaws.com CreateTags',
  'ec2.amazonaws.com DeleteTags',
]);

/** Plans remembered. */
const MOST_PLANS = 20_000;

/**
 * Routes events to the pipeline's kinds: by the table kept by hand, else by what the registry gives
 * away, else, where a service of the pipeline's says that something changed and nothing says what, by
 * listing the kinds that it may be.
 */
export function createRouter(kinds: readonly string[]): Router {
  const plans = new Plans(kinds);
  return {
    wants: (source, name) => plans.of(source, name) !== undefined,
    route(event) {
      const plan = plans.of(event.source, event.name);
      return plan === undefined ? { targets: [], outcome: 'ignored' } : carryOut(plan, event);
    },
  };
}

class Plans {
  readonly #kinds: ReadonlySet<string>;
  readonly #routes = new Map<string, Route[]>();
  /** The pipeline's kinds by the source that tells of them. */
  readonly #types = new Map<string, TypeEvents[]>();
  /** Names that change some type of the registry, by source: what is about others is not about ours. */
  readonly #others = new Map<string, Set<string>>();
  /** Rows of the table for any kind, by source. */
  readonly #allRoutes = new Map<string, Route[]>();
  readonly #plans = new Map<string, Plan | undefined>();

  constructor(kinds: readonly string[]) {
    this.#kinds = new Set(kinds);
    for (const route of CURATED_ROUTES) {
      push(this.#allRoutes, route.source, route);
      if (this.#kinds.has(route.kind)) push(this.#routes, route.source, route);
    }
    for (const type of typeEvents()) {
      if (this.#kinds.has(type.kind)) push(this.#types, type.source, type);
    }
    for (const type of typeEvents()) {
      if (!this.#types.has(type.source)) continue;
      const names = this.#others.get(type.source) ?? new Set();
      for (const name of type.names) names.add(name);
      this.#others.set(type.source, names);
    }
  }

  of(source: string, name: string): Plan | undefined {
    const key = `${source} ${name}`;
    if (this.#plans.has(key)) return this.#plans.get(key);
    const plan = this.#make(source, name);
    if (this.#plans.size < MOST_PLANS) this.#plans.set(key, plan);
    return plan;
  }

  #make(source: string, name: string): Plan | undefined {
    const isAbout = ({ events }: Route): boolean => events.some((event) => matches(event, name));
    const routes = (this.#routes.get(source) ?? []).filter(isAbout);
    if (CLOSED.has(`${source} ${name}`)) return planOf(routes, [], []);
    const curated = new Set(routes.map(({ kind }) => kind));
    const types = this.#types.get(source) ?? [];
    if (
      routes.length === 0 &&
      (types.length === 0 || isReadOnlyName(name) || isNoise(source, name))
    ) {
      return undefined;
    }
    // What a row speaks of is about its kinds; others whose handlers make the same call use them.
    const isCurated = this.#allRoutes.get(source)?.some(isAbout) === true;
    const open = types.filter(
      (type) =>
        !curated.has(type.kind) && (isCurated ? isMadeBy(type, name) : type.names.has(name)),
    );
    const derived = open.flatMap((type) => derivedOf(type, name));
    const guessed = new Set(derived.map(({ kind }) => kind));
    const scopes = open.filter(({ kind }) => !guessed.has(kind)).map(({ kind }) => kind);
    const known = isCurated || this.#others.get(source)?.has(name) === true;
    // A call that changes no type that is known may change any of the service's.
    if (routes.length === 0 && open.length === 0 && !known) {
      return planOf(
        [],
        [],
        types.map(({ kind }) => kind),
      );
    }
    return planOf(routes, derived, scopes);
  }
}

function planOf(
  routes: readonly Route[],
  derived: Plan['derived'],
  scopes: readonly string[],
): Plan | undefined {
  if (routes.length + derived.length + scopes.length === 0) return undefined;
  return { routes, derived, scopes };
}

function carryOut({ routes, derived, scopes }: Plan, event: ChangeEvent): Routed {
  const targets: ChangeTarget[] = [];
  const untold = new Set(scopes);
  const told = new Set<string>();
  for (const { kind, find, gives, expects } of routes) {
    const found = find(event)?.filter((text) => isHere(text, event));
    if (found === undefined) {
      untold.add(kind);
      continue;
    }
    told.add(kind);
    const expected = expects(event.name);
    if (gives === 'prefixes') {
      if (found.length > 0)
        targets.push({ type: 'named', kind, prefixes: found, expects: expected });
    } else
      for (const identifier of found)
        targets.push({ type: 'resource', kind, identifier, expects: expected });
  }
  for (const { kind, find, expects } of derived) {
    const found = find(event)?.filter((text) => isHere(text, event)) ?? [];
    if (found.length === 0) untold.add(kind);
    for (const identifier of found) targets.push({ type: 'resource', kind, identifier, expects });
  }
  let lists = false;
  for (const kind of untold) {
    if (told.has(kind)) continue;
    lists = true;
    targets.push({ type: 'scope', kind });
  }
  if (targets.length === 0) return { targets, outcome: 'ignored' };
  return { targets, outcome: lists ? 'fallback' : 'routed' };
}

/** A call may name another account's or region's resource: that is not the event's to tell of. */
function isHere(identifier: string, { accountId, region }: ChangeEvent): boolean {
  if (!identifier.startsWith('arn:')) return true;
  const [, , , itsRegion = '', itsAccount = ''] = identifier.split(':', 5);
  return (
    (itsAccount === '' || !/^\d{12}$/.test(itsAccount) || itsAccount === accountId) &&
    (itsRegion === '' || itsRegion === region)
  );
}

/** Whether an event is the one that makes or ends resources of a type. */
function isMadeBy(type: TypeEvents, name: string): boolean {
  return type.create?.name === name || type.delete?.name === name;
}

function derivedOf(type: TypeEvents, name: string): Plan['derived'] {
  const { kind } = type;
  if (type.create?.name === name) {
    return [{ kind, find: derivedFind(type.create), expects: 'present' }];
  }
  if (type.delete?.name === name) {
    return [{ kind, find: derivedFind(type.delete), expects: 'absent' }];
  }
  return [];
}

/** A guessed path is tried as it is, then without what stands around it: CloudTrail leaves wrappers out. */
function derivedFind({ paths }: DerivedEvent): Find {
  if (paths.length === 0) return () => undefined;
  return joined(
    ...paths.map((path) => {
      const last = path.split('.').at(-1)!;
      return at(path, `responseElements.${last}`, `requestParameters.${last}`);
    }),
  );
}

function isNoise(source: string, name: string): boolean {
  return NOISE[source]?.some((pattern) => matches(pattern, name)) === true;
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

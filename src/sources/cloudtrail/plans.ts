import { allTypes } from '../../catalog/catalog.js';
import { CURATED_ROUTES, SAME_RESOURCES } from '../../catalog/routes/index.js';
import type { ServiceRoutes } from '../../catalog/routes/route.js';
import { EXPECTATIONS } from '../../catalog/routes/route.js';
import { typeEvents } from '../../catalog/type-events.js';
import type { TypeEvents } from '../../catalog/type-events.js';
import type { Expectation } from '../../model/change-target.js';
import { isReadOnlyName } from './event-name.js';
import { guessOf } from './guess.js';
import type { Guess } from './guess.js';
import { compileRow, matcherOf } from './rows.js';
import type { Row } from './rows.js';

/** How the events of one source and name are routed. */
export interface Plan {
  /** Rows of the table kept by hand. */
  readonly rows: readonly { readonly row: Row; readonly expects: Expectation }[];
  /** Guesses, for kinds of which no row speaks. */
  readonly guesses: readonly { readonly kind: string; readonly guess: Guess }[];
  /** Kinds whose scope is listed whatever the event holds. */
  readonly scopes: readonly string[];
}

/** What is known of the events of one source, as far as the pipeline has to do with it. */
interface Source {
  /** The pipeline's kinds that it tells of. */
  readonly kinds: readonly string[];
  readonly rows: readonly Row[];
  /** Rows for any kind at all: what they speak of is known. */
  readonly isCurated: (name: string) => boolean;
  readonly isQuiet: (name: string) => boolean;
  /** The pipeline's kinds without rows. */
  readonly types: readonly TypeEvents[];
  /** Names of events that change some type of the registry. */
  readonly known: ReadonlySet<string>;
  /** Last parts of the names of all types that it tells of. */
  readonly nouns: ReadonlySet<string>;
}

/** Plans remembered: several times as many as AWS has names of events. */
const MOST_PLANS = 50_000;
const VERB =
  /^(?:Create|Update|Delete|Put|Modify|Import|Register|Deregister|Add|Remove|Associate|Disassociate)/;

/** Works out how events are routed for a pipeline of some kinds, once for each source and name. */
export class Plans {
  readonly #sources: ReadonlyMap<string, Source>;
  /** By source as events spell it, then by name; null where there is none. */
  readonly #plans = new Map<string, Map<string, Plan | null>>();
  #made = 0;

  constructor(kinds: readonly string[]) {
    this.#sources = readSources(kinds);
  }

  /** Undefined where events of a source and a name are about no kind of the pipeline. */
  of(source: string, name: string): Plan | undefined {
    const plan = this.#plans.get(source)?.get(name);
    return plan === undefined ? this.#make(source, name) : (plan ?? undefined);
  }

  #make(source: string, name: string): Plan | undefined {
    const known = this.#sources.get(plainSource(source));
    if (known === undefined) return undefined;
    const plan = makePlan(known, name);
    if (this.#made >= MOST_PLANS) return plan;
    this.#made += 1;
    const plans = this.#plans.get(source) ?? new Map<string, Plan | null>();
    this.#plans.set(source, plans.set(name, plan ?? null));
    return plan;
  }
}

function makePlan(source: Source, name: string): Plan | undefined {
  const rows = source.rows.flatMap((row) => {
    const expects = row.expects(name);
    return expects === undefined ? [] : [{ row, expects }];
  });
  const isIdle = isReadOnlyName(name) || source.isQuiet(name);
  if (rows.length === 0 && isIdle) return undefined;
  const spoken = new Set(rows.map(({ row }) => row.kind));
  const isCurated = source.isCurated(name);
  // What a row speaks of is about its kinds; others whose handlers make the same call only use them.
  const open = isIdle
    ? []
    : source.types.filter(
        (type) =>
          !spoken.has(type.kind) &&
          (isCurated ? isMadeBy(type, name) || isTag(name, type) : type.names.has(name)),
      );
  const guesses = open.map((type) => ({ kind: type.kind, guess: guessOf(type, name) }));
  const isKnown = isCurated || isIdle || open.length > 0 || source.known.has(name);
  const scopes = isKnown ? [] : kindsThatMayChange(source, name);
  if (rows.length + guesses.length + scopes.length === 0) return undefined;
  return { rows, guesses, scopes };
}

/** A call that nobody knows may change any kind of its service, unless its name says which. */
function kindsThatMayChange({ kinds, nouns }: Source, name: string): readonly string[] {
  const noun = name.replace(VERB, '');
  if (noun === name || !nouns.has(noun)) return kinds;
  return kinds.filter((kind) => nounOf(kind) === noun);
}

/** Whether an event is the one that makes or ends resources of a type. */
function isMadeBy(type: TypeEvents, name: string): boolean {
  return type.create?.name === name || type.delete?.name === name;
}

/** The ARN says whether it is one of the type's. */
function isTag(name: string, type: TypeEvents): boolean {
  return /^(?:Tag|Untag)Resource$/.test(name) && type.names.has(name);
}

function readSources(kinds: readonly string[]): ReadonlyMap<string, Source> {
  const wanted = new Map<string, string[]>();
  for (const kind of new Set(kinds)) {
    const type = SAME_RESOURCES.get(kind) ?? kind;
    wanted.set(type, [...(wanted.get(type) ?? []), kind]);
  }
  const services = servicesBySource();
  const typesOf = bySource(typeEvents());
  const curatedOf = bySource(CURATED_ROUTES);
  const sources = new Map<string, Source>();
  for (const [source, names] of services) {
    const curated = curatedOf.get(source) ?? [];
    const rows = compileRows(curated, wanted);
    const ours = [...wanted].flatMap(([type, all]) => (names.has(serviceOf(type)) ? all : []));
    if (rows.length === 0 && ours.length === 0) continue;
    const types = typesOf.get(source) ?? [];
    sources.set(source, {
      // Only what services say themselves has blanks in its names, and all of that is known.
      kinds: source.startsWith('aws.') ? [] : ours,
      rows,
      isCurated: isAnyRow(curated),
      isQuiet: isAnyOf(curated.map(({ quiet }) => matcherOf(quiet))),
      types: types.flatMap((type) =>
        (wanted.get(type.kind) ?? []).map((kind) => ({ ...type, kind })),
      ),
      known: new Set(types.flatMap((type) => [...type.names])),
      nouns: new Set(
        [...allTypes().keys()].filter((type) => names.has(serviceOf(type))).map(nounOf),
      ),
    });
  }
  return sources;
}

function compileRows(
  curated: readonly ServiceRoutes[],
  wanted: ReadonlyMap<string, readonly string[]>,
): readonly Row[] {
  return curated
    .flatMap(({ routes }) => routes)
    .flatMap((route) => (wanted.get(route.kind) ?? []).map((kind) => compileRow(route, kind)));
}

/** Which services of CloudFormation a source tells of: those of its types, else those of its rows. */
function servicesBySource(): ReadonlyMap<string, ReadonlySet<string>> {
  const services = new Map<string, ReadonlySet<string>>();
  for (const [source, rows] of bySource(CURATED_ROUTES)) {
    const kinds = rows.flatMap(({ routes }) => routes.map(({ kind }) => kind));
    services.set(source, new Set(kinds.map(serviceOf)));
  }
  for (const [source, types] of bySource(typeEvents())) {
    services.set(source, new Set(types.map(({ kind }) => serviceOf(kind))));
  }
  return services;
}

function bySource<T extends { readonly source: string }>(
  all: readonly T[],
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(one.source);
    if (group === undefined) groups.set(one.source, [one]);
    else group.push(one);
  }
  return groups;
}

function isAnyRow(curated: readonly ServiceRoutes[]): (name: string) => boolean {
  return isAnyOf(
    curated.flatMap(({ routes }) =>
      routes.flatMap((route) => EXPECTATIONS.map((expects) => matcherOf(route[expects]))),
    ),
  );
}

function isAnyOf(matchers: readonly ReturnType<typeof matcherOf>[]): (name: string) => boolean {
  return (name) => matchers.some((matches) => matches(name) !== undefined);
}

/** `ec2` of `ec2.amazonaws.com`; EventBridge's own `aws.ec2` stays. */
function plainSource(source: string): string {
  return source.replace(/\.amazonaws\.com(?:\.cn)?$/, '');
}

function serviceOf(kind: string): string {
  return kind.split('::')[1] ?? '';
}

function nounOf(kind: string): string {
  return kind.split('::')[2] ?? '';
}

import { EXPECTATIONS, namesOf } from '../../catalog/routes/route.js';
import type { Events, Place, Route } from '../../catalog/routes/route.js';
import type { ChangeEvent } from '../../model/change-event.js';
import type { ChangeTarget, Expectation } from '../../model/change-target.js';
import { compilePlace } from './place.js';
import type { Finding, Located, Look } from './place.js';

/** What a row has to say of an event. */
export type Saying =
  /** It is about these. */
  | readonly ChangeTarget[]
  /** It is about resources of the kind, and it does not say which. */
  | 'untold'
  /** It is about something else. */
  | 'other'
  /** The row does not count for this event. */
  | 'silent';

/** A row of the table, ready to be asked. */
export interface Row {
  readonly kind: string;
  /** What to expect after an event; undefined where the row is not about it. */
  expects(name: string): Expectation | undefined;
  say(event: ChangeEvent, expects: Expectation): Saying;
}

/** `kind` is what the targets are of: a special kind may live by the rows of a type. */
export function compileRow(route: Route, kind: string): Row {
  const ids = compileAll(route.id);
  const named = compileAll(route.named);
  const when = route.when === undefined ? undefined : compilePlace(route.when);
  const unless = route.unless === undefined ? undefined : compilePlace(route.unless);
  return {
    kind,
    expects: expectationOf(route),
    say(event, expects) {
      if (when !== undefined && !gives(when, event)) return 'silent';
      if (unless !== undefined && gives(unless, event)) return 'silent';
      const id = firstOf(ids, event);
      if (id.found.length > 0) return id.found.map((one) => resource(kind, one, expects));
      const names = named.map((look) => look(event));
      const found = names.flatMap((name) => name.found);
      if (found.length > 0) return prefixes(kind, found, expects);
      return id.other || names.some((name) => name.other) ? 'other' : 'untold';
    },
  };
}

/** Looks up names in `Events`: a whole name goes before a beginning with a star. */
export function matcherOf(
  events: Events | undefined,
): (name: string) => 'whole' | 'start' | undefined {
  const names = namesOf(events);
  const whole = new Set(names);
  const starts = names.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1));
  return (name) => {
    if (whole.has(name)) return 'whole';
    return starts.some((start) => name.startsWith(start)) ? 'start' : undefined;
  };
}

function expectationOf(route: Route): Row['expects'] {
  const matchers = EXPECTATIONS.map((expects) => ({ expects, of: matcherOf(route[expects]) }));
  return (name) =>
    (
      matchers.find(({ of }) => of(name) === 'whole') ??
      matchers.find(({ of }) => of(name) === 'start')
    )?.expects;
}

function compileAll(places: Route['id']): readonly Look[] {
  if (places === undefined) return [];
  const list: readonly Place[] = typeof places === 'string' ? [places] : places;
  return list.map(compilePlace);
}

function gives(look: Look, event: ChangeEvent): boolean {
  return look(event).found.length > 0;
}

function firstOf(looks: readonly Look[], event: ChangeEvent): Finding {
  let other = false;
  for (const look of looks) {
    const finding = look(event);
    if (finding.found.length > 0) return finding;
    other ||= finding.other;
  }
  return { found: [], other };
}

function resource(kind: string, { text, ...where }: Located, expects: Expectation): ChangeTarget {
  return { type: 'resource', kind, identifier: text, expects, ...where };
}

/** One target for all names of one account and region. */
function prefixes(
  kind: string,
  found: readonly Located[],
  expects: Expectation,
): readonly ChangeTarget[] {
  const groups = new Map<string, Located[]>();
  for (const one of found) {
    const key = `${one.accountId ?? ''} ${one.region ?? ''}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return Array.from(groups.values(), (group) => {
    const { text: _, ...where } = group[0]!;
    return {
      type: 'named',
      kind,
      prefixes: [...new Set(group.map((one) => one.text))],
      expects,
      ...where,
    };
  });
}

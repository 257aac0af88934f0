import type { Expectation } from '../../model/change-target.js';

/**
 * One row of the table: which resource of a kind some events are about.
 *
 * Where an identifier stands is said in a small notation (see `Place`). The first place of `id` that
 * gives anything is taken; where none does, all of `named`. Where nothing is given, and nothing stood
 * there that is of another kind, the kind's scope is listed; so it is for a row without places.
 */
export interface Route {
  readonly kind: string;
  /** Events that leave the resource there, by expectation; see `Events`. */
  readonly present?: Events;
  readonly absent?: Events;
  readonly any?: Events;
  /** Where Cloud Control's identifier stands. */
  readonly id?: Place | readonly Place[];
  /** Where beginnings of the identifier stand, when the rest of it is known to the index alone. */
  readonly named?: Place | readonly Place[];
  /** The row counts only where this place gives something. */
  readonly when?: Place;
  /** The row counts only where this place gives nothing. */
  readonly unless?: Place;
}

/**
 * Names of events with blanks between them, or as a list where they hold blanks. `*` at the end of one
 * stands for the rest of a name; a whole name goes before it.
 */
export type Events = string | readonly string[];

/**
 * A path into the event's detail, its parts joined by dots: `RP` is `requestParameters`, `RE`
 * `responseElements`; `[]` behind a part goes into each item of a list. A regular expression behind
 * ` ~ ` keeps the values that match it, or of each its first group where it has one.
 *
 * Braces make it a text with paths in it: `{RP.policyName}|{RP.roleName}`. `{partition}`, `{region}` and
 * `{account}` are the event's.
 */
export type Place = string;

/** The rows of a service. */
export interface ServiceRoutes {
  /** CloudTrail's `eventSource` without `.amazonaws.com`, or EventBridge's `source` (`aws.ec2`). */
  readonly source: string;
  readonly routes: readonly Route[];
  /**
   * Events that change nothing which a kind of the service shows, by `Events`: calls that write but only
   * run something, send data, or report. They list no scope.
   */
  readonly quiet?: Events;
}

/** The names in `Events`, one by one. */
export function namesOf(events: Events | undefined): readonly string[] {
  if (events === undefined) return [];
  return typeof events === 'string' ? events.split(/\s+/).filter((name) => name !== '') : events;
}

/** How rows expect things, in the order in which rows say so. */
export const EXPECTATIONS: readonly Expectation[] = ['present', 'absent', 'any'];

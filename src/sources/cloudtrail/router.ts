import type { ChangeEvent } from '../../model/change-event.js';
import type { ChangeTarget } from '../../model/change-target.js';
import { Plans } from './plans.js';
import type { Plan } from './plans.js';

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
  /** Whether events of a source and a name (without its date) can be about a kind of the pipeline. */
  wants(source: string, name: string): boolean;
  route(event: ChangeEvent): Routed;
}

const IGNORED: Routed = { targets: [], outcome: 'ignored' };

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
      return plan === undefined ? IGNORED : carryOut(plan, event);
    },
  };
}

function carryOut(plan: Plan, event: ChangeEvent): Routed {
  const { rows, guesses, scopes } = plan;
  if (rows.length === 1 && guesses.length === 0 && scopes.length === 0) {
    const { row, expects } = rows[0]!;
    const said = row.say(event, expects);
    // The commonest case by far: one row, one resource.
    if (typeof said !== 'string' && said.length === 1) return { targets: said, outcome: 'routed' };
  }
  const targets = new Map<string, ChangeTarget>();
  /** Kinds of which something said what it is about, be it something else. */
  const told = new Set<string>();
  const untold = new Set(scopes);
  const note = (kind: string, said: readonly ChangeTarget[] | 'untold' | 'other'): void => {
    (said === 'untold' ? untold : told).add(kind);
    if (typeof said === 'string') return;
    for (const target of said) add(targets, target);
  };
  for (const { row, expects } of rows) {
    const said = row.say(event, expects);
    if (said !== 'silent') note(row.kind, said);
  }
  for (const { kind, guess } of guesses) note(kind, guess(event));
  const lists = [...untold].filter((kind) => !told.has(kind));
  for (const kind of lists) add(targets, { type: 'scope', kind });
  if (targets.size === 0) return IGNORED;
  return {
    targets: [...targets.values()],
    outcome: lists.length > 0 ? 'fallback' : 'routed',
  };
}

/** Two rows may name one resource and differ in what they expect of it. */
function add(targets: Map<string, ChangeTarget>, target: ChangeTarget): void {
  const key = keyOf(target);
  const known = targets.get(key);
  if (known === undefined) targets.set(key, target);
  else if (known.type !== 'scope' && target.type !== 'scope' && known.expects !== target.expects) {
    targets.set(key, { ...known, expects: 'any' });
  }
}

/** Nothing in a key holds a line feed but identifiers, which come last. */
function keyOf(target: ChangeTarget): string {
  if (target.type === 'scope') return target.kind;
  const { kind, accountId = '', region = '' } = target;
  const what = target.type === 'named' ? target.prefixes.join('\n') : target.identifier;
  return `${kind}\n${target.type}\n${accountId}\n${region}\n${what}`;
}

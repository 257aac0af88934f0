import type { Expectation } from '../../model/change-target.js';
import type { Find } from './find.js';

/** Which events of a service are about resources of a kind, and where those are named. */
export interface Route {
  readonly kind: string;
  /** CloudTrail's `eventSource`, or EventBridge's `source`. */
  readonly source: string;
  /** Event names; `*` stands for anything, `?` for one letter. */
  readonly events: readonly string[];
  readonly find: Find;
  /** Identifiers of Cloud Control, or beginnings of them that the index completes. */
  readonly gives: 'identifiers' | 'prefixes';
  readonly expects: (name: string) => Expectation;
}

interface RouteOptions {
  /** Events after which it is no more. */
  readonly absent?: string;
  /** Events that do not tell what to expect. */
  readonly any?: string;
  readonly gives?: Route['gives'];
}

/**
 * A row of the table: `events` are names with spaces between, `*` standing for anything and `?` for one
 * letter. After an event the resource is expected to be there, unless the row says otherwise.
 */
export function route(
  kind: string,
  service: string,
  events: string,
  find: Find,
  options: RouteOptions = {},
): Route {
  const absent = namesOf(options.absent);
  const any = namesOf(options.any);
  return {
    kind,
    source: service.includes('.') ? service : `${service}.amazonaws.com`,
    events: [...namesOf(events), ...absent, ...any],
    find,
    gives: options.gives ?? 'identifiers',
    expects: (name) =>
      absent.some((one) => matches(one, name))
        ? 'absent'
        : any.some((one) => matches(one, name))
          ? 'any'
          : 'present',
  };
}

/** Whether a name is meant by a pattern, in which `*` stands for anything and `?` for one letter. */
export function matches(pattern: string, name: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === name;
  const text = pattern.replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${text}$`).test(name);
}

/** Names with spaces between. EventBridge's own, which hold spaces, stand in quotes: `'A B' 'C D'`. */
function namesOf(text: string | undefined): readonly string[] {
  return Array.from(
    text?.matchAll(/'([^']+)'|(\S+)/g) ?? [],
    ([, quoted, bare]) => quoted ?? bare ?? '',
  );
}

import { GENERATED_EVENTS } from './generated-events.js';

/** An event of which the place of the identifier's parts is guessed. */
export interface DerivedEvent {
  readonly name: string;
  /** A path for each property of the identifier, in Cloud Control's order; none where they are not known. */
  readonly paths: readonly string[];
}

/** The events that tell of a type, as far as the registry's schemas give them away. */
export interface TypeEvents {
  readonly kind: string;
  /** CloudTrail's `eventSource` without `.amazonaws.com`. */
  readonly source: string;
  /** Calls that its own handlers make to change it. */
  readonly names: ReadonlySet<string>;
  readonly create?: DerivedEvent;
  readonly delete?: DerivedEvent;
}

/**
 * Services whose events come from another source than their IAM prefix says (from the services' pages
 * on logging with CloudTrail).
 */
const SOURCES: Readonly<Record<string, string>> = {
  'application-autoscaling': 'autoscaling',
  cloudwatch: 'monitoring',
  mq: 'amazonmq',
  emr: 'elasticmapreduce',
  lex: 'models-v2-lex',
};

/** Groups of types whose events come from a source of their own, though they share an IAM prefix. */
const SOURCES_OF_GROUPS: Readonly<Record<string, string>> = {
  ServiceCatalogAppRegistry: 'servicecatalog-appregistry',
};

let types: readonly TypeEvents[] | undefined;

/** Every type that the registry tells events of. Read on first use. */
export function typeEvents(): readonly TypeEvents[] {
  types ??= GENERATED_EVENTS.trim().split('\n').map(parseLine);
  return types;
}

function parseLine(line: string): TypeEvents {
  const [name = '', service = '', names = '', create, remove] = line.split(';');
  const created = derived(create);
  const deleted = derived(remove);
  return {
    kind: `AWS::${name}`,
    source: SOURCES_OF_GROUPS[name.split('::')[0]!] ?? SOURCES[service] ?? service,
    names: new Set(names.split(',')),
    ...(created && { create: created }),
    ...(deleted && { delete: deleted }),
  };
}

function derived(text: string | undefined): DerivedEvent | undefined {
  if (text === undefined || text === '') return undefined;
  const [name = '', paths = ''] = text.split(' ');
  return { name, paths: paths === '' ? [] : paths.split(',') };
}

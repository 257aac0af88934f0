/**
 * Writes `src/catalog/generated-types.ts`, `src/catalog/generated-events.ts` and
 * `src/catalog/parents/generated-parents.ts` from a table of facts about CloudFormation types:
 *
 *     npx tsx scripts/generate-catalog.ts FACTS.ndjson
 *
 * One JSON object a line: `type`, `identifier` (primary identifier properties, in order), `handlers`
 * (`list`, `read`, …), `listNeeds` (properties the list handler takes as input) and `listRequires`
 * (those of them that its schema requires), `createActions`, `updateActions`, `deleteActions` (IAM
 * actions that its handlers call), `derived` (a guess at the main create and delete event and where
 * the identifier stands in them). Other keys are ignored, so the table may hold more than is used
 * today; a new column is one more field of `FactRow` and of `line`.
 *
 * The same table comes out of the public registry with AWS credentials: for every type of
 * `aws cloudformation list-types --visibility PUBLIC --type RESOURCE`, `describe-type` answers a
 * `Schema` whose `primaryIdentifier` is `identifier` (without `/properties/`), whose `handlers` keys
 * are `handlers`, whose `handlers.list.handlerSchema` has `properties` (`listNeeds`) and `required`
 * (`listRequires`), and whose `handlers.create.permissions` (and so on) are the actions.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { OPTIONAL_LIST_INPUTS } from '../src/catalog/overlays.js';
import { CONSTANT_INPUTS } from '../src/catalog/parents/constants.js';
import { CURATED_PARENTS } from '../src/catalog/parents/curated.js';
import { deriveParent } from './derive-parents.js';

interface FactRow {
  readonly type: string;
  readonly identifier?: readonly string[];
  readonly handlers?: readonly string[];
  readonly listNeeds?: readonly string[];
  readonly listRequires?: readonly string[];
  readonly createActions?: readonly string[];
  readonly updateActions?: readonly string[];
  readonly deleteActions?: readonly string[];
  readonly derived?: DerivedEvents;
}

interface DerivedEvents {
  readonly create?: string;
  readonly delete?: string;
  /** Where each identifier property stands in the create event; null where that is not known. */
  readonly createId?: Readonly<Record<string, string | null>>;
  /** The same for the delete event, within its request parameters. */
  readonly deleteId?: Readonly<Record<string, string | null>>;
}

const PREFIX = 'AWS::';
const TYPES = fileURLToPath(new URL('../src/catalog/generated-types.ts', import.meta.url));
const EVENTS = fileURLToPath(new URL('../src/catalog/generated-events.ts', import.meta.url));
const PARENTS = fileURLToPath(
  new URL('../src/catalog/parents/generated-parents.ts', import.meta.url),
);

/** What listing needs: what the schema requires, else all inputs it knows unless they are filters. */
function listNeeds(row: FactRow): readonly string[] {
  if (row.listRequires !== undefined && row.listRequires.length > 0) return row.listRequires;
  return OPTIONAL_LIST_INPUTS.has(row.type) ? [] : (row.listNeeds ?? []);
}

function line(row: FactRow): string {
  const can = new Set(row.handlers ?? []);
  const flags = (can.has('list') ? 'l' : '') + (can.has('read') ? 'r' : '') || '-';
  const fields = [row.type.slice(PREFIX.length), flags, (row.identifier ?? []).join(',')];
  const needs = listNeeds(row);
  return (needs.length === 0 ? fields : [...fields, needs.join(',')]).join(' ');
}

/** Services that handlers call for help; the events about their types' own come from elsewhere. */
const HELPERS = new Set([
  'cloudformation',
  'cloudwatch',
  'ec2',
  'events',
  'iam',
  'kms',
  'lambda',
  'logs',
  's3',
  'secretsmanager',
  'sns',
  'ssm',
  'sts',
  'tag',
]);

/** The service whose events are about a type, as far as its own actions tell. */
function serviceOf(row: FactRow, actions: readonly string[]): string {
  const own = row.type.split('::')[1]!.toLowerCase();
  const counts = new Map<string, number>();
  for (const action of actions) {
    const service = action.split(':')[0]!;
    counts.set(service, (counts.get(service) ?? 0) + 1);
  }
  const named = [...counts.keys()].find((service) => service.replaceAll('-', '') === own);
  if (named !== undefined) return named;
  const main = row.derived?.create?.split(':')[0]?.toLowerCase();
  if (main !== undefined && counts.has(main)) return main;
  const byCount = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return (byCount.find(([service]) => !HELPERS.has(service)) ?? byCount[0])?.[0] ?? '';
}

/**
 * The services of all types. Where a type seems to be of another group's service (a cluster whose
 * handlers call EC2 most), its own group's service is taken.
 */
function servicesOf(rows: readonly FactRow[]): ReadonlyMap<string, string> {
  const first = new Map(rows.map((row) => [row.type, serviceOf(row, actionsOf(row))]));
  const groupOf = (type: string): string => type.split('::')[1]!;
  const tallies = new Map<string, Map<string, number>>();
  for (const [type, service] of first) {
    if (service === '') continue;
    const tally = tallies.get(groupOf(type)) ?? new Map<string, number>();
    tally.set(service, (tally.get(service) ?? 0) + 1);
    tallies.set(groupOf(type), tally);
  }
  const mains = new Map(
    [...tallies].map(([group, tally]) => [group, [...tally].sort(([, m], [, n]) => n - m)[0]![0]]),
  );
  const ownersOf = (service: string): readonly string[] =>
    [...mains].filter(([, main]) => main === service).map(([group]) => group);
  return new Map(
    [...first].map(([type, service]) => {
      const main = mains.get(groupOf(type)) ?? service;
      const isOthers = HELPERS.has(service) || ownersOf(service).length > 0;
      return [type, isOthers ? main : service];
    }),
  );
}

/** A path of an event as CloudTrail spells it: names with a small first letter. */
function eventPath(path: string): string {
  return path
    .replaceAll('.[]', '[]')
    .split('.')
    .map((step) => step.charAt(0).toLowerCase() + step.slice(1))
    .join('.');
}

/** `Event path,path`, a path for each property of the identifier; the event alone where one is not known. */
function derivedEvent(
  row: FactRow,
  event: string | undefined,
  ids: DerivedEvents['createId'],
  root: string,
): string {
  const name = event?.split(':')[1];
  if (name === undefined) return '';
  const paths = (row.identifier ?? []).map((property) => ids?.[property]);
  const known = paths.filter((path): path is string => typeof path === 'string');
  if (known.length === 0 || known.length < paths.length) return name;
  return `${name} ${known.map((path) => eventPath(root + path)).join(',')}`;
}

function actionsOf(row: FactRow): readonly string[] {
  return [row.createActions, row.updateActions, row.deleteActions]
    .flatMap((list) => list ?? [])
    .map((action) => action.replace(/^[^:]+/, (service) => service.toLowerCase()));
}

function eventLine(row: FactRow, service: string): string | undefined {
  const actions = actionsOf(row);
  const names = new Set(
    actions
      .filter((action) => action.startsWith(`${service}:`))
      .map((action) => action.slice(service.length + 1))
      .filter((name) => /^[A-Z][A-Za-z0-9]+$/.test(name) && !/^[A-Z]+$/.test(name)),
  );
  if (names.size === 0) return undefined;
  const { derived } = row;
  return [
    row.type.slice(PREFIX.length),
    service,
    [...names].sort().join(','),
    derivedEvent(row, derived?.create, derived?.createId, ''),
    derivedEvent(row, derived?.delete, derived?.deleteId, 'requestParameters.'),
  ]
    .join(';')
    .replace(/;+$/, '');
}

/** `Child Parent property=from,…` for each type of which names tell the parent and no table does. */
function parentLines(rows: readonly FactRow[]): readonly string[] {
  const facts = rows.map((row) => ({
    type: row.type,
    identifier: row.identifier ?? [],
    listable: row.handlers?.includes('list') === true,
    listNeeds: listNeeds(row),
  }));
  return facts.flatMap((child) => {
    const name = child.type.slice(PREFIX.length);
    if (child.listNeeds.length === 0 || name in CURATED_PARENTS || name in CONSTANT_INPUTS)
      return [];
    const derived = deriveParent(child, facts);
    if (derived === undefined) return [];
    const fills = derived.fills.map((fill) => fill.join('='));
    return [[name, derived.parent.slice(PREFIX.length), fills.join(',')].join(' ')];
  });
}

function write(
  path: string,
  name: string,
  comment: readonly string[],
  lines: readonly string[],
): void {
  const text = [
    '/* Generated by scripts/generate-catalog.ts from the public CloudFormation registry; do not edit. */',
    '',
    '/**',
    ...comment.map((one) => ` * ${one}`),
    ' */',
    `export const ${name} = \``,
    ...lines,
    '`;',
    '',
  ].join('\n');
  writeFileSync(path, text);
  console.error(`${lines.length} types, ${Math.round(text.length / 1024)} KiB`);
}

function main(path: string | undefined): void {
  if (path === undefined) {
    console.error('usage: npx tsx scripts/generate-catalog.ts FACTS.ndjson');
    process.exitCode = 2;
    return;
  }
  const rows = readFileSync(path, 'utf8')
    .split('\n')
    .filter((text) => text.trim() !== '')
    .map((text) => JSON.parse(text) as FactRow)
    .filter((row) => row.type.startsWith(PREFIX));
  const services = servicesOf(rows);
  write(
    TYPES,
    'GENERATED_TYPES',
    [
      'One type a line, without `AWS::`: name, what it can (`l` list, `r` read, `-` neither), primary',
      'identifier properties, properties that listing needs.',
    ],
    rows.map(line).sort(),
  );
  write(
    EVENTS,
    'GENERATED_EVENTS',
    [
      'One type a line, without `AWS::`, with semicolons between: name, the service that tells of it (its',
      'prefix in IAM), its mutating events; then its create and its delete event, each with the places of',
      'the identifier properties, where a guess at them was possible.',
    ],
    rows.flatMap((row) => eventLine(row, services.get(row.type) ?? '') ?? []).sort(),
  );
  write(
    PARENTS,
    'GENERATED_PARENTS',
    [
      'One type a line, without `AWS::`, that is listed a parent at a time: name, parent, and for each',
      "property of its ResourceModel the parent's property that holds the value.",
    ],
    [...parentLines(rows)].sort(),
  );
}

main(process.argv[2]);

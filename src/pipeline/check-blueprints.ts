import { closest } from '../catalog/closest.js';
import type { Pipeline } from '../config/pipeline.js';
import type { Problem } from '../config/problem.js';
import { literalOf } from '../jq/plain/literal.js';
import type { MappingNode, MappingSpec } from '../model/mapping-spec.js';
import type { SourcePosition } from '../model/source-position.js';
import type { Blueprint } from '../port/blueprints.js';

/** How a pipeline's mappings and Port's blueprints go together. */
export interface BlueprintCheck {
  /** What Port would refuse, or leave out, each at its place in the file. */
  readonly problems: readonly Problem[];
  /** Mappings whose blueprint only JQ can tell: nothing could be compared. */
  readonly unknown: number;
}

/** Groups of a blueprint whose properties Port fills in itself. */
const COMPUTED = ['mirrorProperties', 'calculationProperties', 'aggregationProperties'] as const;

/**
 * Compares mappings with the blueprints that they name: blueprint, properties, relations and the targets
 * of relations must exist, what is required must be mapped, and what is written as it stands (a text in
 * quotes, a number, an object, a list) must be of the property's type. What only JQ can tell is not judged.
 */
export function checkBlueprints(
  pipeline: Pick<Pipeline, 'kinds'>,
  blueprints: readonly Blueprint[],
): BlueprintCheck {
  const known = new Map(blueprints.map((blueprint) => [blueprint.identifier, blueprint]));
  const problems = new Map<string, Problem>();
  let unknown = 0;
  for (const { spec } of pipeline.kinds.flatMap(({ mappings }) => mappings)) {
    const name = literalOf(spec.blueprint.jq);
    if (typeof name !== 'string') unknown += 1;
    else {
      // Aliases put one place of the file into several mappings; it is told once.
      for (const problem of problemsOf(spec, name, known)) {
        const { line, column } = problem.position;
        problems.set(`${line}:${column} ${problem.what}`, problem);
      }
    }
  }
  return { problems: [...problems.values()], unknown };
}

function problemsOf(
  spec: MappingSpec,
  name: string,
  known: ReadonlyMap<string, Blueprint>,
): readonly Problem[] {
  const { position } = spec.blueprint;
  const blueprint = known.get(name);
  if (blueprint === undefined) {
    const what = `Port has no blueprint "${name}"`;
    return [problem('port.unknown-blueprint', position, what, nearest(name, known.keys()))];
  }
  const schema = record(blueprint['schema']);
  const properties = record(schema['properties']);
  const relations = record(blueprint['relations']);
  return [
    ...spec.properties.flatMap(([key, node]) =>
      propertyProblems(key, node, placeOf(node) ?? position, blueprint, properties),
    ),
    ...spec.relations.flatMap(([key, node]) =>
      relationProblems(key, placeOf(node) ?? position, name, relations, known),
    ),
    ...unmapped(schema['required'], spec.properties).map((key) =>
      problem('port.unmapped-property', position, `"${name}" requires the property "${key}"`),
    ),
    ...unmapped(
      Object.keys(relations).filter((key) => record(relations[key])['required'] === true),
      spec.relations,
    ).map((key) =>
      problem('port.unmapped-relation', position, `"${name}" requires the relation "${key}"`),
    ),
  ];
}

function propertyProblems(
  key: string,
  node: MappingNode,
  position: SourcePosition,
  blueprint: Blueprint,
  properties: Readonly<Record<string, unknown>>,
): readonly Problem[] {
  if (properties[key] === undefined) {
    const computed = COMPUTED.some((group) => record(blueprint[group])[key] !== undefined);
    const what = computed
      ? `Port computes the property "${key}" of "${blueprint.identifier}" itself`
      : `"${blueprint.identifier}" has no property "${key}"`;
    const hint = computed ? 'leave it out' : nearest(key, Object.keys(properties));
    return [problem('port.unknown-property', position, what, hint)];
  }
  const { type, enum: choices } = record(properties[key]);
  const value = valueOf(node);
  if (value === undefined || value === null || typeof type !== 'string') return [];
  if (typeName(value) !== type) {
    const what = `the property "${key}" of "${blueprint.identifier}" is of type ${type}, and this is ${withArticle(typeName(value))}`;
    return [problem('port.wrong-type', position, what)];
  }
  if (!Array.isArray(choices) || choices.includes(value)) return [];
  const what = `the property "${key}" of "${blueprint.identifier}" can't be ${JSON.stringify(value)}`;
  const hint = `expected one of ${choices.map((choice) => JSON.stringify(choice)).join(', ')}`;
  return [problem('port.wrong-value', position, what, hint)];
}

function relationProblems(
  key: string,
  position: SourcePosition,
  name: string,
  relations: Readonly<Record<string, unknown>>,
  known: ReadonlyMap<string, Blueprint>,
): readonly Problem[] {
  if (relations[key] === undefined) {
    const what = `"${name}" has no relation "${key}"`;
    return [problem('port.unknown-relation', position, what, nearest(key, Object.keys(relations)))];
  }
  const { target } = record(relations[key]);
  if (typeof target !== 'string' || target.startsWith('_') || known.has(target)) return [];
  const what = `the relation "${key}" of "${name}" leads to "${target}", which Port does not have`;
  return [problem('port.unknown-target', position, what, 'create the blueprint first')];
}

function unmapped(
  required: unknown,
  mapped: readonly (readonly [string, MappingNode])[],
): readonly string[] {
  if (!Array.isArray(required)) return [];
  const names = new Set(mapped.map(([key]) => key));
  return required.filter((key): key is string => typeof key === 'string' && !names.has(key));
}

/** Where a node stands: at its first expression; undefined for constants, which have no place of their own. */
function placeOf(node: MappingNode): SourcePosition | undefined {
  switch (node.type) {
    case 'jq':
      return node.leaf.position;
    case 'object':
      return firstPlace(node.entries.map(([, inner]) => inner));
    case 'list':
      return firstPlace(node.items);
    case 'constant':
      return undefined;
  }
}

function firstPlace(nodes: readonly MappingNode[]): SourcePosition | undefined {
  for (const node of nodes) {
    const place = placeOf(node);
    if (place !== undefined) return place;
  }
  return undefined;
}

/** What a node comes to, as far as its type goes; undefined where only JQ can tell. */
function valueOf(node: MappingNode): unknown {
  switch (node.type) {
    case 'jq':
      return literalOf(node.leaf.jq);
    case 'object':
      return {};
    case 'list':
      return [];
    case 'constant':
      return node.value;
  }
}

function typeName(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value;
}

function withArticle(type: string): string {
  return `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;
}

function nearest(name: string, names: Iterable<string>): string | undefined {
  const [near] = closest(name, names);
  return near === undefined ? undefined : `did you mean "${near}"?`;
}

function problem(code: string, position: SourcePosition, what: string, hint?: string): Problem {
  return { code, position, what, ...(hint !== undefined && { hint }) };
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

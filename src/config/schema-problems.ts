import type { z } from 'zod';
import { closest } from '../catalog/closest.js';
import type { SourcePosition } from '../model/source-position.js';
import type { Problem } from './problem.js';
import { allowedKeys } from './schema-keys.js';
import { quoted } from './schema-values.js';
import { locate } from './yaml-tree.js';
import type { YamlTree } from './yaml-tree.js';

type Path = readonly PropertyKey[];
type Issue = z.core.$ZodIssue;

/** What zod found wrong with the plain values, as problems with places in the YAML. */
export function schemaProblems(
  issues: readonly Issue[],
  tree: YamlTree,
  schema: z.ZodType,
): readonly Problem[] {
  return issues.flatMap((issue) => problemsOf(issue, [], tree, schema));
}

function problemsOf(issue: Issue, prefix: Path, tree: YamlTree, schema: z.ZodType): Problem[] {
  const path = [...prefix, ...issue.path];
  const { node, position } = locate(tree, path);
  const name = label(path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(key, path, tree, schema));
    case 'invalid_union':
      return unionProblems(issue, path, tree, schema);
    case 'custom':
      return [custom(issue, position, name)];
    case 'too_small':
      if (issue.origin === 'array' || issue.origin === 'string') {
        const expected = issue.origin === 'array' ? 'at least one element' : 'a text';
        return [{ code: 'config.empty', position, what: `${name} is empty`, expected }];
      }
      return [
        outOfRange(
          position,
          name,
          node,
          `${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`,
        ),
      ];
    case 'too_big':
      return [outOfRange(position, name, node, `at most ${issue.maximum}`)];
    case 'invalid_value':
      return [wrongValue(position, name, node, issue.values.map(quoted).join(' or '))];
    case 'invalid_type':
      if (node === undefined) return [missingKey(position, path, expectedType(issue.expected))];
      return [wrongValue(position, name, node, expectedType(issue.expected))];
    default:
      return [wrongValue(position, name, node, 'another value')];
  }
}

/**
 * The problems of a union's branch that the value was meant for: the one whose own type fits. Where
 * none fits, all of the types are named.
 */
function unionProblems(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  path: Path,
  tree: YamlTree,
  schema: z.ZodType,
): Problem[] {
  const branches = issue.errors.filter((branch) => !branch.some(isOwnType));
  const best = [...branches].sort((a, b) => unknownKeys(a) - unknownKeys(b))[0];
  if (best !== undefined) return best.flatMap((inner) => problemsOf(inner, path, tree, schema));
  const types = issue.errors
    .flat()
    .filter(isOwnType)
    .map((inner) => expectedType(inner.expected));
  const expected = [...new Set(types)].filter((type) => type !== 'nothing').join(' or ');
  const { node, position } = locate(tree, path);
  if (node === undefined) return [missingKey(position, path, expected)];
  return [wrongValue(position, label(path), node, expected)];
}

function isOwnType(issue: Issue): issue is Extract<Issue, { code: 'invalid_type' }> {
  return issue.code === 'invalid_type' && issue.path.length === 0;
}

/** How badly a map fits a branch: keys it does not know, and keys it misses. */
function unknownKeys(branch: readonly Issue[]): number {
  return branch.reduce(
    (sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1),
    0,
  );
}

function unknownKey(key: string, path: Path, tree: YamlTree, schema: z.ZodType): Problem {
  const parent = locate(tree, path).node;
  const entry = parent?.type === 'map' ? parent.entries.get(key) : undefined;
  const allowed = allowedKeys(schema, path);
  const [near] = closest(key, allowed);
  return {
    code: 'config.unknown-key',
    position: entry?.position ?? locate(tree, path).position,
    what: `unknown key ${quoted(key)}${path.length === 0 ? '' : ` in ${label(path)}`}`,
    expected: `one of ${allowed.join(', ')}`,
    ...(near === undefined ? {} : { hint: `did you mean ${near}?` }),
  };
}

function custom(
  issue: Extract<Issue, { code: 'custom' }>,
  position: SourcePosition,
  name: string,
): Problem {
  const params = (issue.params ?? {}) as { code?: string; expected?: string; hint?: string };
  return {
    code: params.code ?? 'config.invalid-value',
    position,
    what: `${name}: ${issue.message}`,
    ...(params.expected === undefined ? {} : { expected: params.expected }),
    ...(params.hint === undefined ? {} : { hint: params.hint }),
  };
}

function missingKey(position: SourcePosition, path: Path, expected: string): Problem {
  const parent = path.slice(0, -1);
  const where = parent.length === 0 ? '' : ` in ${label(parent)}`;
  return {
    code: 'config.missing-key',
    position,
    what: `missing key ${quoted(String(path.at(-1) ?? ''))}${where}`,
    expected,
  };
}

function wrongValue(
  position: SourcePosition,
  name: string,
  node: YamlTree | undefined,
  expected: string,
): Problem {
  const isBare = node?.type === 'scalar' && node.value !== null && typeof node.value !== 'string';
  return {
    code: 'config.wrong-type',
    position,
    what: `${name} is ${describe(node)}`,
    expected,
    ...(isBare && expected === 'text' ? { hint: `put it in quotes: '${node.value}'` } : {}),
  };
}

function outOfRange(
  position: SourcePosition,
  name: string,
  node: YamlTree | undefined,
  expected: string,
): Problem {
  return { code: 'config.invalid-value', position, what: `${name} is ${describe(node)}`, expected };
}

function describe(node: YamlTree | undefined): string {
  if (node === undefined) return 'missing';
  if (node.type === 'map') return 'a map';
  if (node.type === 'list') return 'a list';
  if (node.value === null) return 'empty';
  return typeof node.value === 'number' ? String(node.value) : quoted(node.value);
}

function expectedType(expected: string): string {
  switch (expected) {
    case 'object':
    case 'record':
      return 'a map';
    case 'array':
      return 'a list';
    case 'string':
      return 'text';
    case 'null':
    case 'undefined':
      return 'nothing';
    case 'boolean':
      return 'true or false';
    default:
      return `a ${expected}`;
  }
}

function label(path: Path): string {
  if (path.length === 0) return 'the pipeline';
  return path
    .map((step, index) =>
      typeof step === 'number' ? `[${step}]` : index === 0 ? String(step) : `.${String(step)}`,
    )
    .join('');
}

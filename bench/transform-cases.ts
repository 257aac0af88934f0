import { fileURLToPath } from 'node:url';
import { loadPipeline } from '../src/config/load-pipeline.js';
import { compileKind } from '../src/jq/compile-kind.js';
import type { KindProgram } from '../src/jq/kind-program.js';
import { layoutMapping } from '../src/jq/program/mapping-layout.js';
import type { MappingNode, MappingSpec } from '../src/model/mapping-spec.js';
import { PIPELINE, resourceLines } from './organization.js';

const THIRTY = fileURLToPath(new URL('thirty-leaves.yaml', import.meta.url));

/** A mapping, and what the ways to evaluate it need to know of it. */
export interface BenchMapping {
  readonly name: string;
  /** Leaves, constants among them. */
  readonly leaves: number;
  readonly program: KindProgram;
  /** The same, written so that nothing but JQ can evaluate it. */
  readonly forJq: KindProgram;
  /** Selector and every leaf by itself: what is evaluated one by one in Ocean. */
  readonly expressions: readonly string[];
}

/** Resources of one size. */
export interface BenchBodies {
  readonly name: string;
  readonly lines: readonly string[];
  /** Bytes of a line on average. */
  readonly bytes: number;
}

/** Ocean's default mapping, and one of thirty leaves. */
export async function benchMappings(): Promise<readonly BenchMapping[]> {
  return [await readMapping('9 leaves', PIPELINE), await readMapping('30 leaves', THIRTY)];
}

async function readMapping(name: string, file: string): Promise<BenchMapping> {
  const { kinds } = await loadPipeline(file);
  const spec = kinds[0]!.mappings[0]!.spec;
  const expressions = [spec.selector.jq, spec.blueprint.jq];
  for (const node of nodesOf(spec)) collect(node, expressions);
  return {
    name,
    leaves: expressions.length - 1,
    program: compileKind([spec]),
    forJq: compileKind([inParentheses(spec)]),
    expressions,
  };
}

function nodesOf(spec: MappingSpec): readonly MappingNode[] {
  const { identifier, title, icon, team, properties, relations } = spec;
  const named = [...properties, ...relations].map(([, node]) => node);
  return [identifier, title, icon, team, ...named].filter((node) => node !== undefined);
}

function collect(node: MappingNode, into: string[]): void {
  if (node.type === 'jq') into.push(node.leaf.jq);
  else if (node.type === 'list') for (const item of node.items) collect(item, into);
  else if (node.type === 'object') for (const [, inner] of node.entries) collect(inner, into);
}

/** What stands in parentheses is no plain path: JQ is asked for all of it but constants. */
function inParentheses(spec: MappingSpec): MappingSpec {
  const wrap = (node: MappingNode): MappingNode =>
    node.type === 'jq' ? { ...node, leaf: { ...node.leaf, jq: `(${node.leaf.jq})` } } : node;
  const identifier = wrap(spec.identifier);
  const wrapped = { ...spec, identifier };
  const isPlain = layoutMapping(wrapped).slots.length === 0;
  if (isPlain) throw new Error('the identifier of a benchmark mapping must be evaluated');
  return wrapped;
}

/** Resources of about so many bytes each: small as most are, typical, and as large as a few are. */
export function benchBodies(
  name: 'small' | 'typical' | 'large',
  resources: number,
  kinds: readonly string[],
): BenchBodies {
  const bodySize = name === 'large' ? 60_000 : name;
  const size = { resources, accounts: 2, regions: 2, bodySize };
  const lines = Array.from(resourceLines(size, kinds), ({ line }) => line);
  const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0) / lines.length;
  return { name: `${name}, ${(bytes / 1000).toFixed(1)} KB`, lines, bytes };
}

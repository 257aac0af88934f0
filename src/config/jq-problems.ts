import type { JqLeaf } from '../model/mapping-spec.js';
import { jqLeaves } from './mapping-nodes.js';
import type { Pipeline } from './pipeline.js';
import type { Problem } from './problem.js';
import { quoted } from './schema-values.js';

/** Compiles one JQ expression alone: jq's message, or undefined where it is valid. */
export type CheckJq = (expression: string) => Promise<string | undefined>;

/** An expression that is a bare word is most often a text whose inner quotes were forgotten. */
const BARE_WORD = /^[A-Za-z_][\w-]*$/;

/** Every JQ expression of a pipeline that does not compile, at its place in the file. */
export async function jqProblems(pipeline: Pipeline, check: CheckJq): Promise<readonly Problem[]> {
  const leaves = pipeline.kinds.flatMap((kind) =>
    kind.mappings.flatMap(({ spec }) => jqLeaves(spec)),
  );
  const byPlace = new Map(leaves.map((leaf) => [placeOf(leaf), leaf]));
  const expressions = [...new Set([...byPlace.values()].map(({ jq }) => jq))];
  const verdicts = new Map(
    await Promise.all(expressions.map(async (jq) => [jq, await check(jq)] as const)),
  );
  return [...byPlace.values()].flatMap((leaf) => {
    const message = verdicts.get(leaf.jq);
    return message === undefined ? [] : [problemOf(leaf, message)];
  });
}

function problemOf({ jq, position }: JqLeaf, message: string): Problem {
  return {
    code: 'config.jq',
    position,
    what: `JQ ${quoted(jq)} does not compile: ${message.replace(/\s+/g, ' ').trim()}`,
    ...(BARE_WORD.test(jq.trim())
      ? { hint: `for the text itself write '"${jq.trim()}"', double quotes within single ones` }
      : {}),
  };
}

/** Aliases and lists of mappings put one expression into several mappings; it is told once. */
function placeOf({ position: { line, column } }: JqLeaf): string {
  return `${line}:${column}`;
}

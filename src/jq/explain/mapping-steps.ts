import type { JqLeaf, MappingSpec } from '../../model/mapping-spec.js';
import type { JqEngine } from '../jq-engine.js';
import type { KindProgram } from '../kind-program.js';
import { foldExpression } from '../program/fold-expression.js';
import { layoutMapping } from '../program/mapping-layout.js';
import type { MappingLayout } from '../program/mapping-layout.js';
import { namedLeaves } from './named-leaves.js';

/** What one expression came to. */
export interface Step {
  /** Its path below its element of `resources`, as faults name it. */
  readonly path: string;
  readonly leaf: JqLeaf;
  /** Absent where it failed. */
  readonly value?: unknown;
  /** JQ's message, `no output`, or what was expected instead of the value. */
  readonly error?: string;
}

/** A resource, or one of its items, on its way through a mapping. */
export interface ItemSteps {
  /** What `itemsToParse` gave; absent where the mapping has none. */
  readonly item?: unknown;
  readonly selector: Step;
  /** Empty where the selector did not say true. */
  readonly leaves: readonly Step[];
}

/** Every step of one mapping for one resource. */
export interface MappingSteps {
  readonly spec: MappingSpec;
  readonly itemsToParse?: Step;
  readonly runs: readonly ItemSteps[];
}

type Guard = readonly unknown[] | { readonly m: unknown };

const MAPPINGS = 'port.entity.mappings.';

/**
 * What each expression of a kind's mappings makes of one resource, taken from the output of the very
 * program that runs. Throws a SluiceError where JQ can't evaluate the resource at all.
 */
export async function explainMappings(
  jq: JqEngine,
  program: KindProgram,
  body: string,
): Promise<readonly MappingSteps[]> {
  const [output] = await jq.evaluate(program.text, body);
  const elements = output as readonly unknown[];
  return Promise.all(
    program.specs.map(async (spec, index) => {
      const layout = layoutMapping(spec);
      const element = elements[index];
      const { itemsToParse } = spec;
      if (itemsToParse === undefined) return { spec, runs: [runOf(layout, element)] };
      const path = 'port.itemsToParse';
      if (!Array.isArray(element)) {
        const error = unmet((element as { readonly i: Guard }).i, 'a list');
        return { spec, itemsToParse: { path, leaf: itemsToParse, error }, runs: [] };
      }
      const [given] = await jq.evaluate(itemsToParse.jq, body);
      const items = (given ?? []) as readonly unknown[];
      return {
        spec,
        itemsToParse: { path, leaf: itemsToParse, value: given },
        runs: element.map((one, at) => ({ item: items[at], ...runOf(layout, one) })),
      };
    }),
  );
}

function runOf({ spec, slots }: MappingLayout, element: unknown): ItemSteps {
  const query = { path: 'selector.query', leaf: spec.selector };
  if (element === 0) return { selector: { ...query, value: false }, leaves: [] };
  if (!Array.isArray(element)) {
    const error = unmet((element as { readonly s: Guard }).s, 'a boolean');
    return { selector: { ...query, error }, leaves: [] };
  }
  const outcomes = new Map(
    slots.map(({ path, form }, at) => [
      path,
      form === 'bare' ? { value: element[at] as unknown } : outcomeOf(element[at] as Guard),
    ]),
  );
  const leaves = namedLeaves(spec).map(({ path: name, leaf }) => {
    const path = MAPPINGS + name;
    return { path, leaf, ...(outcomes.get(path) ?? { value: constantOf(leaf) }) };
  });
  return { selector: { ...query, value: true }, leaves };
}

/** The leaves that the program does not evaluate are what they say. */
function constantOf({ jq }: JqLeaf): unknown {
  const folded = foldExpression(jq);
  return folded.type === 'constant' ? (JSON.parse(folded.json) as unknown) : undefined;
}

function outcomeOf(guard: Guard): Pick<Step, 'value' | 'error'> {
  if (!isList(guard)) return { error: messageOf(guard.m) };
  return guard.length === 0 ? { error: 'no output' } : { value: guard[0] };
}

function unmet(guard: Guard, expected: string): string {
  if (!isList(guard)) return messageOf(guard.m);
  return guard.length === 0 ? 'no output' : `expected ${expected}, got ${String(guard[0])}`;
}

function isList(guard: Guard): guard is readonly unknown[] {
  return Array.isArray(guard);
}

function messageOf(message: unknown): string {
  return typeof message === 'string' ? message : JSON.stringify(message);
}

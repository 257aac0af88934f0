import type { JqLeaf, MappingNode, MappingSpec } from '../../model/mapping-spec.js';
import { foldExpression } from './fold-expression.js';

/** A leaf that the program evaluates, in the place where its value stands in the output. */
export interface Slot {
  /** Path of the leaf below its resource, as reported in faults. */
  readonly path: string;
  readonly jq: string;
  /** How its value comes: as it is, or guarded (`[value]`, `[]` for no output, `{"m": message}`). */
  readonly form: 'bare' | 'guarded' | 'guarded-first';
}

/**
 * A piece of JSON text to be put together: literal text, or the number of the slot whose value
 * stands there.
 */
export type Template = readonly (string | number)[];

/** What one mapping makes of an output line of the program. */
export interface MappingLayout {
  readonly spec: MappingSpec;
  /** `always` and `never` where the selector is a constant. */
  readonly selector: 'always' | 'never' | 'evaluated';
  readonly slots: readonly Slot[];
  readonly blueprint: Template;
  readonly identifier: Template;
  /** The entity's JSON after its identifier: starts with a comma, ends with the closing brace. */
  readonly rest: Template;
}

const MAPPINGS = 'port.entity.mappings';

/**
 * Splits a mapping into what JQ has to evaluate and the JSON text around it. Compiler and decoder
 * both work from this, so they agree on the order of values. JQ prints values only: the constant parts
 * of entities never pass through it, and numbers keep the digits that JQ printed.
 */
export function layoutMapping(spec: MappingSpec): MappingLayout {
  const slots: Slot[] = [];
  const blueprint = [...templateOf({ type: 'jq', leaf: spec.blueprint }, 'blueprint')];
  const identifier = [...templateOf(spec.identifier, 'identifier')];
  return { spec, selector: selectorOf(spec.selector), slots, blueprint, identifier, rest: rest() };

  function rest(): Template {
    const pieces: (string | number)[] = [];
    for (const key of ['title', 'team', 'icon'] as const) {
      const node = spec[key];
      if (node) pieces.push(`,"${key}":`, ...templateOf(node, key));
    }
    const named = (entries: MappingSpec['properties'], path: string): Template => [
      ...templateOf({ type: 'object', entries }, path),
    ];
    pieces.push(',"properties":', ...named(spec.properties, 'properties'));
    if (spec.relations.length > 0) {
      pieces.push(',"relations":', ...named(spec.relations, 'relations'));
    }
    return merged([...pieces, '}']);
  }

  function* templateOf(node: MappingNode, path: string): Generator<string | number> {
    switch (node.type) {
      case 'constant':
        yield JSON.stringify(node.value);
        break;
      case 'jq':
        yield leafOf(node.leaf, path);
        break;
      case 'list':
        yield* separated('[', ']', node.items, (item, index) =>
          templateOf(item, `${path}[${index}]`),
        );
        break;
      case 'object':
        yield* separated('{', '}', node.entries, function* ([key, inner]) {
          yield `${JSON.stringify(key)}:`;
          yield* templateOf(inner, `${path}.${key}`);
        });
        break;
    }
  }

  function leafOf({ jq }: JqLeaf, path: string): string | number {
    const folded = foldExpression(jq);
    if (folded.type === 'constant') return folded.json;
    const form = { field: 'bare', path: 'guarded', any: 'guarded-first' } as const;
    return slots.push({ path: `${MAPPINGS}.${path}`, jq, form: form[folded.type] }) - 1;
  }
}

function selectorOf({ jq }: JqLeaf): MappingLayout['selector'] {
  const folded = foldExpression(jq);
  if (folded.type !== 'constant') return 'evaluated';
  if (folded.json === 'true') return 'always';
  return folded.json === 'false' ? 'never' : 'evaluated';
}

function* separated<T>(
  open: string,
  close: string,
  elements: readonly T[],
  write: (element: T, index: number) => Iterable<string | number>,
): Generator<string | number> {
  yield open;
  for (const [index, element] of elements.entries()) {
    if (index > 0) yield ',';
    yield* write(element, index);
  }
  yield close;
}

/** Neighbouring texts as one. */
function merged(template: Template): Template {
  const out: (string | number)[] = [];
  for (const piece of template) {
    const last = out.at(-1);
    if (typeof piece === 'string' && typeof last === 'string') out[out.length - 1] = last + piece;
    else out.push(piece);
  }
  return out;
}

import { kindFacts, typeFacts } from '../catalog.js';
import { CONSTANT_INPUTS } from './constants.js';
import { CURATED_PARENTS } from './curated.js';
import { GENERATED_PARENTS } from './generated-parents.js';
import type { Fill, ListInputs, ParentInputs } from './list-inputs.js';

const PREFIX = 'AWS::';
/** Generations of parents above a kind; deeper chains would be a circle. */
const DEEPEST = 5;

let known: ReadonlyMap<string, ListInputs> | undefined;

/**
 * What listing a kind needs and where it comes from; undefined where it needs nothing, and where it is
 * not known (see {@link unknownInputs}).
 */
export function listInputs(kind: string): ListInputs | undefined {
  known ??= readAll();
  return known.get(kind);
}

/** The kinds above a kind, nearest first; empty where it has no parent. */
export function ancestorsOf(kind: string): readonly string[] {
  const inputs = listInputs(kind);
  return inputs?.type === 'parent' ? [inputs.parent, ...ancestorsOf(inputs.parent)] : [];
}

/** Whether a kind is listed a parent (or a constant) at a time. */
export function isFamily(kind: string): boolean {
  const inputs = listInputs(kind);
  return inputs !== undefined && inputs.type !== 'account';
}

/** The properties that listing needs, where it is not known what they should be. */
export function unknownInputs(kind: string): readonly string[] {
  const { listNeeds } = kindFacts(kind);
  return listInputs(kind) === undefined ? listNeeds : [];
}

/**
 * The parent's identifier as the child's own identifier tells it: each part stands there under the name
 * that the ResourceModel has for it. Undefined where some part does not.
 */
export function parentInIdentifier(kind: string, identifier: string): string | undefined {
  const inputs = listInputs(kind);
  const names = kindFacts(kind).identifier;
  const values = names.length === 1 ? [identifier] : identifier.split('|');
  if (inputs === undefined || inputs.type === 'account' || values.length !== names.length)
    return undefined;
  const valueOf = (property: string): string | undefined => values[names.indexOf(property)];
  if (inputs.type === 'values') {
    const value = valueOf(inputs.property);
    return value !== undefined && inputs.values.includes(value) ? value : undefined;
  }
  const parts = kindFacts(inputs.parent).identifier.map((name) => {
    const fill = inputs.fills.find(({ from }) => from === name);
    return fill && valueOf(fill.property);
  });
  return parts.includes(undefined) ? undefined : parts.join('|');
}

function readAll(): ReadonlyMap<string, ListInputs> {
  const all = new Map<string, ListInputs>(
    Object.entries(CONSTANT_INPUTS).map(([name, inputs]) => [PREFIX + name, inputs]),
  );
  for (const text of GENERATED_PARENTS.trim().split('\n')) {
    const [name = '', ...rest] = text.split(' ');
    all.set(PREFIX + name, parseParent(rest.join(' ')));
  }
  for (const [name, text] of Object.entries(CURATED_PARENTS)) {
    all.set(PREFIX + name, parseParent(text));
  }
  // Where nobody knows how to list a parent, nobody knows how to list its children.
  return new Map([...all].filter(([kind]) => isRooted(kind, all)));
}

function isRooted(kind: string, all: ReadonlyMap<string, ListInputs>, depth = 0): boolean {
  const inputs = all.get(kind);
  const facts = typeFacts(kind);
  if (facts?.listable !== true || depth > DEEPEST) return false;
  if (inputs === undefined) return facts.listNeeds.length === 0;
  return inputs.type !== 'parent' || isRooted(inputs.parent, all, depth + 1);
}

function parseParent(text: string): ParentInputs {
  const [parent = '', fills = ''] = text.split(' ');
  return { type: 'parent', parent: PREFIX + parent, fills: fills.split(',').map(parseFill) };
}

function parseFill(text: string): Fill {
  const [property = '', from = ''] = text.split('=');
  return { property, from };
}

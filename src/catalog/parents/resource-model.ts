import { kindFacts } from '../catalog.js';
import type { Fill, ListInputs } from './list-inputs.js';
import { listInputs } from './parents.js';

/**
 * The ResourceModel for listing a kind in an account, below a parent, as far as the parent's identifier
 * tells it (`parent` is a constant for kinds listed by one). JSON text; undefined where properties of
 * the parent are needed besides: see {@link modelOfProperties}.
 */
export function modelOfIdentifier(
  kind: string,
  accountId: string,
  parent: string | undefined,
): string | undefined {
  const inputs = listInputs(kind);
  if (inputs?.type === 'account') return JSON.stringify({ [inputs.property]: accountId });
  if (inputs === undefined || parent === undefined) return undefined;
  if (inputs.type === 'values') return JSON.stringify({ [inputs.property]: parent });
  const names = kindFacts(inputs.parent).identifier;
  const parts = names.length === 1 ? [parent] : parent.split('|');
  if (parts.length !== names.length) return undefined;
  return modelOf(inputs.fills, ({ from }) => parts[names.indexOf(from)]);
}

/**
 * The same from the parent's properties. Undefined where they do not hold what is needed (listings are
 * often partial).
 */
export function modelOfProperties(
  inputs: ListInputs | undefined,
  properties: Readonly<Record<string, unknown>>,
): string | undefined {
  if (inputs?.type !== 'parent') return undefined;
  return modelOf(inputs.fills, ({ from }) => properties[from]);
}

function modelOf(fills: readonly Fill[], valueOf: (fill: Fill) => unknown): string | undefined {
  const model: Record<string, unknown> = {};
  for (const fill of fills) {
    const value = valueOf(fill);
    if (typeof value !== 'string' || value === '') return undefined;
    const [name = '', inner] = fill.property.split('/');
    model[name] = inner === undefined ? value : { [inner]: value };
  }
  return JSON.stringify(model);
}

import { hash } from 'node:crypto';
import type { MappedEntity } from '../../model/entity.js';
import type { LeafFault } from '../../model/mapping-result.js';
import type { MappingLayout, Template } from './mapping-layout.js';
import { readKey } from './read-key.js';

/**
 * Puts an entity together from the JSON texts of a mapping's leaves. Without a blueprint or an
 * identifier there is none, and a fault where the value is of a kind that names nothing.
 */
export function assembleEntity(
  { spec, blueprint, identifier, rest }: MappingLayout,
  values: readonly string[],
): { readonly entity: MappedEntity } | { readonly fault?: LeafFault } {
  const mapping = spec.position;
  const key = readKey(fill(blueprint, values), fill(identifier, values));
  if (!key.complete) {
    if (key.fault === undefined) return {};
    const { leaf, message } = key.fault;
    return { fault: { mapping, leaf: `port.entity.mappings.${leaf}`, message } };
  }
  const tail = fill(rest, values);
  // Without an identifier the comma that would follow it goes too.
  const json = key.search ? `{${tail.slice(1)}` : `{"identifier":${key.identifierJson}${tail}`;
  return {
    entity: {
      mapping,
      blueprint: key.blueprint,
      identifier: key.identifier,
      json,
      // What a search looks for decides where the entity lands, though it is not part of its JSON.
      hash: hash('sha1', key.search ? json + key.search.json : json, 'base64url'),
      ...(key.search ? { search: key.search.query } : {}),
    },
  };
}

function fill(template: Template, values: readonly string[]): string {
  let text = '';
  for (const piece of template) text += typeof piece === 'string' ? piece : values[piece]!;
  return text;
}

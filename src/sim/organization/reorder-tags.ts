import { parseLossless, stringifyLossless } from './lossless-json.js';

/** Reverses the tags of a body given as JSON text; nothing else changes. */
export function reorderTags(json: string, tagProperty: string | undefined): string {
  if (tagProperty === undefined) return json;
  const properties = parseLossless(json);
  const tags = properties[tagProperty];
  if (Array.isArray(tags)) properties[tagProperty] = [...(tags as unknown[])].reverse();
  else if (tags !== null && typeof tags === 'object')
    properties[tagProperty] = Object.fromEntries(Object.entries(tags).reverse());
  return stringifyLossless(properties);
}

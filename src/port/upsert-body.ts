import type { PendingChange } from './sink-batch.js';

/** The body of a bulk upsert, spliced from the entities' own JSON texts. */
export function upsertBody(items: readonly PendingChange[]): string {
  let body = '{"entities":[';
  let separator = '';
  for (const item of items) {
    if (item.change.op !== 'upsert') continue;
    body += separator;
    body += item.resolved ? withIdentifier(item.change.json, item.identifier) : item.change.json;
    separator = ',';
  }
  return body + ']}';
}

/** Puts an identifier in front of the fields of an object's JSON text that has none. */
export function withIdentifier(json: string, identifier: string): string {
  const rest = json.slice(json.indexOf('{') + 1).trimStart();
  return `{"identifier":${JSON.stringify(identifier)}${rest.startsWith('}') ? '' : ','}${rest}`;
}

import { asRecord } from './port-answer.js';
import type { RefusalText } from './classify-refusal.js';
import type { PendingChange } from './sink-batch.js';

/** What a bulk upsert's answer says about one entity; undefined where it does not mention it. */
export type EntityVerdict =
  | { readonly ok: true; readonly created: boolean }
  | { readonly ok: false; readonly refusal: RefusalText }
  | undefined;

/**
 * Reads `{entities: [{index, identifier, created}], errors: [{index, identifier, statusCode, error,
 * message}]}` into one verdict an item, in the items' order. An element is taken by its index; where
 * that names none of the items, or an item other than its identifier does, by its identifier. An error
 * wins over a success.
 */
export function readUpsertAnswer(
  body: unknown,
  items: readonly PendingChange[],
): readonly EntityVerdict[] {
  const verdicts = new Array<EntityVerdict>(items.length).fill(undefined);
  const { entities, errors } = asRecord(body);
  for (const element of listOf(entities)) {
    const at = placeOf(element, items);
    if (at !== undefined) verdicts[at] = { ok: true, created: element['created'] === true };
  }
  for (const element of listOf(errors)) {
    const at = placeOf(element, items);
    if (at !== undefined) verdicts[at] = { ok: false, refusal: refusalOf(element) };
  }
  return verdicts;
}

function placeOf(
  element: Readonly<Record<string, unknown>>,
  items: readonly PendingChange[],
): number | undefined {
  const { index, identifier } = element;
  const byIndex = typeof index === 'number' ? items[index] : undefined;
  if (byIndex !== undefined && byIndex.identifier === identifier) return index as number;
  const byName =
    typeof identifier === 'string' ? items.findIndex((item) => item.identifier === identifier) : -1;
  if (byName >= 0) return byName;
  return byIndex === undefined ? undefined : (index as number);
}

function refusalOf(element: Readonly<Record<string, unknown>>): RefusalText {
  const { statusCode, error, message, details } = element;
  return {
    statusCode: typeof statusCode === 'number' ? statusCode : 422,
    error: typeof error === 'string' ? error : undefined,
    message: typeof message === 'string' ? message : undefined,
    details,
  };
}

function listOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.map(asRecord) : [];
}

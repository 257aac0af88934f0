import { asRecord } from './port-answer.js';
import { isTransient } from './retry-policy.js';

/** What Port said against an entity, or against a whole request. */
export interface RefusalText {
  readonly statusCode: number;
  /** Port's `error` field. */
  readonly error?: string | undefined;
  /** Port's `message` field. */
  readonly message?: string | undefined;
  /** Port's `details` field; `resource` names the kind of thing that was not found. */
  readonly details?: unknown;
}

export type Refusal =
  /** A relation points to an entity that does not exist (yet). */
  | 'missing-relation'
  | 'missing-blueprint'
  /** Something was not found, and the answer does not tell what. */
  | 'unclear'
  /** The same entity may be taken on another try. */
  | 'transient'
  /** Port will not take this. */
  | 'invalid';

const NOT_THERE = /not found|(?:do|does|did)(?: not|n't) exist|not exist|no such/i;
const RELATED = /\b(?:related|target) entit(?:y|ies)\b/i;
const ENTITY = /\bentit(?:y|ies)\b/i;
const BLUEPRINT = /\bblueprints?\b/i;

/**
 * Tells apart why Port refused.
 *
 * Known shapes: a relation's missing target is a 404 with error `not_found` and a message that names the
 * entity (Ocean takes any 404 `not_found` of an upsert as an unmet relation); a missing blueprint is a
 * 404 whose `details.resource` or message names the blueprint; validation is a 422. A target may also be
 * reported under another 4xx, told by its message alone. Quoted names are struck before the texts are
 * read, so an entity called "target-entity" misleads nobody. A relation *definition* that a blueprint
 * lacks (`relation "x" does not exist in blueprint "y"`) names no entity, and stays `invalid`.
 */
export function classifyRefusal(text: RefusalText): Refusal {
  const { statusCode, details } = text;
  if (isTransient(statusCode) || statusCode === 409) return 'transient';
  const words = withoutNames(`${text.error ?? ''} ${text.message ?? ''}`);
  const resource = asRecord(details)['resource'];
  if (RELATED.test(words) && (statusCode === 404 || NOT_THERE.test(words)))
    return 'missing-relation';
  if (statusCode === 404) {
    if (resource === 'Blueprint') return 'missing-blueprint';
    if (resource === 'Entity' || ENTITY.test(words)) return 'missing-relation';
    return BLUEPRINT.test(words) ? 'missing-blueprint' : 'unclear';
  }
  return ENTITY.test(words) && NOT_THERE.test(words) && !/propert/i.test(words)
    ? 'missing-relation'
    : 'invalid';
}

/** Strikes what stands in quotes (names chosen by users), and reads `not_found` as two words. */
function withoutNames(text: string): string {
  return text.replace(/"[^"]*"|'[^']*'|`[^`]*`/g, '""').replaceAll('_', ' ');
}

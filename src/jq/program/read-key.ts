/** What blueprint and identifier of an item came to. */
export type EntityKeyReading =
  | {
      readonly complete: true;
      readonly blueprint: string;
      /** '' where it is to be searched for. */
      readonly identifier: string;
      readonly identifierJson: string;
      readonly search: { readonly query: unknown; readonly json: string } | undefined;
    }
  | {
      readonly complete: false;
      /** Where the value is of a kind that can't name anything (null and empty ones need no telling). */
      readonly fault?: { readonly leaf: 'blueprint' | 'identifier'; readonly message: string };
    };

/**
 * Reads the JSON texts of a blueprint and an identifier as Ocean does: what Python takes for false
 * (null, false, 0, "", [], {}) makes the item incomplete. A number is written as text, with the digits
 * that JQ printed, which is what Port makes of it; a search (`{combinator, rules}`) is told apart, and
 * is incomplete where a rule compares with null, because it would find whatever lacks the property.
 * Anything else (true, a list, another object) names nothing and is a fault.
 */
export function readKey(blueprintJson: string, identifierJson: string): EntityKeyReading {
  const blueprint = readName(blueprintJson);
  if (blueprint === undefined) return incomplete('blueprint', blueprintJson);
  const identifier = readName(identifierJson);
  if (identifier !== undefined) {
    return {
      complete: true,
      blueprint,
      identifier,
      identifierJson: identifierJson.startsWith('"') ? identifierJson : `"${identifier}"`,
      search: undefined,
    };
  }
  if (!identifierJson.startsWith('{')) return incomplete('identifier', identifierJson);
  const query: unknown = JSON.parse(identifierJson);
  if (!isSearch(query)) return incomplete('identifier', identifierJson);
  if (comparesWithNull(query)) return { complete: false };
  return {
    complete: true,
    blueprint,
    identifier: '',
    identifierJson,
    search: { query, json: identifierJson },
  };
}

/** A text that is not empty, or a number that is not 0, as text. */
function readName(json: string): string | undefined {
  const first = json.charCodeAt(0);
  if (first === 0x22) {
    if (json.length === 2) return undefined;
    return json.includes('\\') ? (JSON.parse(json) as string) : json.slice(1, -1);
  }
  const number = first === 0x2d || (first >= 0x30 && first <= 0x39);
  return number && /[1-9]/.test(json.split(/e/i, 1)[0]!) ? json : undefined;
}

const FALSY = new Set(['null', 'false', '""', '[]', '{}']);

function incomplete(leaf: 'blueprint' | 'identifier', json: string): EntityKeyReading {
  if (FALSY.has(json) || /^-?[\d.]/.test(json)) return { complete: false };
  const type = json.startsWith('[') ? 'a list' : json.startsWith('{') ? 'an object' : json;
  return { complete: false, fault: { leaf, message: `expected a text, got ${type}` } };
}

interface Search {
  readonly combinator: unknown;
  readonly rules: readonly unknown[];
}

function isSearch(value: unknown): value is Search {
  const search = value as Partial<Search> | null;
  return (
    typeof search === 'object' &&
    search !== null &&
    'combinator' in search &&
    Array.isArray(search.rules)
  );
}

function comparesWithNull(search: Search): boolean {
  return search.rules.some((rule) => {
    if (isSearch(rule)) return comparesWithNull(rule);
    return (rule as { readonly value?: unknown } | null)?.value === null;
  });
}

import { isDeepStrictEqual } from 'node:util';
import type { MappedEntity } from '../../model/entity.js';

/** An entity that a test expects. */
export interface ExpectedEntity {
  readonly blueprint: string;
  /** A text, or a search. */
  readonly identifier: unknown;
  readonly title?: unknown;
  readonly icon?: unknown;
  readonly team?: unknown;
  readonly properties?: Readonly<Record<string, unknown>> | undefined;
  readonly relations?: Readonly<Record<string, unknown>> | undefined;
}

/** One way in which what was mapped is not what was expected. */
export interface Difference {
  /** Blueprint and identifier. */
  readonly entity: string;
  /** Where in the entity; absent where it is missing, or should not be there. */
  readonly path?: string;
  /** Absent where nothing was expected. */
  readonly expected?: unknown;
  /** Absent where nothing came. */
  readonly got?: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Every entity has to be expected, and every expected one be there; of each, the fields that are named
 * have to be equal, or all of them where `exact`. Null and missing are the same, as they are to Port.
 */
export function compareEntities(
  expected: readonly ExpectedEntity[],
  mapped: readonly MappedEntity[],
  { exact = false } = {},
): readonly Difference[] {
  // Where two mappings are the same entity, the later wins.
  const got = new Map(mapped.map((entity) => [nameOf(identified(entity)), entity]));
  const differences: Difference[] = [];
  for (const wanted of expected) {
    const name = nameOf(wanted);
    const entity = got.get(name);
    got.delete(name);
    if (entity === undefined) differences.push({ entity: name, expected: wanted });
    else differences.push(...inFields(name, wanted, JSON.parse(entity.json) as Fields, exact));
  }
  for (const [entity, { json }] of got) {
    differences.push({ entity, got: JSON.parse(json) as unknown });
  }
  return differences;
}

function* inFields(
  entity: string,
  wanted: ExpectedEntity,
  got: Fields,
  exact: boolean,
): Generator<Difference> {
  const { title, icon, team } = wanted;
  const parts = [
    ['', { title, icon, team }, { title: got['title'], icon: got['icon'], team: got['team'] }],
    ['properties.', wanted.properties ?? {}, (got['properties'] ?? {}) as Fields],
    ['relations.', wanted.relations ?? {}, (got['relations'] ?? {}) as Fields],
  ] as const;
  for (const [prefix, should, is] of parts) {
    const named = Object.entries(should).filter(([, value]) => value !== undefined);
    const names = exact ? [...Object.keys(should), ...Object.keys(is)] : named.map(([key]) => key);
    for (const key of new Set(names)) {
      const [expected, found] = [(should as Fields)[key] ?? null, (is as Fields)[key] ?? null];
      if (!isDeepStrictEqual(expected, found)) {
        yield { entity, path: prefix + key, expected, got: found };
      }
    }
  }
}

function identified({ blueprint, identifier, search }: MappedEntity): {
  readonly blueprint: string;
  readonly identifier: unknown;
} {
  return { blueprint, identifier: search ?? identifier };
}

/** Names an entity to a reader; a number is written as the text that Port makes of it. */
function nameOf({
  blueprint,
  identifier,
}: Pick<ExpectedEntity, 'blueprint' | 'identifier'>): string {
  const isName = typeof identifier === 'string' || typeof identifier === 'number';
  return `${blueprint} ${isName ? identifier : JSON.stringify(identifier)}`;
}

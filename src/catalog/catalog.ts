import { closest, editDistance } from './closest.js';
import { GENERATED_TYPES } from './generated-types.js';
import { GLOBAL_SERVICES, GLOBAL_TYPES } from './overlays.js';
import type { TypeFacts } from './type-facts.js';

const NONE: readonly string[] = [];

let types: ReadonlyMap<string, TypeFacts> | undefined;

/** Every AWS type of the public CloudFormation registry, by name. Read on first use. */
export function allTypes(): ReadonlyMap<string, TypeFacts> {
  types ??= new Map(
    GENERATED_TYPES.trim()
      .split('\n')
      .map(parseLine)
      .map((facts) => [facts.name, facts]),
  );
  return types;
}

/** What is known of an AWS type; undefined where the registry does not know it. */
export function typeFacts(name: string): TypeFacts | undefined {
  return allTypes().get(name);
}

/**
 * What is known of a kind, or for a type the catalog does not hold (third-party and private types)
 * what is assumed: listed a region at a time, without inputs, readable.
 */
export function kindFacts(name: string): TypeFacts {
  return (
    typeFacts(name) ?? {
      name,
      identifier: NONE,
      listable: true,
      readable: true,
      listNeeds: NONE,
      global: false,
    }
  );
}

/**
 * Known types (at most three) that `name` may have been meant to be, nearest first: similar names,
 * else types of the same service or with the same last part.
 */
export function suggestTypes(name: string): readonly string[] {
  const near = closest(name, allTypes().keys(), 3);
  if (near.length > 0) return near;
  const [, service = '', resource = ''] = name.toLowerCase().split('::');
  return [...allTypes().keys()]
    .filter((type) => {
      const [, itsService, itsResource] = type.toLowerCase().split('::');
      return itsService === service || (resource !== '' && itsResource === resource);
    })
    .map((type) => ({ type, distance: editDistance(name.toLowerCase(), type.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance || (a.type < b.type ? -1 : 1))
    .slice(0, 3)
    .map(({ type }) => type);
}

function parseLine(line: string): TypeFacts {
  const [shortName = '', flags = '', identifier = '', listNeeds = ''] = line.split(' ');
  const name = `AWS::${shortName}`;
  return {
    name,
    identifier: identifier === '' ? NONE : identifier.split(','),
    listable: flags.includes('l'),
    readable: flags.includes('r'),
    listNeeds: listNeeds === '' ? NONE : listNeeds.split(','),
    global: GLOBAL_TYPES.has(name) || GLOBAL_SERVICES.has(shortName.split('::')[0]!),
  };
}

/** Port's pattern of entity identifiers: letters of any script, digits, and `@ _ . + : \ / = -`; not `.` or `..`. */
const PATTERN = /^(?!\.{1,2}$)[\p{L}0-9@_.+:\\/=-]+$/u;

/** Port's bound on the length of an identifier, in characters. */
const MAX_LENGTH = 1_000;

/** Longest part of a bad identifier that is shown. */
const SHOWN = 80;

/** Why Port would refuse this entity identifier; undefined where it would not. */
export function identifierFault(identifier: string): string | undefined {
  // Characters are never more than UTF-16 units, so the common case needs no counting.
  if (identifier.length > MAX_LENGTH) {
    const length = Array.from(identifier).length;
    if (length > MAX_LENGTH) {
      return `the identifier has ${length.toString()} characters; Port takes at most ${MAX_LENGTH.toString()}`;
    }
  }
  if (PATTERN.test(identifier)) return undefined;
  if (identifier === '') return 'the identifier is empty';
  const shown = JSON.stringify(identifier.slice(0, SHOWN));
  if (identifier === '.' || identifier === '..')
    return `Port does not take ${shown} as an identifier`;
  const bad = Array.from(identifier).find((character) => !PATTERN.test(`a${character}`));
  return `the identifier ${shown} holds ${JSON.stringify(bad)}; Port takes letters, digits and @ _ . + : \\ / = -`;
}

/** Whether a blueprint identifier can stand in a path: a path of dots would name another resource. */
export function isBlueprintName(blueprint: string): boolean {
  return blueprint !== '' && blueprint !== '.' && blueprint !== '..';
}

import { ARNS } from './arns.js';
import { CONSOLE } from './console.js';
import type { Definition } from './definition.js';
import { TAGS } from './tags.js';
import { VALUES } from './values.js';

/**
 * Raised with every change of what a function answers. What an expression calls is part of its program's
 * hash besides, so that resources are mapped anew where, and only where, a change concerns them.
 */
export const LIBRARY_VERSION = 1;

/** Every function, each behind those that it needs. */
export const LIBRARY: readonly Definition[] = [...ARNS, ...TAGS, ...VALUES, ...CONSOLE];

/** A field or a variable of the same name calls nothing. */
const MENTION = new RegExp(
  `(?<![.$\\w])(?:${LIBRARY.map(({ name }) => name).join('|')})(?!\\w)`,
  'g',
);

/**
 * The definitions that expressions mention, and what these need, each as jq text on one line. A name in
 * a text or a key counts as a mention: that costs a little and changes nothing. An expression's own `def` of the same name, or a parameter, stands nearer to it and wins.
 */
export function libraryFor(expressions: readonly string[]): readonly string[] {
  const wanted = new Set(expressions.flatMap((expression) => expression.match(MENTION) ?? []));
  for (const { name, needs = [] } of [...LIBRARY].reverse()) {
    if (wanted.has(name)) for (const need of needs) wanted.add(need);
  }
  return LIBRARY.filter(({ name }) => wanted.has(name)).map(({ text }) =>
    text.trim().replace(/\s*\n\s*/g, ' '),
  );
}

import { libraryFor } from '../library/library.js';

/**
 * What stands before every expression: definitions that hide whatever would read the stream of
 * resources, end the program, write beside it or tell about the machine. On one line, so that jq's
 * line numbers in an expression that follows it are off by exactly one.
 */
const HIDDEN = [
  'def env: {};',
  ...['input', 'inputs', 'halt', 'halt_error', 'modulemeta'].map(unavailable),
  'def halt_error($code): halt_error;',
  // Both pass their input on as they always do; what they would print is dropped.
  'def debug: .;',
  'def debug(message): (message | empty), .;',
  'def stderr: .;',
  // What they answer for a program that reads one resource and comes from no file.
  'def input_line_number: 0;',
  'def input_filename: null;',
  'def get_search_list: [];',
  'def get_prog_origin: null;',
  'def get_jq_origin: null;',
];

/**
 * The prelude of a program of these expressions, with what they mention of the library; an expression
 * may follow it on the next line.
 */
export function preludeFor(expressions: readonly string[]): string {
  return [...HIDDEN, ...libraryFor(expressions), '{} as $ENV |'].join(' ');
}

/** How many lines {@link preludeFor} and its line end take. */
export const PRELUDE_LINES = 1;

/**
 * An expression as a whole program of its own. The empty line at the end closes a trailing comment,
 * even one that ends with a backslash, which jq continues on the next line.
 */
export function programOf(expression: string): string {
  return `${preludeFor([expression])}\n${expression}\n\n`;
}

function unavailable(name: string): string {
  return `def ${name}: error("${name} is not available in a mapping");`;
}

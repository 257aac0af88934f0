import { PRELUDE_LINES } from './program/prelude.js';

const PREFIX = /^jq: error(?: \(at [^)]*\))?(?: \(not a string\))?: /;
const PLACE = /^(.*) at <top-level>, line (\d+), column (\d+):$/;
const DIRECTIVE = /^\s*(?:#.*\n\s*)*(include|import|module)\b/;

/**
 * The first complaint in what jq printed about a program that does not compile, with the place inside
 * the expression: lines and columns count from 1.
 */
export function compileMessage(stderr: string, expression: string): string {
  if (!/\S/.test(expression.replace(/#.*/g, ''))) return 'the expression is empty';
  const directive = DIRECTIVE.exec(expression)?.[1];
  if (directive !== undefined) return `${directive} is not available in a mapping`;
  const first = (stderr.split('\n')[0] ?? '').replace(PREFIX, '');
  const [, message, line, column] = PLACE.exec(first) ?? [];
  if (message === undefined) return first;
  const lastLine = expression.split('\n').length;
  // jq sees the lines that close the expression as well.
  const at = Math.min(Number(line) - PRELUDE_LINES, lastLine);
  if (at < Number(line) - PRELUDE_LINES) return `${message} (at its end)`;
  return lastLine === 1
    ? `${message} (column ${column})`
    : `${message} (line ${at}, column ${column})`;
}

/** jq's message about an expression that failed on its input. */
export function runtimeMessage(stderr: string): string {
  return (stderr.split('\n')[0] ?? '').replace(PREFIX, '').replace(/^jq: /, '');
}

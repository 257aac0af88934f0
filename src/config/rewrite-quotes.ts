/** A single quote that opens a text (after nothing or white space) or closes one (before it). */
const TEXT_QUOTE = /(?<=^|\s)'(?![\s"])|(?<![\s"])'(?=\s|$)/g;

/**
 * Rewrites single-quoted texts of a JQ expression to double quotes as Ocean does: only a quote at an
 * edge of a text, next to white space or the expression's end, counts. Apostrophes inside words and
 * quotes beside a double quote stay. The length stays, so columns of JQ's messages hold. (Of two quotes
 * around one blank Ocean rewrites the first alone, which never compiles; here both are.)
 *
 * @example
 * rewriteQuotes(".State == 'running'"); // .State == "running"
 */
export function rewriteQuotes(expression: string): string {
  return expression.replace(TEXT_QUOTE, '"');
}

const STEP = '(?:\\.[A-Za-z_]\\w*|\\.?\\[-?\\d+\\]|\\.?\\["[^"\\\\]*"\\])';
/** A path of fields and literal brackets at the start of a pipe segment; it starts with a dot. */
const PATH = new RegExp(`^(?=\\.)${STEP}+`);
const BINDING = /^\.\s+as\s+\$\w+/;

/**
 * The path that `itemsToParse` reads its array from, e.g. `.Properties.Tags` of
 * `.Properties.Tags // []`; undefined where there is none to be seen. Ocean takes the array out of
 * what stands beside each item with the same guess: the first plain path of the pipe.
 */
export function itemsPath(expression: string): string | undefined {
  for (const segment of chainOf(expression.trim()).split('|')) {
    const text = segment.trim();
    if (BINDING.test(text) || text === '.' || text.startsWith('$')) continue;
    const path = PATH.exec(text)?.[0];
    if (path !== undefined) return path;
  }
  return undefined;
}

/** The inside of a leading parenthesis up to the first closing one, else the whole. */
function chainOf(expression: string): string {
  if (!expression.startsWith('(')) return expression;
  return /^\(([^)]*)\)/.exec(expression)?.[1] ?? '';
}

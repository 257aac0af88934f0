const BRACED = /^\s*\{[^]*\}\s*$/;

/** Whether a line begins and ends as an object does: two such lines can't be taken for one. */
export function isBraced(line: string): boolean {
  // Nearly all lines have no space around them, and the expression reads a line to its end.
  return (line.startsWith('{') && line.endsWith('}')) || BRACED.test(line);
}

/** Whether a line is exactly one JSON value. */
export function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

/** An escape: a surrogate pair, half of one, or anything else that a backslash makes one. */
const ESCAPE =
  /\\(?:(u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)/gs;

/**
 * JSON text with the replacement character for every escaped half of a surrogate pair, which JSON
 * allows and jq 1.8 refuses. The rest stays as it is.
 */
export function repairSurrogates(json: string): string {
  return json.replace(ESCAPE, (escape, _pair: string | undefined, half: string | undefined) =>
    half === undefined ? escape : '\\ufffd',
  );
}

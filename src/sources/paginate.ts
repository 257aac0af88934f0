/** One page of an answer of AWS. */
export interface TokenPage<T> {
  readonly value: T;
  /** Absent or empty on the last page. */
  readonly nextToken?: string | undefined;
}

/**
 * Follows tokens page by page. An empty page that carries a token is not the end. Throws what
 * `onLoop` makes where the tokens run in a circle: such a listing would never end, and is not whole.
 */
export async function* paginate<T>(
  fetchPage: (nextToken: string | undefined) => Promise<TokenPage<T>>,
  onLoop: () => Error,
): AsyncGenerator<T, void, undefined> {
  let token: string | undefined;
  // Brent's cycle detection: one remembered token, moved at powers of two, finds a circle of any length.
  let remembered: string | undefined;
  let sinceRemembered = 0;
  let power = 1;
  for (;;) {
    const page = await fetchPage(token);
    const next = page.nextToken === '' ? undefined : page.nextToken;
    if (next !== undefined && (next === token || next === remembered)) throw onLoop();
    yield page.value;
    if (next === undefined) return;
    token = next;
    if (++sinceRemembered === power) {
      remembered = next;
      sinceRemembered = 0;
      power *= 2;
    }
  }
}

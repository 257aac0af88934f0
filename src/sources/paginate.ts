/** One page of an answer of AWS. */
export interface TokenPage<T> {
  readonly value: T;
  /** Absent or empty on the last page. */
  readonly nextToken?: string | undefined;
}

/**
 * Follows tokens page by page and hands each page to `take` before the next is asked for. An empty page
 * that carries a token is not the end. Throws what `onLoop` makes where the tokens run in a circle: such
 * a listing would never end, and is not whole.
 *
 * Between two pages it holds a token and nothing else: a generator would keep its last page for as long
 * as it waits for the next one, and of large organizations thousands of listings wait.
 */
export async function walkPages<T>(
  fetchPage: (nextToken: string | undefined) => Promise<TokenPage<T>>,
  onLoop: () => Error,
  take: (value: T) => void | Promise<void>,
): Promise<void> {
  const watch = new CircleWatch(onLoop);
  const step = async (token: string | undefined): Promise<string | undefined> => {
    const { value, nextToken } = await fetchPage(token);
    const next = watch.follow(nextToken);
    await take(value);
    return next;
  };
  for (let token = await step(undefined); token !== undefined;) token = await step(token);
}

/** The same as a generator, for walks whose pages are small. */
export async function* paginate<T>(
  fetchPage: (nextToken: string | undefined) => Promise<TokenPage<T>>,
  onLoop: () => Error,
): AsyncGenerator<T, void, undefined> {
  const watch = new CircleWatch(onLoop);
  for (let token: string | undefined; ;) {
    const page = await fetchPage(token);
    token = watch.follow(page.nextToken);
    yield page.value;
    if (token === undefined) return;
  }
}

/** Brent's cycle detection: one remembered token, moved at powers of two, finds a circle of any length. */
class CircleWatch {
  readonly #onLoop: () => Error;
  #last: string | undefined;
  #remembered: string | undefined;
  #sinceRemembered = 0;
  #power = 1;

  constructor(onLoop: () => Error) {
    this.#onLoop = onLoop;
  }

  /** The token of the next page, or undefined at the end. */
  follow(nextToken: string | undefined): string | undefined {
    if (nextToken === undefined || nextToken === '') return undefined;
    if (nextToken === this.#last || nextToken === this.#remembered) throw this.#onLoop();
    this.#last = nextToken;
    if (++this.#sinceRemembered === this.#power) {
      this.#remembered = nextToken;
      this.#sinceRemembered = 0;
      this.#power *= 2;
    }
    return nextToken;
  }
}

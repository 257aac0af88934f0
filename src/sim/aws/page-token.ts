/** Where a listing goes on. Tokens are bound to all that names the listing: elsewhere they are refused. */
export interface PageToken {
  /** Names the listing: operation, account, region, kind, … */
  readonly listing: string;
  readonly position: number;
  /** The page that the token leads to, from 1. */
  readonly page: number;
  readonly poisoned: boolean;
}

/** A token as text; opaque to clients. */
export function encodeToken(token: PageToken): string {
  return Buffer.from(
    JSON.stringify([token.listing, token.position, token.page, token.poisoned ? 1 : 0]),
  ).toString('base64');
}

/** Reads a token; undefined where it is not one of ours, is poisoned, or belongs to another listing. */
export function decodeToken(text: string, listing: string): PageToken | undefined {
  const token = peekToken(text);
  return token === undefined || token.poisoned || token.listing !== listing ? undefined : token;
}

/** Reads a token without checking what it belongs to. */
export function peekToken(text: string): PageToken | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
    if (!Array.isArray(parsed) || parsed.length !== 4) return undefined;
    const [listing, position, page, poisoned] = parsed as [string, number, number, number];
    return { listing, position, page, poisoned: poisoned === 1 };
  } catch {
    return undefined;
  }
}

/** The page that a request asks for, from 1; its token is not checked. */
export function pageOf(text: unknown): number {
  return typeof text === 'string' ? (peekToken(text)?.page ?? 1) : 1;
}

/**
 * Cuts one page out of a list.
 *
 * @param refuse makes the error for a token that is not good.
 */
export function slicePage<T>(
  items: readonly T[],
  options: {
    listing: string;
    token: string | undefined;
    size: number;
    poison: boolean;
    refuse: () => Error;
  },
): { page: readonly T[]; next: string | undefined } {
  const { listing, token, size, poison } = options;
  const at = token === undefined ? { position: 0, page: 1 } : decodeToken(token, listing);
  if (at === undefined) throw options.refuse();
  const end = at.position + size;
  const next =
    end < items.length
      ? encodeToken({ listing, position: end, page: at.page + 1, poisoned: poison })
      : undefined;
  return { page: items.slice(at.position, end), next };
}

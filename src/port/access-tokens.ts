import type { Clock } from './clock.js';

/** Port's answer to POST /auth/access_token. */
export interface AccessToken {
  /** Value of the Authorization header. */
  readonly authorization: string;
  /** Seconds from now. */
  readonly expiresInSeconds: number;
}

/** Fetched this long before it expires, or at four fifths of a shorter life. */
const MARGIN_MS = 60_000;

/**
 * Keeps one access token for all callers: fetched on first use, shared while it is being fetched,
 * fetched anew shortly before it expires or once Port refused it.
 */
export class AccessTokens {
  #current: string | undefined;
  #freshUntil = 0;
  #pending: Promise<string> | undefined;

  constructor(
    private readonly fetchToken: () => Promise<AccessToken>,
    private readonly clock: Clock,
  ) {}

  /** The Authorization header's value. Rejects as `fetchToken` does; the next call tries again. */
  get(): Promise<string> | string {
    if (this.#current !== undefined && this.clock.now() < this.#freshUntil) return this.#current;
    this.#pending ??= this.#refresh().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  /** Port refused this one. A newer token, fetched by another caller meanwhile, is left alone. */
  invalidate(authorization: string): void {
    if (this.#current === authorization) this.#current = undefined;
  }

  /** The token in use, to be struck from texts that Port sends. */
  get current(): string | undefined {
    return this.#current;
  }

  async #refresh(): Promise<string> {
    const startedAt = this.clock.now();
    const token = await this.fetchToken();
    const lifeMs = token.expiresInSeconds * 1_000;
    this.#current = token.authorization;
    this.#freshUntil = startedAt + lifeMs - Math.min(MARGIN_MS, lifeMs / 5);
    return token.authorization;
  }
}

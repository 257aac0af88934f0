import { AwsError } from '../errors/aws-error.js';
import type { Credentials, CredentialSource } from './credential-source.js';

/** One way to come by credentials of an account; see {@link RoleCredentials}. */
export type Assume = () => Promise<Credentials>;

export interface RoleCredentialsOptions {
  /** Names the role (its ARN), not a secret. */
  readonly id: string;
  /** Ways in the order in which they are tried; the next one is tried where one is denied. */
  readonly ways: readonly Assume[];
  /** Clock in ms. Default Date.now. */
  readonly now?: () => number;
}

/** Credentials are refreshed this long before they expire, or after three quarters of a shorter life. */
const REFRESH_BEFORE_MS = 5 * 60_000;

interface Held {
  readonly credentials: Credentials;
  readonly expiresAt: number;
  readonly refreshAt: number;
}

/** Credentials of an assumed role: assumed once however many callers ask at once, kept, refreshed before they expire. */
export class RoleCredentials implements CredentialSource {
  readonly id: string;
  readonly #ways: readonly Assume[];
  readonly #now: () => number;
  #held: Held | undefined;
  #pending: Promise<Credentials> | undefined;

  constructor(options: RoleCredentialsOptions) {
    this.id = options.id;
    this.#ways = options.ways;
    this.#now = options.now ?? Date.now;
  }

  async get(): Promise<Credentials> {
    const held = this.#held;
    if (held === undefined) return this.#assume();
    const now = this.#now();
    if (now < held.refreshAt) return held.credentials;
    try {
      return await this.#assume();
    } catch (error) {
      // A refresh that fails early costs nothing as long as the old credentials hold.
      if (this.#now() < held.expiresAt) return held.credentials;
      throw error;
    }
  }

  async renew(refused: Credentials): Promise<boolean> {
    if (this.#held?.credentials.accessKeyId === refused.accessKeyId) this.#held = undefined;
    await this.get();
    return true;
  }

  #assume(): Promise<Credentials> {
    this.#pending ??= this.#tryWays().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  async #tryWays(): Promise<Credentials> {
    let first: unknown;
    for (const way of this.#ways) {
      try {
        const credentials = await way();
        this.#held = hold(credentials, this.#now());
        return credentials;
      } catch (error) {
        // The first way is what the user configured: its reason is the one to report.
        first ??= error;
        if (!(error instanceof AwsError) || error.errorClass !== 'denied') throw error;
      }
    }
    throw first;
  }
}

function hold(credentials: Credentials, now: number): Held {
  const expiresAt = credentials.expiration?.getTime() ?? Number.POSITIVE_INFINITY;
  const margin = Math.min(REFRESH_BEFORE_MS, (expiresAt - now) / 4);
  return {
    credentials,
    expiresAt,
    refreshAt: Number.isFinite(margin) ? expiresAt - margin : expiresAt,
  };
}

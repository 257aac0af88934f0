import { randomUUID } from 'node:crypto';
import { asObject, onlyFields, ok, PortRefusal, type PortAnswer } from './answer.js';

/** The access tokens that the simulated Port has given out. */
export class Tokens {
  private readonly expiry = new Map<string, number>();

  constructor(
    private readonly clientId: string,
    private readonly clientSecret: string,
    /** Seconds for which a new token is good. */
    private readonly lifetimeSeconds: () => number,
  ) {}

  /** POST /auth/access_token. */
  issue(body: unknown): PortAnswer {
    const input = asObject(body, 'body');
    onlyFields(input, ['clientId', 'clientSecret'], 'body');
    if (input['clientId'] !== this.clientId || input['clientSecret'] !== this.clientSecret) {
      throw new PortRefusal(401, 'invalid_credentials', 'Invalid client id or client secret');
    }
    const accessToken = `sim.${randomUUID()}`;
    const expiresIn = this.lifetimeSeconds();
    const now = Date.now();
    for (const [token, at] of this.expiry) if (at <= now) this.expiry.delete(token);
    this.expiry.set(accessToken, now + expiresIn * 1000);
    return ok({ accessToken, expiresIn, tokenType: 'Bearer' });
  }

  /** Refuses a request without a good token. */
  check(authorization: string | undefined): void {
    const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
    const at = token === undefined ? undefined : this.expiry.get(token);
    if (at === undefined || at <= Date.now()) {
      throw new PortRefusal(401, 'unauthorized', 'Access token is missing, unknown or expired');
    }
  }

  /** Ends every token now. */
  expireAll(): void {
    this.expiry.clear();
  }
}

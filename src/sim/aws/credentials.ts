import { createHash } from 'node:crypto';
import { Refusal } from './refusal.js';
import type { Signature } from './sigv4.js';

/** Who makes a call. */
export interface Principal {
  readonly accountId: string;
  readonly arn: string;
  readonly userId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Temporary credentials only. */
  readonly sessionToken?: string;
  readonly expiresAt?: Date;
}

/** Expired credentials that are remembered, so that they can be told from unknown ones. */
const REMEMBERED = 10_000;

/** The keys that the simulated AWS has given out. */
export class Credentials {
  private readonly byKey = new Map<string, Principal>();
  private count = 0;

  /** Makes the lasting key of a user. */
  user(accountId: string, partition: string, name: string): Principal {
    return this.keep({
      accountId,
      arn: `arn:${partition}:iam::${accountId}:user/${name}`,
      userId: `AIDA${this.secret('user').slice(0, 16).toUpperCase()}`,
      accessKeyId: `AKIASIM${this.secret('id').slice(0, 13).toUpperCase()}`,
      secretAccessKey: this.secret('secret'),
    });
  }

  /** Makes temporary credentials for an assumed role. */
  assumeRole(
    accountId: string,
    partition: string,
    role: string,
    session: string,
    lifetimeMs: number,
  ): Principal {
    this.forgetOldest();
    return this.keep({
      accountId,
      arn: `arn:${partition}:sts::${accountId}:assumed-role/${role}/${session}`,
      userId: `AROA${this.secret('role').slice(0, 16).toUpperCase()}:${session}`,
      accessKeyId: `ASIASIM${this.secret('id').slice(0, 13).toUpperCase()}`,
      secretAccessKey: this.secret('secret'),
      sessionToken: this.secret('token'),
      expiresAt: new Date(Date.now() + lifetimeMs),
    });
  }

  /** Ends all temporary credentials now, as if their time were over. */
  expireAll(): void {
    for (const [id, principal] of this.byKey) {
      if (principal.expiresAt !== undefined)
        this.byKey.set(id, { ...principal, expiresAt: new Date(0) });
    }
  }

  /** The principal behind a signature; refuses unknown keys, wrong tokens and expired credentials. */
  authenticate(signature: Signature): Principal {
    const principal = this.byKey.get(signature.accessKeyId);
    if (principal === undefined || principal.sessionToken !== signature.sessionToken) {
      throw new Refusal(
        'UnrecognizedClientException',
        403,
        'The security token included in the request is invalid.',
      );
    }
    if (principal.expiresAt !== undefined && principal.expiresAt.getTime() <= Date.now()) {
      throw new Refusal(
        'ExpiredTokenException',
        403,
        'The security token included in the request is expired',
      );
    }
    return principal;
  }

  private keep(principal: Principal): Principal {
    this.byKey.set(principal.accessKeyId, principal);
    return principal;
  }

  private forgetOldest(): void {
    if (this.byKey.size < REMEMBERED) return;
    for (const [id, { expiresAt }] of this.byKey) {
      if (expiresAt === undefined || expiresAt.getTime() > Date.now()) continue;
      this.byKey.delete(id);
      return;
    }
  }

  /** Deterministic, because runs of one seed should look alike. */
  private secret(purpose: string): string {
    return createHash('sha256')
      .update(`sluice-sim ${purpose} ${this.count++}`)
      .digest('hex')
      .slice(0, 40);
  }
}

import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { LRUCache } from 'lru-cache';
import { AwsError } from '../errors/aws-error.js';
import type { AwsCaller } from './call.js';
import type { Credentials, CredentialSource } from './credential-source.js';
import { parseArn } from './partition.js';
import { RoleCredentials, type Assume } from './role-credentials.js';

/** Name under which Sluice's sessions stand in CloudTrail. */
const SESSION_NAME = 'sluice';
/** The longest session that a chained role may have. */
const SESSION_SECONDS = 3600;
/** Accounts whose credentials are kept; above any organization's size. */
const MAX_ACCOUNTS = 20_000;

/** How one account is reached. */
export interface AccountAccess {
  readonly accountId: string;
  /** Role to assume in it; absent: the caller's own credentials. */
  readonly roleArn?: string;
  readonly externalId?: string;
}

export interface AccountCredentialsOptions {
  readonly caller: AwsCaller;
  readonly base: CredentialSource;
  /** Region whose STS is asked. */
  readonly region: string;
  /** The account of the base credentials. */
  readonly ownAccountId: string;
  /** Role that may list the organization. */
  readonly organization?: { readonly roleArn?: string; readonly externalId?: string };
  readonly now?: () => number;
}

/**
 * Credentials of each account, assumed once and kept.
 *
 * A member's role is assumed with the caller's own credentials, as Ocean does; where those are denied
 * and an organization role is configured, through that role, for organizations that trust only their
 * management account. Where the role of the caller's own account, or of the organization role's, can't
 * be assumed (stack sets do not roll roles out to the management account), the credentials that are
 * already in that account are used.
 */
export class AccountCredentials {
  readonly #options: AccountCredentialsOptions;
  readonly #sources = new LRUCache<string, CredentialSource>({ max: MAX_ACCOUNTS });

  constructor(options: AccountCredentialsOptions) {
    this.#options = options;
  }

  /** Credentials that may list the organization: its role's, or the caller's own. */
  get organization(): CredentialSource {
    const { organization, base } = this.#options;
    if (organization?.roleArn === undefined) return base;
    const access = { accountId: parseArn(organization.roleArn)?.accountId ?? '', ...organization };
    return this.#cached(`organization ${organization.roleArn}`, [
      this.#assume(base, organization.roleArn, access),
    ]);
  }

  of(account: AccountAccess): CredentialSource {
    const { base, organization, ownAccountId } = this.#options;
    const { roleArn } = account;
    if (roleArn === undefined) return base;
    const ways = [this.#assume(base, roleArn, account)];
    if (organization?.roleArn !== undefined && organization.roleArn !== roleArn) {
      ways.push(this.#assume(this.organization, roleArn, account));
      if (parseArn(organization.roleArn)?.accountId === account.accountId)
        ways.push(() => this.organization.get());
    }
    if (account.accountId === ownAccountId) ways.push(() => base.get());
    return this.#cached(roleArn, ways);
  }

  #cached(id: string, ways: readonly Assume[]): CredentialSource {
    const known = this.#sources.get(id);
    if (known !== undefined) return known;
    const { now } = this.#options;
    const made = new RoleCredentials({ id, ways, ...(now === undefined ? {} : { now }) });
    this.#sources.set(id, made);
    return made;
  }

  #assume(as: CredentialSource, roleArn: string, access: AccountAccess): Assume {
    const { caller, region } = this.#options;
    const input = {
      RoleArn: roleArn,
      RoleSessionName: SESSION_NAME,
      DurationSeconds: SESSION_SECONDS,
      ...(access.externalId === undefined ? {} : { ExternalId: access.externalId }),
    };
    const target = {
      accountId: access.accountId,
      region,
      credentials: as,
      operation: 'AssumeRole',
    };
    return async () => {
      const answer = await caller.call(target, (clients, options) =>
        clients.sts.send(new AssumeRoleCommand(input), options),
      );
      return checked(answer.Credentials, target);
    };
  }
}

function checked(
  answer:
    | {
        AccessKeyId?: string | undefined;
        SecretAccessKey?: string | undefined;
        SessionToken?: string | undefined;
        Expiration?: Date | undefined;
      }
    | undefined,
  target: { readonly accountId: string; readonly region: string; readonly operation: string },
): Credentials {
  if (!answer?.AccessKeyId || !answer.SecretAccessKey) {
    const message = `AssumeRole in ${target.accountId}: the answer holds no credentials`;
    throw new AwsError(message, { ...target, code: 'aws.MalformedResponse', errorClass: 'failed' });
  }
  return {
    accessKeyId: answer.AccessKeyId,
    secretAccessKey: answer.SecretAccessKey,
    ...(answer.SessionToken === undefined ? {} : { sessionToken: answer.SessionToken }),
    ...(answer.Expiration === undefined ? {} : { expiration: answer.Expiration }),
  };
}

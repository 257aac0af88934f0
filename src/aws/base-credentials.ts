import type { STSClient } from '@aws-sdk/client-sts';
import { EnvironmentError } from '../errors/environment-error.js';
import type { Credentials, CredentialSource } from './credential-source.js';

/**
 * The caller's own credentials, found by the SDK's default chain (environment, config files, SSO,
 * web identity, container, instance). Refreshed by the SDK.
 */
export class BaseCredentials implements CredentialSource {
  readonly id = 'base';
  readonly #open: () => STSClient;
  #client: STSClient;

  /** `open` makes a client that has neither credentials nor a region set: it finds both itself. */
  constructor(open: () => STSClient) {
    this.#open = open;
    this.#client = open();
  }

  async get(): Promise<Credentials> {
    try {
      return await this.#client.config.credentials();
    } catch (error) {
      throw new EnvironmentError('no AWS credentials were found', {
        code: 'aws.no-credentials',
        hint: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or run where a role is attached.',
        cause: error,
      });
    }
  }

  /** Looks through the chain anew; answers whether it holds other credentials now. */
  async renew(refused: Credentials): Promise<boolean> {
    if (!same(await this.get(), refused)) return true;
    this.#client = this.#open();
    return !same(await this.get(), refused);
  }

  /** The configured region (AWS_REGION, config file); undefined where none is. */
  async region(): Promise<string | undefined> {
    try {
      return await this.#client.config.region();
    } catch {
      return undefined;
    }
  }
}

function same(a: Credentials, b: Credentials): boolean {
  return a.accessKeyId === b.accessKeyId && a.sessionToken === b.sessionToken;
}

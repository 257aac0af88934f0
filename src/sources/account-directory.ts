import type { Aws } from '../aws/aws.js';
import type { CredentialSource } from '../aws/credential-source.js';
import { mainRegionOf } from '../aws/partition.js';
import type { Pipeline } from '../config/pipeline.js';
import { AwsError } from '../errors/aws-error.js';
import type { Account } from './discovery-event.js';
import { kindAllowed, regionAllowed } from './region-policy.js';
import { enabledRegions } from './regions.js';

/**
 * What is known of the accounts: how each is reached and which regions it has. Discovery fills it;
 * listings and reads look up in it whom to ask where.
 */
export class AccountDirectory {
  readonly #aws: Aws;
  readonly #pipeline: Pick<Pipeline, 'aws' | 'kinds'>;
  readonly #accounts = new Map<string, Account>();
  readonly #regions = new Map<string, Promise<readonly string[]>>();

  constructor(aws: Aws, pipeline: Pick<Pipeline, 'aws' | 'kinds'>) {
    this.#aws = aws;
    this.#pipeline = pipeline;
  }

  /** Remembers an account and forgets its regions, which are asked for anew. */
  remember(account: Account): void {
    this.#accounts.set(account.id, account);
    this.#regions.delete(account.id);
  }

  /** Whether discovery has found an account. */
  has(accountId: string): boolean {
    return this.#accounts.has(accountId);
  }

  /** Throws an AwsError for an account that no discovery has found. */
  account(accountId: string): Account {
    const account = this.#accounts.get(accountId);
    if (account !== undefined) return account;
    throw new AwsError(`account ${accountId} was not found by discovery`, {
      code: 'aws.unknown-account',
      errorClass: 'failed',
      operation: 'discovery',
      accountId,
      region: '*',
    });
  }

  credentials(accountId: string): CredentialSource {
    const account = this.account(accountId);
    return this.#aws.credentials.of({
      accountId,
      ...(account.roleArn === undefined ? {} : { roleArn: account.roleArn }),
      ...(account.externalId === undefined ? {} : { externalId: account.externalId }),
    });
  }

  /** Every region that an account may use; asked once a discovery. A failure is not kept. */
  async enabledRegions(accountId: string): Promise<readonly string[]> {
    let regions = this.#regions.get(accountId);
    if (regions === undefined) {
      regions = this.freshRegions(accountId);
      this.#regions.set(accountId, regions);
      regions.catch(() => {
        if (this.#regions.get(accountId) === regions) this.#regions.delete(accountId);
      });
    }
    return regions;
  }

  /** Every region that an account may use, asked now. */
  freshRegions(accountId: string): Promise<readonly string[]> {
    return enabledRegions(this.#aws.caller, this.account(accountId), this.credentials(accountId));
  }

  /** The account's regions that the pipeline's policy lets through. */
  async regions(accountId: string): Promise<readonly string[]> {
    const enabled = await this.enabledRegions(accountId);
    return enabled.filter((region) => regionAllowed(this.#pipeline.aws.regions, region));
  }

  /**
   * Where an account-wide kind is asked: the partition's main region where the policies of the pipeline
   * and the kind let it through, else the first region that they do.
   */
  async mainRegion(accountId: string, kind: string): Promise<string> {
    const main = mainRegionOf(this.account(accountId).partition);
    const config = this.#pipeline.kinds.find((candidate) => candidate.kind === kind);
    const all = await this.regions(accountId);
    const regions =
      config === undefined ? all : all.filter((region) => kindAllowed(config, region));
    return regions.includes(main) ? main : (regions[0] ?? main);
  }
}

import { AccountCredentials } from './account-credentials.js';
import type { AwsMeter } from './aws-call.js';
import { BaseCredentials } from './base-credentials.js';
import { AwsCaller, type AwsCallerOptions } from './call.js';
import { AwsClients, type AwsClientsOptions } from './clients.js';
import { callerIdentity, type Identity } from './identity.js';
import { Quotas, type QuotasOptions } from './quota.js';

export interface AwsOptions {
  readonly meter: AwsMeter;
  readonly quotas?: QuotasOptions;
  /** The pipeline's `aws.organization`, as far as credentials go. */
  readonly organization?: { readonly roleArn?: string; readonly externalId?: string };
  readonly clients?: AwsClientsOptions;
  readonly retry?: AwsCallerOptions['retry'];
  readonly wait?: NonNullable<AwsCallerOptions['wait']>;
  readonly random?: () => number;
  /** Clock in ms, for the life of credentials. Default Date.now. */
  readonly now?: () => number;
}

/** Everything that speaks to AWS, in one hand: open it once, close it at the end. */
export interface Aws {
  readonly caller: AwsCaller;
  readonly credentials: AccountCredentials;
  readonly quotas: Quotas;
  readonly clients: AwsClients;
  readonly base: BaseCredentials;
  readonly identity: Identity;
  /** Region of calls that belong to none: AWS_REGION, or us-east-1. */
  readonly region: string;
  close(): Promise<void>;
}

/** Finds the caller's credentials and who they are. Throws an EnvironmentError where that fails. */
export async function openAws(options: AwsOptions): Promise<Aws> {
  const clients = new AwsClients(options.clients);
  const quotas = new Quotas(options.quotas);
  const close = async (): Promise<void> => {
    await quotas.close();
    clients.close();
  };
  const caller = new AwsCaller({
    clients,
    quotas,
    meter: options.meter,
    ...(options.retry === undefined ? {} : { retry: options.retry }),
    ...(options.wait === undefined ? {} : { wait: options.wait }),
    ...(options.random === undefined ? {} : { random: options.random }),
  });
  try {
    const base = new BaseCredentials(() => clients.ambient());
    const region = (await base.region()) ?? 'us-east-1';
    const identity = await callerIdentity(caller, base, region);
    const credentials = new AccountCredentials({
      caller,
      base,
      region,
      ownAccountId: identity.accountId,
      ...(options.organization === undefined ? {} : { organization: options.organization }),
      ...(options.now === undefined ? {} : { now: options.now }),
    });
    return { caller, credentials, quotas, clients, base, identity, region, close };
  } catch (error) {
    await close();
    throw error;
  }
}

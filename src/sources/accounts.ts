import type { Account as OrganizationAccount } from '@aws-sdk/client-organizations';
import type { Observable } from 'rxjs';
import type { Aws } from '../aws/aws.js';
import { mainRegionOf, parseArn } from '../aws/partition.js';
import type { AccountsConfig, OrganizationConfig, Pipeline } from '../config/pipeline.js';
import { AwsError } from '../errors/aws-error.js';
import type { Failure } from '../model/summary.js';
import type { Account } from './discovery-event.js';
import { fromGenerator } from './from-generator.js';
import { globMatcher } from './glob.js';
import { OrganizationCalls } from './organization-calls.js';
import { scopeEndOf } from './scope-end.js';
import { accountsOfUnits } from './units.js';

/** The accounts as they are found, then whether these are all. */
export type AccountEvent =
  | { readonly type: 'account'; readonly account: Account }
  | {
      readonly type: 'end';
      /** Every account was found without error, and at least one was. */
      readonly complete: boolean;
      readonly failures: readonly Failure[];
    };

export interface AccountsOptions {
  readonly aws: Aws;
  readonly pipeline: Pipeline;
  /** Says aloud what a user would not expect. */
  readonly warn: (message: string) => void;
}

/**
 * The pipeline's accounts: those that a list names, those of the organization that the globs and
 * units let through, or without an organization the caller's own. Emits the first while later pages
 * are still being fetched. Never errors: what went wrong stands in the end's failures.
 */
export function accounts(options: AccountsOptions): Observable<AccountEvent> {
  const { aws, pipeline } = options;
  const { organization, accounts: config } = pipeline.aws;
  if (config.type === 'list') return fromGenerator(() => listed(aws, config, organization));
  if (organization !== undefined) {
    return fromGenerator((signal) => ofOrganization(aws, organization, config, signal));
  }
  return fromGenerator(() => own(options));
}

async function* own({
  aws,
  pipeline,
  warn,
}: AccountsOptions): AsyncGenerator<AccountEvent, void, undefined> {
  const { accountId, partition } = aws.identity;
  const config = pipeline.aws.accounts;
  if (config.type === 'globs' && config.include.length + config.exclude.length > 0) {
    warn(
      `the pipeline names no organization: only the caller's own account ${accountId} can be looked at`,
    );
  }
  if (config.type === 'globs' && !accountFilter(config)(accountId)) {
    yield { type: 'end', complete: false, failures: [noAccount(accountId, 'aws.accounts')] };
    return;
  }
  yield { type: 'account', account: { id: accountId, partition } };
  yield { type: 'end', complete: true, failures: [] };
}

async function* listed(
  aws: Aws,
  config: Extract<AccountsConfig, { type: 'list' }>,
  organization: OrganizationConfig | undefined,
): AsyncGenerator<AccountEvent, void, undefined> {
  const failures: Failure[] = [];
  let found = 0;
  for (const { accountId, roleArn } of config.accounts) {
    const account = listedAccount(aws, accountId, roleArn, organization);
    if (account === undefined) {
      failures.push({
        kind: '*',
        accountId,
        region: '*',
        code: 'aws.no-role',
        message: `account ${accountId} is not the caller's own, and neither a role ARN nor aws.organization.memberRoleName says how to reach it`,
      });
      continue;
    }
    found += 1;
    yield { type: 'account', account };
  }
  // The list itself is the whole truth about which accounts there are.
  yield { type: 'end', complete: found > 0 && failures.length === 0, failures };
}

function listedAccount(
  aws: Aws,
  id: string,
  roleArn: string | undefined,
  organization: OrganizationConfig | undefined,
): Account | undefined {
  const own = id === aws.identity.accountId;
  const { partition } = aws.identity;
  if (roleArn !== undefined) {
    const external = organization?.externalId;
    return {
      id,
      partition: parseArn(roleArn)?.partition ?? partition,
      roleArn,
      ...(external === undefined ? {} : { externalId: external }),
    };
  }
  if (organization !== undefined) return memberAccount(organization, { Id: id }, partition);
  return own ? { id, partition } : undefined;
}

async function* ofOrganization(
  aws: Aws,
  organization: OrganizationConfig,
  config: Extract<AccountsConfig, { type: 'globs' }>,
  signal: AbortSignal,
): AsyncGenerator<AccountEvent, void, undefined> {
  const managing = parseArn(organization.roleArn ?? '');
  const partition = managing?.partition ?? aws.identity.partition;
  const organizationId = managing?.accountId ?? aws.identity.accountId;
  const wanted = accountFilter(config);
  const failures: Failure[] = [];
  let heard = 0;
  let found = 0;
  try {
    const calls = organizationCalls(aws, organizationId, partition);
    for await (const page of organizationPages(calls, organization, signal)) {
      heard += page.length;
      for (const member of page) {
        if (!isActive(member) || !wanted(member.Id)) continue;
        found += 1;
        yield { type: 'account', account: memberAccount(organization, member, partition) };
      }
    }
    if (found === 0)
      failures.push(
        noAccount(organizationId, heard === 0 ? 'aws.empty-organization' : 'aws.accounts'),
      );
  } catch (error) {
    failures.push(toFailure(organizationId, error));
  }
  yield { type: 'end', complete: failures.length === 0, failures };
}

/** The organization's calls as its role, or the caller, may make them. */
export function organizationCalls(
  aws: Aws,
  accountId: string,
  partition: string,
): OrganizationCalls {
  return new OrganizationCalls(aws.caller, {
    accountId,
    region: mainRegionOf(partition),
    credentials: aws.credentials.organization,
  });
}

function organizationPages(
  calls: OrganizationCalls,
  { units }: OrganizationConfig,
  signal: AbortSignal,
): AsyncGenerator<readonly OrganizationAccount[], void, undefined> {
  const filtered = units.include.length + units.exclude.length > 0;
  return filtered ? accountsOfUnits(calls, units, signal) : calls.accounts(signal);
}

type IdentifiedAccount = OrganizationAccount & { readonly Id: string };

/** Accounts that are being closed or were suspended answer no calls any more. */
function isActive(account: OrganizationAccount): account is IdentifiedAccount {
  if (!account.Id) {
    throw new AwsError('ListAccounts: an account of the answer has no id', {
      code: 'aws.MalformedResponse',
      errorClass: 'failed',
      operation: 'ListAccounts',
      accountId: '*',
      region: '*',
    });
  }
  return account.Status === undefined || account.Status === 'ACTIVE';
}

function memberAccount(
  organization: OrganizationConfig,
  member: Pick<IdentifiedAccount, 'Id' | 'Name' | 'Email'>,
  partition: string,
): Account {
  return {
    id: member.Id,
    partition,
    ...(member.Name === undefined ? {} : { name: member.Name }),
    ...(member.Email === undefined ? {} : { email: member.Email }),
    roleArn: `arn:${partition}:iam::${member.Id}:role/${organization.memberRoleName}`,
    ...(organization.externalId === undefined ? {} : { externalId: organization.externalId }),
  };
}

/** Whether the globs let an account through; exclude wins. */
function accountFilter(
  config: Extract<AccountsConfig, { type: 'globs' }>,
): (id: string) => boolean {
  const included = config.include.length === 0 ? () => true : globMatcher(config.include);
  const excluded = globMatcher(config.exclude);
  return (id) => included(id) && !excluded(id);
}

function noAccount(accountId: string, code: string): Failure {
  const empty = code === 'aws.empty-organization';
  return {
    kind: '*',
    accountId,
    region: '*',
    code,
    message: empty
      ? 'the organization answered with no account at all'
      : 'aws.accounts and aws.organization.units let no account through',
  };
}

export function toFailure(accountId: string, error: unknown): Failure {
  const { code, message } = scopeEndOf(error);
  return { kind: '*', accountId, region: '*', code, message };
}

import { DescribeAccountCommand, ListAccountsCommand } from '@aws-sdk/client-organizations';
import type { Account, ListAccountsResponse } from '@aws-sdk/client-organizations';
import type { Observable } from 'rxjs';
import type { Aws } from '../../aws/aws.js';
import type { CallTarget } from '../../aws/call.js';
import { mainRegionOf } from '../../aws/partition.js';
import type { Scope } from '../../model/scope.js';
import type { AccountFacts } from '../account-facts.js';
import { fromWalk } from '../from-walk.js';
import { malformed } from '../malformed.js';
import { walkPages } from '../paginate.js';
import { permitted, type Fetched } from '../permitted.js';
import type {
  AcquirePermit,
  Page,
  ReadOptions,
  ReadResult,
  ResourceSource,
} from '../resource-source.js';
import { OrganizationCalls } from '../organization-calls.js';
import { ORGANIZATION_ACCOUNT } from '../special-kinds.js';
import { AccountActions } from './account-actions.js';
import type { ListedPage } from './cloud-control.js';
import { orAbsent } from './or-absent.js';

/**
 * The organization's accounts as Organizations describes them: the SDK's object alone, without any
 * `__` field, dates as ISO strings, as Ocean gives it to JQ. Accounts of every status are listed. Where
 * the kind's mappings mention `__Account`, that and `__Partition` stand beside.
 */
export class OrganizationAccountSource implements ResourceSource {
  readonly readable = true;
  readonly #aws: Aws;
  readonly #facts: Pick<AccountFacts, 'of' | 'wants'>;
  readonly #extra: AccountActions;

  /** @param actions names of actions that ask for more of each account; see {@link AccountActions} */
  constructor(
    aws: Aws,
    facts: Pick<AccountFacts, 'of' | 'wants'>,
    actions: ReadonlySet<string> = new Set(),
    warn: (message: string) => void = () => undefined,
  ) {
    this.#aws = aws;
    this.#facts = facts;
    this.#extra = new AccountActions(
      new OrganizationCalls(aws.caller, {
        accountId: aws.identity.accountId,
        region: mainRegionOf(aws.identity.partition),
        credentials: aws.credentials.organization,
      }),
      actions,
      warn,
    );
  }

  list(scope: Scope, acquire: AcquirePermit): Observable<ListedPage> {
    return fromWalk((emit, signal) => this.#walk(scope, acquire, signal, emit));
  }

  async #walk(
    scope: Scope,
    acquire: AcquirePermit,
    signal: AbortSignal,
    emit: (page: ListedPage) => void,
  ): Promise<void> {
    const target = { ...this.#target(scope, 'ListAccounts'), signal };
    const fetchPage = async (token: string | undefined) => {
      const command = new ListAccountsCommand(token === undefined ? {} : { NextToken: token });
      const { value, startedAt } = await this.#aws.caller.call(target, (clients, options) =>
        permitted(acquire, ORGANIZATION_ACCOUNT, 'page', signal, async () =>
          this.#toPage(target, await clients.organizations.send(command, options)),
        ),
      );
      return { value: { page: value.page, startedAt }, nextToken: value.nextToken };
    };
    await walkPages(fetchPage, () => malformed(target, 'its page tokens run in a circle'), emit);
  }

  async read(
    scope: Scope,
    identifier: string,
    _region: string,
    acquire: AcquirePermit,
    { signal }: ReadOptions = {},
  ): Promise<ReadResult> {
    const target = { ...this.#target(scope, 'DescribeAccount'), ...(signal && { signal }) };
    const command = new DescribeAccountCommand({ AccountId: identifier });
    const { value, startedAt } = await this.#aws.caller.call(target, (clients, options) =>
      permitted(
        acquire,
        ORGANIZATION_ACCOUNT,
        'read',
        signal,
        async (): Promise<Fetched<string | undefined>> => {
          const body = await orAbsent(async () => {
            const { Account: account } = await clients.organizations.send(command, options);
            if (account?.Id !== identifier)
              throw malformed(target, `the answer does not describe account ${identifier}`);
            return this.#bodyOf(identifier, account);
          });
          return { value: body, observations: 1, bytes: body?.length ?? 0 };
        },
      ),
    );
    return value === undefined
      ? { state: 'absent', startedAt }
      : { state: 'present', body: value, startedAt };
  }

  #target(scope: Scope, operation: string): CallTarget {
    return {
      accountId: scope.accountId,
      region: mainRegionOf(this.#aws.identity.partition),
      credentials: this.#aws.credentials.organization,
      operation,
    };
  }

  async #toPage(
    target: CallTarget,
    { Accounts: accounts, NextToken: nextToken }: ListAccountsResponse,
  ): Promise<Fetched<{ readonly page: Page; readonly nextToken: string | undefined }>> {
    if (!Array.isArray(accounts)) throw malformed(target, 'the answer holds no list of accounts');
    const bodies = (accounts as readonly Account[]).map(async (account) => {
      if (!account.Id) throw malformed(target, 'an account of the answer has no id');
      return { identifier: account.Id, body: await this.#bodyOf(account.Id, account) };
    });
    const resources = await Promise.all(bodies);
    const bytes = resources.reduce((sum, { body }) => sum + body.length, 0);
    return {
      value: { page: { resources, bytes }, nextToken },
      observations: resources.length,
      bytes,
    };
  }

  /** Under the permit of the fetch, which has to be told the size of it all. */
  async #bodyOf(id: string, account: Account): Promise<string> {
    const body = JSON.stringify({ ...account, ...(await this.#extra.of(id)) });
    if (!this.#facts.wants(ORGANIZATION_ACCOUNT)) return body;
    return `${body.slice(0, -1)}${await this.#facts.of(ORGANIZATION_ACCOUNT, id)}}`;
  }
}

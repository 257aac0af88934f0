import {
  DescribeAccountCommand,
  DescribeOrganizationalUnitCommand,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListOrganizationalUnitsForParentCommand,
  ListParentsCommand,
  ListRootsCommand,
  ListTagsForResourceCommand,
  type Account as OrganizationAccount,
  type OrganizationsClient,
  type Tag,
} from '@aws-sdk/client-organizations';
import type { AwsCaller, CallTarget, SendOptions } from '../aws/call.js';
import type { CredentialSource } from '../aws/credential-source.js';
import { AwsError } from '../errors/aws-error.js';
import { paginate } from './paginate.js';

/** A root or an organizational unit. */
export interface Unit {
  readonly id: string;
  readonly name: string;
}

/** Where and as whom the organization is asked. */
export interface OrganizationTarget {
  readonly accountId: string;
  /** The partition's main region: Organizations is a global service. */
  readonly region: string;
  readonly credentials: CredentialSource;
}

/** The calls of AWS Organizations that discovery and facts about accounts need; lists are streams of pages. */
export class OrganizationCalls {
  readonly #caller: AwsCaller;
  readonly #target: OrganizationTarget;

  constructor(caller: AwsCaller, target: OrganizationTarget) {
    this.#caller = caller;
    this.#target = target;
  }

  /** Every account, whatever its status. */
  accounts(signal?: AbortSignal): AsyncGenerator<readonly OrganizationAccount[], void, undefined> {
    return this.#pages('ListAccounts', signal, async (client, token, options) => {
      const answer = await client.send(new ListAccountsCommand({ ...token }), options);
      return { value: answer.Accounts, nextToken: answer.NextToken };
    });
  }

  /** The accounts right below a root or unit. */
  accountsOf(
    parent: Unit,
    signal?: AbortSignal,
  ): AsyncGenerator<readonly OrganizationAccount[], void, undefined> {
    return this.#pages('ListAccountsForParent', signal, async (client, token, options) => {
      const answer = await client.send(
        new ListAccountsForParentCommand({ ParentId: parent.id, ...token }),
        options,
      );
      return { value: answer.Accounts, nextToken: answer.NextToken };
    });
  }

  roots(signal?: AbortSignal): AsyncGenerator<readonly Unit[], void, undefined> {
    return this.#pages('ListRoots', signal, async (client, token, options) => {
      const answer = await client.send(new ListRootsCommand({ ...token }), options);
      return { value: answer.Roots?.map(toUnit), nextToken: answer.NextToken };
    });
  }

  /** The units right below a root or unit. */
  unitsOf(parent: Unit, signal?: AbortSignal): AsyncGenerator<readonly Unit[], void, undefined> {
    return this.#pages(
      'ListOrganizationalUnitsForParent',
      signal,
      async (client, token, options) => {
        const input = { ParentId: parent.id, ...token };
        const answer = await client.send(
          new ListOrganizationalUnitsForParentCommand(input),
          options,
        );
        return { value: answer.OrganizationalUnits?.map(toUnit), nextToken: answer.NextToken };
      },
    );
  }

  /** One account; its code is `aws.AccountNotFound` where the organization has none such. */
  account(id: string): Promise<OrganizationAccount> {
    const operation = 'DescribeAccount';
    return this.#one(operation, async (client, options) => {
      const answer = await client.send(new DescribeAccountCommand({ AccountId: id }), options);
      return answer.Account?.Id === id ? answer.Account : undefined;
    });
  }

  /** The tags of an account. */
  tagsOf(id: string): AsyncGenerator<readonly Tag[], void, undefined> {
    return this.#pages('ListTagsForResource', undefined, async (client, token, options) => {
      const command = new ListTagsForResourceCommand({ ResourceId: id, ...token });
      const answer = await client.send(command, options);
      return { value: answer.Tags, nextToken: answer.NextToken };
    });
  }

  /** Id of the root or unit that an account or unit stands in; there is exactly one. */
  parentOf(id: string): Promise<string> {
    return this.#one('ListParents', async (client, options) => {
      const answer = await client.send(new ListParentsCommand({ ChildId: id }), options);
      return answer.Parents?.[0]?.Id;
    });
  }

  unitName(id: string): Promise<string> {
    return this.#one('DescribeOrganizationalUnit', async (client, options) => {
      const command = new DescribeOrganizationalUnitCommand({ OrganizationalUnitId: id });
      return (await client.send(command, options)).OrganizationalUnit?.Name;
    });
  }

  /** A call about one thing, paced like reads: there are some for every account. */
  async #one<T>(
    operation: string,
    send: (client: OrganizationsClient, options: SendOptions) => Promise<T | undefined>,
  ): Promise<T> {
    const target: CallTarget = { ...this.#target, operation, api: 'read' };
    const value = await this.#caller.call(target, (clients, options) =>
      send(clients.organizations, options),
    );
    if (value === undefined) throw this.#broken(operation, 'the answer does not tell');
    return value;
  }

  #broken(operation: string, what: string): AwsError {
    return new AwsError(`${operation}: ${what}`, {
      ...this.#target,
      operation,
      code: 'aws.MalformedResponse',
      errorClass: 'failed',
    });
  }

  #pages<T>(
    operation: string,
    signal: AbortSignal | undefined,
    send: (
      client: OrganizationsClient,
      token: { NextToken?: string },
      options: SendOptions,
    ) => Promise<{ value: readonly T[] | undefined; nextToken: string | undefined }>,
  ): AsyncGenerator<readonly T[], void, undefined> {
    const target = { ...this.#target, operation, ...(signal === undefined ? {} : { signal }) };
    const broken = (what: string): AwsError => this.#broken(operation, what);
    return paginate(
      async (nextToken) => {
        const token = nextToken === undefined ? {} : { NextToken: nextToken };
        const page = await this.#caller.call(target, (clients, options) =>
          send(clients.organizations, token, options),
        );
        if (!Array.isArray(page.value)) throw broken('the answer holds no list');
        return { value: page.value as readonly T[], nextToken: page.nextToken };
      },
      () => broken('its page tokens run in a circle'),
    );
  }
}

function toUnit(unit: { Id?: string | undefined; Name?: string | undefined }): Unit {
  return { id: unit.Id ?? '', name: unit.Name ?? '' };
}

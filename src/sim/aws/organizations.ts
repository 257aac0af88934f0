import type { IncomingMessage } from 'node:http';
import type { SimAccount, SimUnit } from '../organization/accounts.js';
import type { Organization } from '../organization/organization.js';
import {
  jsonAnswer,
  jsonError,
  optionalNumber,
  optionalString,
  parseJsonInput,
  requireString,
} from './json-protocol.js';
import { pageOf, slicePage } from './page-token.js';
import { Refusal } from './refusal.js';
import type { Answer, Caller, Operation, Service, Twist } from './service.js';

const CONTENT_TYPE = 'application/x-amz-json-1.1';
const TARGET = 'AWSOrganizationsV20161128.';

/** What the organization service of the simulation is told. */
export interface OrganizationsSettings {
  /** False: the account is in no organization, every call fails with AWSOrganizationsNotInUseException. */
  inUse: boolean;
  /** Entries of a page. */
  organizationsPageSize: number;
}

/** AWS Organizations over JSON 1.1. Only the management account may call it. */
export class Organizations implements Service {
  readonly name = 'organizations';

  constructor(
    private readonly organization: Organization,
    private readonly settings: OrganizationsSettings,
  ) {}

  decode(request: IncomingMessage, body: Buffer): Operation {
    const input = parseJsonInput(body);
    const name = String(request.headers['x-amz-target'] ?? '').slice(TARGET.length);
    return { name, input, facts: { page: pageOf(input['NextToken']) } };
  }

  perform(operation: Operation, caller: Caller, twist: Twist): Answer {
    if (!this.settings.inUse) {
      throw new Refusal(
        'AWSOrganizationsNotInUseException',
        400,
        'Your account is not a member of an organization.',
      );
    }
    if (
      operation.name !== 'DescribeOrganization' &&
      caller.principal.accountId !== this.organization.managementAccountId
    ) {
      throw this.denied();
    }
    return jsonAnswer(CONTENT_TYPE, this.answer(operation, twist));
  }

  refuse(refusal: Refusal): Answer {
    return jsonError(CONTENT_TYPE, '', refusal);
  }

  throttled(): Refusal {
    return new Refusal(
      'TooManyRequestsException',
      400,
      "AWS Organizations can't complete your request because another request is already in progress. Try again later.",
    );
  }

  denied(): Refusal {
    return new Refusal(
      'AccessDeniedException',
      400,
      "You don't have permissions to access this resource.",
    );
  }

  private answer(operation: Operation, twist: Twist): unknown {
    const { organization } = this;
    const { input, name } = operation;
    const page = <T>(key: string, items: readonly T[], of = '') =>
      this.page(key, `${name}|${of}`, items, input, twist);
    switch (name) {
      case 'DescribeOrganization':
        return { Organization: this.describeOrganization() };
      case 'DescribeAccount':
        return {
          Account: this.describeAccount(this.needAccount(requireString(input, 'AccountId'))),
        };
      case 'ListAccounts':
        return page(
          'Accounts',
          organization.accounts.map((account) => this.describeAccount(account)),
        );
      case 'ListRoots':
        return page('Roots', [
          {
            Id: organization.rootId,
            Arn: this.arn(`root/${organization.id}/${organization.rootId}`),
            Name: 'Root',
            PolicyTypes: [],
          },
        ]);
      case 'ListOrganizationalUnitsForParent': {
        const parent = this.needParent(requireString(input, 'ParentId'));
        return page(
          'OrganizationalUnits',
          organization.units
            .filter((unit) => unit.parentId === parent)
            .map((unit) => this.describeUnit(unit)),
          parent,
        );
      }
      case 'ListAccountsForParent': {
        const parent = this.needParent(requireString(input, 'ParentId'));
        return page(
          'Accounts',
          organization.accounts
            .filter((account) => account.parentId === parent)
            .map((account) => this.describeAccount(account)),
          parent,
        );
      }
      case 'DescribeOrganizationalUnit': {
        const id = requireString(input, 'OrganizationalUnitId');
        const unit = organization.units.find((one) => one.id === id);
        // A root is no unit to this operation.
        if (unit === undefined)
          throw new Refusal(
            'OrganizationalUnitNotFoundException',
            400,
            "You specified an organizational unit that doesn't exist.",
          );
        return { OrganizationalUnit: this.describeUnit(unit) };
      }
      case 'ListParents':
        return page(
          'Parents',
          [this.parentOf(requireString(input, 'ChildId'))],
          String(input['ChildId']),
        );
      case 'ListTagsForResource': {
        const id = requireString(input, 'ResourceId');
        const tags = organization.account(id)?.tags;
        if (tags === undefined)
          throw new Refusal(
            'TargetNotFoundException',
            400,
            "You specified a target that doesn't exist.",
          );
        return page(
          'Tags',
          Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
          id,
        );
      }
      default:
        throw new Refusal(
          'UnknownOperationException',
          400,
          `the simulation has no operation ${name}`,
        );
    }
  }

  private page<T>(
    key: string,
    listing: string,
    items: readonly T[],
    input: Readonly<Record<string, unknown>>,
    twist: Twist,
  ): unknown {
    const size = Math.min(
      optionalNumber(input, 'MaxResults', 1, 20) ?? 20,
      this.settings.organizationsPageSize,
    );
    const { page, next } = slicePage(twist.empty ? [] : items, {
      listing,
      token: optionalString(input, 'NextToken'),
      size,
      poison: twist.poisonToken,
      refuse: () =>
        new Refusal(
          'InvalidInputException',
          400,
          'You provided invalid values for one or more of the request parameters: INVALID_PAGINATION_TOKEN',
        ),
    });
    return { [key]: page, ...(next !== undefined && { NextToken: next }) };
  }

  private describeOrganization(): unknown {
    const { organization } = this;
    const master = organization.managementAccountId;
    return {
      Id: organization.id,
      Arn: this.arn(`organization/${organization.id}`),
      FeatureSet: 'ALL',
      MasterAccountId: master,
      MasterAccountArn: this.arn(`account/${organization.id}/${master}`),
      MasterAccountEmail: organization.account(master)?.email,
      AvailablePolicyTypes: [],
    };
  }

  private describeAccount(account: SimAccount): unknown {
    return {
      Id: account.id,
      Arn: this.arn(`account/${this.organization.id}/${account.id}`),
      Email: account.email,
      Name: account.name,
      Status: account.status,
      State: account.status,
      JoinedMethod: account.ordinal === 0 ? 'INVITED' : 'CREATED',
      JoinedTimestamp: account.joinedAt.getTime() / 1000,
    };
  }

  private describeUnit(unit: SimUnit): unknown {
    return { Id: unit.id, Arn: this.arn(`ou/${this.organization.id}/${unit.id}`), Name: unit.name };
  }

  private parentOf(child: string): { Id: string; Type: string } {
    const parent =
      this.organization.account(child)?.parentId ??
      this.organization.units.find((unit) => unit.id === child)?.parentId;
    if (parent === undefined)
      throw new Refusal(
        'ChildNotFoundException',
        400,
        `You provided a child that doesn't exist: ${child}`,
      );
    return {
      Id: parent,
      Type: parent === this.organization.rootId ? 'ROOT' : 'ORGANIZATIONAL_UNIT',
    };
  }

  private needAccount(id: string): SimAccount {
    const account = this.organization.account(id);
    if (account === undefined)
      throw new Refusal(
        'AccountNotFoundException',
        400,
        "You specified an account that doesn't exist.",
      );
    return account;
  }

  private needParent(id: string): string {
    if (id === this.organization.rootId || this.organization.units.some((unit) => unit.id === id))
      return id;
    throw new Refusal(
      'ParentNotFoundException',
      400,
      `You provided a parent that doesn't exist: ${id}`,
    );
  }

  private arn(tail: string): string {
    return `arn:${this.organization.partition}:organizations::${this.organization.managementAccountId}:${tail}`;
  }
}

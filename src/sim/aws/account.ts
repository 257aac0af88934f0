import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Organization } from '../organization/organization.js';
import { OPT_IN_REGIONS } from '../organization/regions.js';
import { jsonAnswer, optionalNumber, optionalString, parseJsonInput } from './json-protocol.js';
import { pageOf, slicePage } from './page-token.js';
import { Refusal } from './refusal.js';
import type { Answer, Caller, Operation, Service, Twist } from './service.js';

const STATUSES = ['ENABLED', 'ENABLING', 'DISABLING', 'DISABLED', 'ENABLED_BY_DEFAULT'];

/** The Account service over REST JSON: ListRegions, of the caller's own account. */
export class Account implements Service {
  readonly name = 'account';

  /** @param pageSize regions of a page. */
  constructor(
    private readonly organization: Organization,
    private readonly pageSize: () => number,
  ) {}

  decode(request: IncomingMessage, body: Buffer): Operation {
    const input = parseJsonInput(body);
    if (request.method !== 'POST' || request.url !== '/listRegions') {
      throw new Refusal(
        'UnknownOperationException',
        404,
        `the simulation has no ${request.method ?? ''} ${request.url ?? ''}`,
      );
    }
    return { name: 'ListRegions', input, facts: { page: pageOf(input['NextToken']) } };
  }

  perform({ input }: Operation, { principal }: Caller, twist: Twist): Answer {
    if (input['AccountId'] !== undefined && input['AccountId'] !== principal.accountId) {
      throw new Refusal(
        'AccessDeniedException',
        403,
        'The account id may be named by the management account only',
      );
    }
    const wanted = input['RegionOptStatusContains'];
    if (
      wanted !== undefined &&
      (!Array.isArray(wanted) || !wanted.every((status) => STATUSES.includes(status as string)))
    ) {
      throw new Refusal(
        'ValidationException',
        400,
        `RegionOptStatusContains must be a list of ${STATUSES.join(', ')}`,
      );
    }
    const regions = this.regionsOf(principal.accountId).filter(
      (region) => wanted === undefined || (wanted as unknown[]).includes(region.RegionOptStatus),
    );
    const { page, next } = slicePage(twist.empty ? [] : regions, {
      listing: `ListRegions|${principal.accountId}`,
      token: optionalString(input, 'NextToken'),
      size: Math.min(optionalNumber(input, 'MaxResults', 1, 50) ?? 50, this.pageSize()),
      poison: twist.poisonToken,
      refuse: () => new Refusal('ValidationException', 400, 'The NextToken is not valid'),
    });
    return jsonAnswer('application/json', {
      Regions: page,
      ...(next !== undefined && { NextToken: next }),
    });
  }

  refuse(refusal: Refusal): Answer {
    return {
      status: refusal.status,
      headers: {
        'content-type': 'application/json',
        'x-amzn-errortype': refusal.code,
        'x-amzn-requestid': randomUUID(),
      },
      body: JSON.stringify({ message: refusal.message }),
    };
  }

  throttled(): Refusal {
    return new Refusal('TooManyRequestsException', 429, 'Rate exceeded');
  }

  denied(_operation: Operation, { principal }: Caller): Refusal {
    return new Refusal(
      'AccessDeniedException',
      403,
      `User: ${principal.arn} is not authorized to perform: account:ListRegions`,
    );
  }

  /** The account's regions, and those that it could have but does not. */
  private regionsOf(accountId: string): { RegionName: string; RegionOptStatus: string }[] {
    const enabled = this.organization.account(accountId)?.regions ?? new Set<string>();
    const optIn = new Set<string>(this.organization.partition === 'aws' ? OPT_IN_REGIONS : []);
    const names = new Set([...this.organization.regions, ...enabled, ...optIn]);
    return [...names].sort().map((RegionName) => {
      const on = optIn.has(RegionName) ? 'ENABLED' : 'ENABLED_BY_DEFAULT';
      return { RegionName, RegionOptStatus: enabled.has(RegionName) ? on : 'DISABLED' };
    });
  }
}

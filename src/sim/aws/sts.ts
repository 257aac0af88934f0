import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Organization } from '../organization/organization.js';
import type { Credentials } from './credentials.js';
import { Refusal } from './refusal.js';
import type { Answer, Caller, Operation, Service } from './service.js';
import { textOf } from './text.js';
import { element } from './xml.js';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';
const ROLE_ARN = /^arn:(aws|aws-us-gov|aws-cn):iam::(\d{12}):role\/([\w+=,.@/-]{1,512})$/;

/** The names under which this protocol spells the common errors. */
const COMMON: Readonly<Record<string, string>> = {
  UnrecognizedClientException: 'InvalidClientTokenId',
  ExpiredTokenException: 'ExpiredToken',
  MissingAuthenticationTokenException: 'MissingAuthenticationToken',
  IncompleteSignatureException: 'IncompleteSignature',
  InvalidSignatureException: 'SignatureDoesNotMatch',
};

/** STS over the query protocol: AssumeRole and GetCallerIdentity. */
export class Sts implements Service {
  readonly name = 'sts';

  /** @param lifetimeMs how long temporary credentials live; undefined: as long as the request says. */
  constructor(
    private readonly organization: Organization,
    private readonly credentials: Credentials,
    private readonly lifetimeMs: () => number | undefined,
  ) {}

  decode(_request: IncomingMessage, body: Buffer): Operation {
    const input = Object.fromEntries(new URLSearchParams(body.toString('utf8')));
    const name = input['Action'] ?? '';
    if (input['Version'] !== '2011-06-15')
      throw new Refusal(
        'InvalidAction',
        400,
        `Could not find operation ${name} for the version given`,
      );
    const target = ROLE_ARN.exec(input['RoleArn'] ?? '')?.[2];
    return {
      name,
      input,
      facts: target === undefined ? {} : { accountId: target, identifier: input['RoleArn'] },
    };
  }

  perform(operation: Operation, caller: Caller): Answer {
    switch (operation.name) {
      case 'GetCallerIdentity':
        return this.getCallerIdentity(caller);
      case 'AssumeRole':
        return this.assumeRole(operation, caller);
      default:
        throw new Refusal(
          'InvalidAction',
          400,
          `Could not find operation ${operation.name} for version 2011-06-15`,
        );
    }
  }

  refuse(refusal: Refusal): Answer {
    const code = COMMON[refusal.code] ?? refusal.code;
    const type = refusal.status < 500 ? 'Sender' : 'Receiver';
    const error =
      element('Type', type) + element('Code', code) + element('Message', refusal.message);
    return xml(
      refusal.status,
      `<ErrorResponse xmlns="${NAMESPACE}"><Error>${error}</Error>${element('RequestId', randomUUID())}</ErrorResponse>`,
    );
  }

  throttled(): Refusal {
    return new Refusal('Throttling', 400, 'Rate exceeded');
  }

  denied(operation: Operation, caller: Caller): Refusal {
    const resource = textOf(operation.input['RoleArn'], '*');
    return new Refusal(
      'AccessDenied',
      403,
      `User: ${caller.principal.arn} is not authorized to perform: sts:${operation.name} on resource: ${resource}`,
    );
  }

  private getCallerIdentity({ principal }: Caller): Answer {
    const result =
      element('Arn', principal.arn) +
      element('UserId', principal.userId) +
      element('Account', principal.accountId);
    return response('GetCallerIdentity', result);
  }

  private assumeRole(operation: Operation, caller: Caller): Answer {
    const { input } = operation;
    const [arn = '', partition, accountId = '', path = ''] =
      ROLE_ARN.exec(textOf(input['RoleArn'])) ?? [];
    if (arn === '')
      throw new Refusal('ValidationError', 400, `${textOf(input['RoleArn'], 'null')} is invalid`);
    const session = textOf(input['RoleSessionName']);
    if (!/^[\w+=,.@-]{2,64}$/.test(session)) {
      throw new Refusal(
        'ValidationError',
        400,
        `Value '${session}' at 'roleSessionName' failed to satisfy constraint: [\\w+=,.@-]{2,64}`,
      );
    }
    const seconds = Number(input['DurationSeconds'] ?? 3600);
    if (!Number.isInteger(seconds) || seconds < 900 || seconds > 43_200) {
      throw new Refusal(
        'ValidationError',
        400,
        'The requested DurationSeconds must be from 900 to 43200',
      );
    }
    const role = path.slice(path.lastIndexOf('/') + 1);
    if (!this.trusts(accountId, role, partition, input['ExternalId']))
      throw this.denied(operation, caller);
    const lifetime = this.lifetimeMs() ?? seconds * 1000;
    const made = this.credentials.assumeRole(
      accountId,
      partition ?? 'aws',
      role,
      session,
      lifetime,
    );
    const credentials =
      element('AccessKeyId', made.accessKeyId) +
      element('SecretAccessKey', made.secretAccessKey) +
      element('SessionToken', made.sessionToken ?? '') +
      element('Expiration', (made.expiresAt ?? new Date(0)).toISOString());
    const user = element('AssumedRoleId', made.userId) + element('Arn', made.arn);
    return response(
      'AssumeRole',
      `<Credentials>${credentials}</Credentials><AssumedRoleUser>${user}</AssumedRoleUser>`,
    );
  }

  /** AWS answers the same whether the account, the role or the trust is missing; so does this. */
  private trusts(
    accountId: string,
    roleName: string,
    partition: string | undefined,
    externalId: unknown,
  ): boolean {
    const account = this.organization.account(accountId);
    const role = account?.roles.get(roleName);
    if (
      account?.status !== 'ACTIVE' ||
      role === undefined ||
      partition !== this.organization.partition
    )
      return false;
    return role.externalId === undefined || role.externalId === externalId;
  }
}

function response(action: string, result: string): Answer {
  const metadata = `<ResponseMetadata>${element('RequestId', randomUUID())}</ResponseMetadata>`;
  return xml(
    200,
    `<${action}Response xmlns="${NAMESPACE}"><${action}Result>${result}</${action}Result>${metadata}</${action}Response>`,
  );
}

function xml(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/xml' }, body };
}

import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Organization } from '../organization/organization.js';
import { parseJsonInput } from './json-protocol.js';
import { pageOf, slicePage } from './page-token.js';
import type { Quota } from './quota.js';
import { Refusal } from './refusal.js';
import type { Answer, Caller, Operation, Service, Twist } from './service.js';

/** A resource as its service describes it. */
export type Described = Readonly<Record<string, unknown>>;

/** What one operation of a service gives. */
export interface DescribedOperation {
  readonly kind: string;
  readonly api: 'list' | 'read';
  /** Name of the input that carries a page token, and of the output. */
  readonly token?: readonly [input: string, output: string];
  /** Identifiers that are asked for; undefined for all there are. */
  readonly wanted: (input: Readonly<Record<string, unknown>>) => readonly string[] | undefined;
  /** The answer without its token. */
  readonly answer: (items: readonly Described[]) => Record<string, unknown>;
  /** What is said where an identifier is unknown. */
  readonly missing: (identifier: string) => Refusal;
}

/** How a service speaks. */
export interface Dialect {
  readonly operation: (
    request: IncomingMessage,
    input: Readonly<Record<string, unknown>>,
  ) => string;
  readonly input: (body: Buffer, request: IncomingMessage) => Readonly<Record<string, unknown>>;
  readonly write: (operation: string, output: Record<string, unknown>) => Answer;
  readonly refuse: (refusal: Refusal) => Answer;
  readonly throttled: string;
  readonly denied: string;
}

/** A service that describes resources of the organization: lists them page by page, or some by name. */
export class DescribedService implements Service {
  constructor(
    readonly name: string,
    private readonly dialect: Dialect,
    private readonly operations: Readonly<Record<string, DescribedOperation>>,
    private readonly organization: Organization,
    private readonly quota: Quota,
    private readonly pageSize: () => number,
  ) {}

  decode(request: IncomingMessage, body: Buffer): Operation {
    const input = this.dialect.input(body, request);
    const name = this.dialect.operation(request, input);
    const known = this.operations[name];
    const token = known?.token && input[known.token[0]];
    return {
      name,
      input,
      facts: known === undefined ? {} : { kind: known.kind, page: pageOf(token) },
    };
  }

  perform(operation: Operation, caller: Caller, twist: Twist): Answer {
    const { name, input } = operation;
    const known = this.operations[name];
    if (known === undefined) {
      throw new Refusal('InvalidAction', 400, `the simulation has no operation ${name}`);
    }
    const { accountId } = caller.principal;
    if (this.organization.account(accountId)?.regions.has(caller.region) !== true) {
      throw new Refusal('AuthFailure', 401, 'AWS was not able to validate the credentials.');
    }
    if (!this.quota.take(accountId, caller.region, known.api)) throw this.throttled();
    const all = twist.empty
      ? []
      : this.#itemsOf(known.kind, accountId, caller.region, twist.hidden);
    const wanted = known.wanted(input);
    if (wanted !== undefined) {
      const found = wanted.map((identifier) => {
        const item = all.find((one) => one.identifier === identifier);
        if (item === undefined) throw known.missing(identifier);
        return item.body;
      });
      return this.dialect.write(name, known.answer(found));
    }
    const token = known.token === undefined ? undefined : input[known.token[0]];
    const { page, next } = slicePage(all, {
      listing: `${name}|${accountId}|${caller.region}`,
      token: typeof token === 'string' && token !== '' ? token : undefined,
      size: this.pageSize(),
      poison: twist.poisonToken,
      refuse: () => new Refusal('InvalidParameterValue', 400, 'The page token is not valid.'),
    });
    const output = known.answer(page.map(({ body }) => body));
    if (next !== undefined && known.token) output[known.token[1]] = next;
    return this.dialect.write(name, output);
  }

  refuse(refusal: Refusal): Answer {
    return this.dialect.refuse(refusal);
  }

  throttled(): Refusal {
    return new Refusal(this.dialect.throttled, 400, 'Rate exceeded');
  }

  denied(operation: Operation, { principal }: Caller): Refusal {
    const message = `User: ${principal.arn} is not authorized to perform: ${this.name}:${operation.name}`;
    return new Refusal(this.dialect.denied, 403, message);
  }

  #itemsOf(
    kind: string,
    accountId: string,
    region: string,
    hidden: Twist['hidden'],
  ): readonly { readonly identifier: string; readonly body: Described }[] {
    const store = this.organization.store(kind, accountId, region);
    const items: { identifier: string; body: Described }[] = [];
    for (let at = 0; store !== undefined && at < store.positions; at += 1) {
      const held = store.at(at);
      if (held === undefined || hidden?.(held.identifier) === true) continue;
      items.push({ identifier: held.identifier, body: JSON.parse(held.json()) as Described });
    }
    return items;
  }
}

/** Inputs of the query protocols as one flat record, e.g. `LoadBalancerArns.member.1`. */
export function queryInput(body: Buffer): Readonly<Record<string, unknown>> {
  return Object.fromEntries(new URLSearchParams(body.toString('utf8')));
}

/** The values of a list in such a record. */
export function queryList(
  input: Readonly<Record<string, unknown>>,
  prefix: string,
): readonly string[] | undefined {
  const values = Object.entries(input).flatMap(([name, value]) =>
    name.startsWith(`${prefix}.`) && typeof value === 'string' ? [value] : [],
  );
  return values.length === 0 ? undefined : values;
}

/** JSON 1.1 and REST JSON. */
export function jsonDialect(contentType: string, operation: Dialect['operation']): Dialect {
  const headers = { 'content-type': contentType };
  return {
    operation,
    input: parseJsonInput,
    write: (_, output) => ({
      status: 200,
      headers: { ...headers, 'x-amzn-requestid': randomUUID() },
      body: JSON.stringify(output),
    }),
    refuse: ({ code, status, message }) => ({
      status,
      headers: { ...headers, 'x-amzn-errortype': code },
      body: JSON.stringify({ __type: code, message, Message: message }),
    }),
    throttled: 'ThrottlingException',
    denied: 'AccessDeniedException',
  };
}

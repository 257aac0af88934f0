import type { IncomingMessage } from 'node:http';
import { ALL_KINDS } from '../organization/kinds/index.js';
import type { KindModel } from '../organization/kind-model.js';
import type { Organization } from '../organization/organization.js';
import type { ScopeStore } from '../organization/scope-store.js';
import {
  jsonAnswer,
  jsonError,
  optionalNumber,
  optionalString,
  parseJsonInput,
  requireString,
} from './json-protocol.js';
import { decodeToken, encodeToken, pageOf } from './page-token.js';
import type { Quota } from './quota.js';
import { ReadLag } from './read-lag.js';
import { Refusal } from './refusal.js';
import { ResourcePages, type PageRequest, type ResourcePage } from './resource-pages.js';
import type { Answer, Caller, Operation, Service, Twist } from './service.js';
import { textOf } from './text.js';

const CONTENT_TYPE = 'application/x-amz-json-1.0';
const TARGET = 'CloudApiService.';
const TYPE_NAME = /^[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}(::MODULE)?$/;

/** What the Cloud Control of the simulation is told. */
export interface CloudControlSettings {
  /** Resources of a page. */
  pageSize: number;
  /** Every so many pages an empty one that carries a token comes in between; 0: never. */
  emptyPageEvery: number;
  /** Kinds whose GetResource answers UnsupportedActionException. */
  unreadableKinds: readonly string[];
  /** Kinds whose listings hold the identifier properties alone. */
  partialKinds: readonly string[];
  /** Kinds that a region does not offer: TypeNotFoundException. `*` for every region. */
  notOffered: readonly { readonly kind: string; readonly region: string }[];
  /** Milliseconds for which reads show what was before a change. */
  readLagMs: number;
}

const NOTHING: ResourcePage = { json: Buffer.alloc(0), next: undefined };

/** Cloud Control over JSON 1.0: ListResources and GetResource. */
export class CloudControl implements Service {
  readonly name = 'cloudcontrol';
  private readonly pages = new ResourcePages();
  private readonly lag: ReadLag;

  constructor(
    private readonly organization: Organization,
    private readonly quota: Quota,
    private readonly settings: CloudControlSettings,
  ) {
    this.lag = new ReadLag(organization, () => settings.readLagMs);
  }

  decode(request: IncomingMessage, body: Buffer): Operation {
    const input = parseJsonInput(body);
    const name = String(request.headers['x-amz-target'] ?? '').slice(TARGET.length);
    const identifier = input['Identifier'];
    const parent = parentFact(input);
    return {
      name,
      input,
      facts: {
        kind: textOf(input['TypeName']),
        ...(typeof identifier === 'string' && { identifier }),
        ...(parent !== undefined && { parent }),
        ...(name === 'ListResources' && { page: pageOf(input['NextToken']) }),
      },
    };
  }

  perform(operation: Operation, caller: Caller, twist: Twist): Answer {
    const { name, input } = operation;
    if (name !== 'ListResources' && name !== 'GetResource') {
      throw new Refusal(
        'UnknownOperationException',
        404,
        `the simulation has no operation ${name}`,
      );
    }
    const account = this.organization.account(caller.principal.accountId);
    if (account === undefined || !account.regions.has(caller.region)) {
      // This is how AWS answers in an opt-in region that the account has not enabled.
      throw new Refusal(
        'UnrecognizedClientException',
        403,
        'The security token included in the request is invalid.',
      );
    }
    const model = this.modelOf(requireString(input, 'TypeName'), caller.region);
    if (!this.quota.take(account.id, caller.region, name === 'ListResources' ? 'list' : 'read'))
      throw this.throttled();
    const json =
      name === 'ListResources'
        ? this.list(model, input, caller, twist)
        : this.read(model, input, caller, twist);
    return jsonAnswer(CONTENT_TYPE, json);
  }

  refuse(refusal: Refusal): Answer {
    return jsonError(CONTENT_TYPE, 'com.amazonaws.cloudapiservice#', refusal);
  }

  throttled(): Refusal {
    return new Refusal('ThrottlingException', 429, 'Rate exceeded');
  }

  denied(operation: Operation, { principal }: Caller): Refusal {
    return new Refusal(
      'AccessDeniedException',
      400,
      `User: ${principal.arn} is not authorized to perform: cloudformation:${operation.name}`,
    );
  }

  private modelOf(kind: string, region: string): KindModel {
    if (!TYPE_NAME.test(kind)) {
      throw new Refusal(
        'ValidationException',
        400,
        `Value '${kind}' at 'typeName' failed to satisfy constraint: ${TYPE_NAME.source}`,
      );
    }
    const model = ALL_KINDS.get(kind);
    const missing = this.settings.notOffered.some(
      (entry) => entry.kind === kind && (entry.region === '*' || entry.region === region),
    );
    if (model === undefined || model.api === 'own' || missing)
      throw new Refusal('TypeNotFoundException', 404, `The type '${kind}' cannot be found.`);
    return model;
  }

  private list(
    model: KindModel,
    input: Readonly<Record<string, unknown>>,
    caller: Caller,
    twist: Twist,
  ): Buffer {
    const parent = parentOf(model, input);
    const listing = `${caller.principal.accountId}|${caller.region}|${model.kind}|${parent ?? ''}`;
    const text = optionalString(input, 'NextToken');
    const token = text === undefined ? { position: 0, page: 1 } : decodeToken(text, listing);
    if (token === undefined) {
      const message = 'The NextToken is not valid for this listing, or has expired.';
      throw new Refusal('InvalidRequestException', 400, message);
    }
    const wanted = optionalNumber(input, 'MaxResults', 1, 100) ?? 100;
    const size = Math.min(wanted, this.settings.pageSize);
    const { json, next } = twist.empty
      ? NOTHING
      : this.page(model, caller, { ...token, size, parent, hidden: twist.hidden });
    const nextToken =
      next === undefined
        ? ''
        : `,"NextToken":"${encodeToken({ listing, position: next, page: token.page + 1, poisoned: twist.poisonToken })}"`;
    return Buffer.concat([
      Buffer.from(`{"TypeName":"${model.kind}","ResourceDescriptions":[`),
      json,
      Buffer.from(`]${nextToken}}`),
    ]);
  }

  private page(
    model: KindModel,
    caller: Caller,
    at: Omit<PageRequest, 'partial'> & { readonly page: number },
  ): ResourcePage {
    const store = this.storeOf(model, caller);
    if (store === undefined) return NOTHING;
    this.requireParent(model, caller, at.parent);
    const { emptyPageEvery, partialKinds } = this.settings;
    if (emptyPageEvery > 0 && at.page % emptyPageEvery === 0) {
      return { json: NOTHING.json, next: at.position };
    }
    return this.pages.get(store, model, { ...at, partial: partialKinds.includes(model.kind) });
  }

  /** Of a parent that is no more most services say so, and list nothing. */
  private requireParent(model: KindModel, caller: Caller, value: string | undefined): void {
    if (model.parent === undefined || value === undefined || model.parent.valueFor) return;
    const parents = ALL_KINDS.get(model.parent.kind);
    const store = parents && this.storeOf(parents, caller);
    if (store === undefined || store.find(value) !== undefined) return;
    const message = `${model.parent.property} '${value}' was not found.`;
    throw new Refusal('ResourceNotFoundException', 404, message);
  }

  private storeOf(model: KindModel, { principal, region }: Caller): ScopeStore | undefined {
    const place = model.placement === 'regional' ? region : 'global';
    return this.organization.store(model.kind, principal.accountId, place);
  }

  private read(
    model: KindModel,
    input: Readonly<Record<string, unknown>>,
    caller: Caller,
    twist: Twist,
  ): string {
    const identifier = requireString(input, 'Identifier');
    if (this.settings.unreadableKinds.includes(model.kind)) {
      throw new Refusal(
        'UnsupportedActionException',
        405,
        `Resource type ${model.kind} does not support READ action`,
      );
    }
    const store = twist.empty ? undefined : this.storeOf(model, caller);
    const held = store?.find(identifier);
    const past = store && this.lag.shown(store.id, identifier);
    const json = past === undefined ? held?.json() : past.json;
    if (json === undefined) {
      throw new Refusal(
        'ResourceNotFoundException',
        404,
        `Resource of type '${model.kind}' with identifier '${identifier}' was not found.`,
      );
    }
    if (model.placement === 'bucket' && held !== undefined && held.region !== caller.region) {
      throw new Refusal(
        'GeneralServiceException',
        400,
        `The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint. (Service: S3, Status Code: 301, region: ${held.region})`,
      );
    }
    const description = `{"Identifier":${JSON.stringify(identifier)},"Properties":${JSON.stringify(json)}}`;
    return `{"TypeName":"${model.kind}","ResourceDescription":${description}}`;
  }
}

/** The parent that a ResourceModel names, as far as it can be read. */
function parentFact(input: Readonly<Record<string, unknown>>): string | undefined {
  const property = ALL_KINDS.get(textOf(input['TypeName']))?.parent?.property;
  try {
    const model = JSON.parse(textOf(input['ResourceModel'])) as Record<string, unknown>;
    return property === undefined ? undefined : textOf(model[property]);
  } catch {
    return undefined;
  }
}

/** The parent that a ResourceModel names; a refusal where the kind wants one and it is missing. */
function parentOf(model: KindModel, input: Readonly<Record<string, unknown>>): string | undefined {
  const text = optionalString(input, 'ResourceModel');
  let properties: Record<string, unknown> = {};
  if (text !== undefined) {
    try {
      properties = JSON.parse(text) as Record<string, unknown>;
    } catch {
      throw new Refusal('InvalidRequestException', 400, 'ResourceModel is not valid JSON');
    }
  }
  if (model.parent === undefined) return undefined;
  const value = properties[model.parent.property];
  if (typeof value === 'string') return value;
  throw new Refusal(
    'InvalidRequestException',
    400,
    `Missing or invalid ResourceModel property in ${model.kind} list handler request input. Required property:  [${model.parent.property}]`,
  );
}

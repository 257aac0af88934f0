import type { IncomingMessage } from 'node:http';
import { LRUCache } from 'lru-cache';
import { KINDS } from '../organization/kinds/index.js';
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
import { Refusal } from './refusal.js';
import type { Answer, Caller, Operation, Service, Twist } from './service.js';

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
}

/** A page as it is cached: its descriptions as JSON, and where the listing goes on. */
interface CachedPage {
  readonly json: string;
  readonly next: number | undefined;
}

/** Bytes of pages that are kept, because a benchmark lists the same organization again and again. */
const CACHE_BYTES = 64 * 1024 * 1024;

/** Cloud Control over JSON 1.0: ListResources and GetResource. */
export class CloudControl implements Service {
  readonly name = 'cloudcontrol';
  private readonly pages = new LRUCache<string, CachedPage>({
    maxSize: CACHE_BYTES,
    sizeCalculation: (page) => page.json.length + 1,
  });

  constructor(
    private readonly organization: Organization,
    private readonly quota: Quota,
    private readonly settings: CloudControlSettings,
  ) {}

  decode(request: IncomingMessage, body: Buffer): Operation {
    const input = parseJsonInput(body);
    const name = String(request.headers['x-amz-target'] ?? '').slice(TARGET.length);
    const identifier = input['Identifier'];
    return {
      name,
      input,
      facts: {
        kind: String(input['TypeName'] ?? ''),
        ...(typeof identifier === 'string' && { identifier }),
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
    const model = KINDS.get(kind);
    const missing = this.settings.notOffered.some(
      (entry) => entry.kind === kind && (entry.region === '*' || entry.region === region),
    );
    if (model === undefined || missing)
      throw new Refusal('TypeNotFoundException', 404, `The type '${kind}' cannot be found.`);
    return model;
  }

  private list(
    model: KindModel,
    input: Readonly<Record<string, unknown>>,
    caller: Caller,
    twist: Twist,
  ): string {
    const parent = parentOf(model, input);
    const place = model.placement === 'regional' ? caller.region : 'global';
    const listing = `${caller.principal.accountId}|${caller.region}|${model.kind}|${parent ?? ''}`;
    const text = optionalString(input, 'NextToken');
    const token = text === undefined ? { position: 0, page: 1 } : decodeToken(text, listing);
    if (token === undefined)
      throw new Refusal(
        'InvalidRequestException',
        400,
        'The NextToken is not valid for this listing, or has expired.',
      );
    const size = Math.min(
      optionalNumber(input, 'MaxResults', 1, 100) ?? 100,
      this.settings.pageSize,
    );
    const store = twist.empty
      ? undefined
      : this.organization.store(model.kind, caller.principal.accountId, place);
    const { emptyPageEvery } = this.settings;
    const blank = store !== undefined && emptyPageEvery > 0 && token.page % emptyPageEvery === 0;
    const page =
      store === undefined
        ? { json: '', next: undefined }
        : blank
          ? { json: '', next: token.position }
          : this.page(store, model, {
              position: token.position,
              size,
              parent,
              hidden: twist.hidden,
            });
    const next =
      page.next === undefined
        ? undefined
        : encodeToken({
            listing,
            position: page.next,
            page: token.page + 1,
            poisoned: twist.poisonToken,
          });
    return `{"TypeName":"${model.kind}","ResourceDescriptions":[${page.json}]${next === undefined ? '' : `,"NextToken":"${next}"`}}`;
  }

  private page(
    store: ScopeStore,
    model: KindModel,
    from: { position: number; size: number; parent: string | undefined; hidden: Twist['hidden'] },
  ): CachedPage {
    if (from.hidden !== undefined) return this.makePage(store, model, from);
    const key = `${store.id}|${store.version}|${from.position}|${from.size}|${from.parent ?? ''}|${this.settings.partialKinds.includes(model.kind)}`;
    let page = this.pages.get(key);
    if (page === undefined) {
      page = this.makePage(store, model, from);
      this.pages.set(key, page);
    }
    return page;
  }

  private makePage(
    store: ScopeStore,
    model: KindModel,
    from: { position: number; size: number; parent: string | undefined; hidden: Twist['hidden'] },
  ): CachedPage {
    const partial = this.settings.partialKinds.includes(model.kind);
    const descriptions: string[] = [];
    let position = from.position;
    // Only children are searched for; other pages are as long in positions as in resources, short where some were deleted.
    const last =
      from.parent === undefined ? Math.min(position + from.size, store.positions) : store.positions;
    for (; position < last && descriptions.length < from.size; position++) {
      const held = store.at(position);
      if (held === undefined || from.hidden?.(held.identifier) === true) continue;
      if (from.parent !== undefined && !held.identifier.startsWith(`${from.parent}|`)) continue;
      const json = partial ? identifierOnly(model, held.identifier) : held.json();
      descriptions.push(
        `{"Identifier":${JSON.stringify(held.identifier)},"Properties":${JSON.stringify(json)}}`,
      );
    }
    return {
      json: descriptions.join(','),
      next: position < store.positions ? position : undefined,
    };
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
    const place = model.placement === 'regional' ? caller.region : 'global';
    const held = twist.empty
      ? undefined
      : this.organization.store(model.kind, caller.principal.accountId, place)?.find(identifier);
    if (held === undefined) {
      throw new Refusal(
        'ResourceNotFoundException',
        404,
        `Resource of type '${model.kind}' with identifier '${identifier}' was not found.`,
      );
    }
    if (model.placement === 'bucket' && held.region !== caller.region) {
      throw new Refusal(
        'GeneralServiceException',
        400,
        `The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint. (Service: S3, Status Code: 301, region: ${held.region})`,
      );
    }
    const description = `{"Identifier":${JSON.stringify(identifier)},"Properties":${JSON.stringify(held.json())}}`;
    return `{"TypeName":"${model.kind}","ResourceDescription":${description}}`;
  }
}

function identifierOnly(model: KindModel, identifier: string): string {
  const values = model.identifierProperties.length === 1 ? [identifier] : identifier.split('|');
  return JSON.stringify(
    Object.fromEntries(model.identifierProperties.map((name, i) => [name, values[i]])),
  );
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

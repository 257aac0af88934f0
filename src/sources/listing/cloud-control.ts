import { GetResourceCommand, ListResourcesCommand } from '@aws-sdk/client-cloudcontrol';
import type { ListResourcesOutput } from '@aws-sdk/client-cloudcontrol';
import type { Observable } from 'rxjs';
import type { CallTarget } from '../../aws/call.js';
import { kindFacts } from '../../catalog/catalog.js';
import { AwsError } from '../../errors/aws-error.js';
import { GLOBAL } from '../../model/resource-key.js';
import type { Scope } from '../../model/scope.js';
import { fromWalk } from '../from-walk.js';
import { malformed } from '../malformed.js';
import { walkPages } from '../paginate.js';
import { permitted, type Fetched } from '../permitted.js';
import type {
  AcquirePermit,
  ListedResource,
  Page,
  ReadOptions,
  ReadResult,
  ResourceSource,
} from '../resource-source.js';
import { listingModel } from './listing-model.js';
import { needsModel, saysModelMissing } from './model-missing.js';
import { orAbsent } from './or-absent.js';
import { bodyTail, resourceBody } from './resource-body.js';
import type { SourceContext } from './source-context.js';
import { withoutCredit } from './without-credit.js';

/** A page and the tick of the request that brought it. */
export interface ListedPage {
  readonly page: Page;
  readonly startedAt: number;
}

/**
 * Any type of Cloud Control: ListResources page by page, GetResource one by one. Page sizes are AWS's
 * own affair, and a page may be empty and still have a successor (from the API reference).
 */
export class CloudControlSource implements ResourceSource {
  readonly #context: SourceContext;
  readonly #kind: string;

  constructor(context: SourceContext, kind: string) {
    this.#context = context;
    this.#kind = kind;
  }

  get readable(): boolean {
    return kindFacts(this.#kind).readable && !this.#context.unreadable.has(this.#kind);
  }

  list(scope: Scope, acquire: AcquirePermit): Observable<ListedPage> {
    return fromWalk((emit, signal) => this.walk(scope, acquire, signal, emit));
  }

  /** Lists a scope page by page; the next page is asked for once `take` is done with the last. */
  async walk(
    scope: Scope,
    acquire: AcquirePermit,
    signal: AbortSignal,
    take: (page: ListedPage) => void | Promise<void>,
  ): Promise<void> {
    const region = await this.regionOf(scope);
    const target = this.target(scope, region, 'list', { signal });
    const said = this.#context.needModel.get(this.#kind);
    if (said !== undefined) throw needsModel(target, this.#kind, said);
    const listed = await listingModel(this.#context, scope, (parents, identifier) =>
      new CloudControlSource(this.#context, parents.kind).read(
        parents,
        identifier,
        parents.region,
        withoutCredit(acquire),
        { signal },
      ),
    );
    if (listed.state === 'absent') return;
    try {
      await this.#pages(scope, target, listed.model, acquire, signal, take);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      // The parent went away meanwhile: it has no children any more.
      if (scope.parent !== undefined && error.errorClass === 'absent') return;
      if (listed.model !== undefined || !saysModelMissing(error)) throw error;
      this.#context.needModel.set(this.#kind, error.message);
      throw needsModel(target, this.#kind, error.message);
    }
  }

  async #pages(
    scope: Scope,
    target: CallTarget,
    model: string | undefined,
    acquire: AcquirePermit,
    signal: AbortSignal,
    take: (page: ListedPage) => void | Promise<void>,
  ): Promise<void> {
    const tail = await this.#tail(scope, scope.region);
    const fetchPage = async (token: string | undefined) => {
      const command = new ListResourcesCommand({
        TypeName: this.#kind,
        ...(model === undefined ? {} : { ResourceModel: model }),
        ...(token === undefined ? {} : { NextToken: token }),
      });
      const { value, startedAt } = await this.#context.call(target, (clients, options) =>
        permitted(acquire, this.#kind, 'page', signal, async () =>
          toPage(target, await clients.cloudControl.send(command, options), tail),
        ),
      );
      return { value: { page: value.page, startedAt }, nextToken: value.nextToken };
    };
    await walkPages(fetchPage, () => malformed(target, 'its page tokens run in a circle'), take);
  }

  async read(
    scope: Scope,
    identifier: string,
    region: string,
    acquire: AcquirePermit,
    options?: ReadOptions,
  ): Promise<ReadResult> {
    const asked = region === GLOBAL ? await this.regionOf(scope) : region;
    return this.readIn(scope, identifier, asked, acquire, { ...options, shown: region });
  }

  /**
   * Reads in one region; throws code `unreadable` where the type has no read handler. `shown` is the
   * region that the body names: the one that was asked (default), or `global` for what has none.
   */
  async readIn(
    scope: Scope,
    identifier: string,
    region: string,
    acquire: AcquirePermit,
    read: ReadOptions & { readonly shown?: string } = {},
  ): Promise<ReadResult> {
    const target = this.target(scope, region, 'read', read);
    if (!this.readable) throw this.#unreadable(target, `type ${this.#kind} cannot be read`);
    const tail = await this.#tail(scope, read.shown ?? region);
    const command = new GetResourceCommand({ TypeName: this.#kind, Identifier: identifier });
    try {
      const { value, startedAt } = await this.#context.call(target, (clients, options) =>
        permitted(
          acquire,
          this.#kind,
          'read',
          read.signal,
          async (): Promise<Fetched<string | undefined>> => {
            const body = await orAbsent(async () => {
              const answer = await clients.cloudControl.send(command, options);
              return readBody(target, identifier, answer.ResourceDescription, tail);
            });
            return { value: body, observations: 1, bytes: body?.length ?? 0 };
          },
        ),
      );
      return value === undefined
        ? { state: 'absent', startedAt }
        : { state: 'present', body: value, startedAt };
    } catch (error) {
      if (error instanceof AwsError && error.code === 'aws.UnsupportedAction') {
        this.#context.unreadable.set(this.#kind, true);
        throw this.#unreadable(target, error.message);
      }
      throw error;
    }
  }

  /** Made before a permit is asked for: it may take calls of its own. */
  async #tail({ accountId }: Scope, region: string): Promise<string> {
    const facts = await this.#context.facts.of(this.#kind, accountId);
    return bodyTail(this.#kind, accountId, region, facts);
  }

  /** Where a scope is asked: its region, or the main one for account-wide kinds. */
  async regionOf(scope: Scope): Promise<string> {
    return scope.region === GLOBAL
      ? this.#context.directory.mainRegion(scope.accountId, this.#kind)
      : scope.region;
  }

  target(
    scope: Scope,
    region: string,
    api: 'list' | 'read',
    { live, signal }: ReadOptions,
  ): CallTarget {
    return {
      accountId: scope.accountId,
      region,
      credentials: this.#context.directory.credentials(scope.accountId),
      operation: api === 'list' ? 'ListResources' : 'GetResource',
      api,
      ...(live === true ? { priority: 'live' } : {}),
      ...(signal === undefined ? {} : { signal }),
    };
  }

  #unreadable({ accountId, region, operation }: CallTarget, message: string): AwsError {
    return new AwsError(message, {
      code: 'unreadable',
      errorClass: 'unsupported',
      operation,
      accountId,
      region,
    });
  }
}

interface Loose {
  readonly Identifier?: unknown;
  readonly Properties?: unknown;
}

function toPage(
  target: CallTarget,
  answer: ListResourcesOutput,
  tail: string,
): Fetched<{ readonly page: Page; readonly nextToken: string | undefined }> {
  const { ResourceDescriptions: descriptions, NextToken: nextToken } = answer;
  if (!Array.isArray(descriptions))
    throw malformed(target, 'the answer holds no list of resources');
  const resources: ListedResource[] = [];
  let bytes = 0;
  // The SDK hands on what it is sent: its types promise more than it checks.
  for (const description of descriptions as readonly (Loose | null)[]) {
    const identifier = description?.Identifier;
    const properties = description?.Properties;
    if (typeof identifier !== 'string' || identifier === '')
      throw malformed(target, 'a resource of the answer has no identifier');
    if (typeof properties !== 'string') {
      // Listings may leave the properties out; a read gives them.
      resources.push({ identifier });
      continue;
    }
    const body = resourceBody(identifier, properties, tail);
    bytes += body.length;
    resources.push({ identifier, body });
  }
  return {
    value: { page: { resources, bytes }, nextToken },
    observations: resources.length,
    bytes,
  };
}

function readBody(
  target: CallTarget,
  identifier: string,
  description: Loose | undefined,
  tail: string,
): string {
  const properties = description?.Properties;
  if (typeof properties !== 'string')
    throw malformed(target, `the answer holds no properties of ${identifier}`);
  return resourceBody(identifier, properties, tail);
}

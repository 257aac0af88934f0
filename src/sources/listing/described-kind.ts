import type { Observable } from 'rxjs';
import type { CallTarget, SendOptions } from '../../aws/call.js';
import type { BoundClients } from '../../aws/clients.js';
import { classifyError } from '../../aws/classify-error.js';
import { AwsError } from '../../errors/aws-error.js';
import type { Scope } from '../../model/scope.js';
import { fromWalk } from '../from-walk.js';
import { malformed } from '../malformed.js';
import { walkPages } from '../paginate.js';
import { permitted } from '../permitted.js';
import type {
  AcquirePermit,
  ListedResource,
  Page,
  ReadOptions,
  ReadResult,
  ResourceSource,
} from '../resource-source.js';
import type { ListedPage } from './cloud-control.js';
import { describedTail } from './resource-body.js';
import type { SourceContext } from './source-context.js';

/** One page of a service's own listing. */
export interface DescribedPage {
  readonly items: readonly object[] | undefined;
  readonly nextToken?: string | undefined;
}

/**
 * A kind that a service's own API lists: what JQ sees is the SDK's object as it is, dates as ISO
 * strings, with `__Kind`, `__AccountId`, `__Region`, `__ExtraContext` and what is told of the account
 * beside its fields.
 */
export interface DescribedKind {
  readonly kind: string;
  /** Operations by which it is listed and read, for meters and messages. */
  readonly operations: { readonly list: string; readonly read: string };
  /** Codes by which the service says that there is no such resource. */
  readonly absent: readonly string[];
  page(
    clients: BoundClients,
    token: string | undefined,
    options: SendOptions,
  ): Promise<DescribedPage>;
  /** One resource in the very shape of its listing; undefined where there is none. */
  one(clients: BoundClients, identifier: string, options: SendOptions): Promise<object | undefined>;
  identify(item: object): string | undefined;
}

/** Lists and reads a kind by its service's own API, under the same quotas and permits as all others. */
export class DescribedSource implements ResourceSource {
  readonly readable = true;
  readonly #context: SourceContext;
  readonly #kind: DescribedKind;

  constructor(context: SourceContext, kind: DescribedKind) {
    this.#context = context;
    this.#kind = kind;
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
    const { kind, operations } = this.#kind;
    const target = this.#target(scope, scope.region, operations.list, 'list', { signal });
    const facts = await this.#context.facts.of(kind, scope.accountId);
    const tail = describedTail(kind, scope.accountId, scope.region, facts);
    const fetchPage = async (token: string | undefined) => {
      const { value, startedAt } = await this.#context.call(target, (clients, options) =>
        permitted(acquire, kind, 'page', signal, async () => {
          const { items, nextToken } = await this.#kind.page(clients, token, options);
          const page = this.#toPage(target, items, tail);
          const { resources, bytes } = page;
          return { value: { page, nextToken }, observations: resources.length, bytes };
        }),
      );
      return { value: { page: value.page, startedAt }, nextToken: value.nextToken };
    };
    await walkPages(fetchPage, () => malformed(target, 'its page tokens run in a circle'), emit);
  }

  async read(
    scope: Scope,
    identifier: string,
    region: string,
    acquire: AcquirePermit,
    options: ReadOptions = {},
  ): Promise<ReadResult> {
    const { kind, operations } = this.#kind;
    const target = this.#target(scope, region, operations.read, 'read', options);
    const facts = await this.#context.facts.of(kind, scope.accountId);
    const tail = describedTail(kind, scope.accountId, region, facts);
    const { value, startedAt } = await this.#context.call(target, (clients, sending) =>
      permitted(acquire, kind, 'read', options.signal, async () => {
        const item = await this.#orAbsent(() => this.#kind.one(clients, identifier, sending));
        const body = item && bodyOf(item, tail);
        return { value: body, observations: 1, bytes: body?.length ?? 0 };
      }),
    );
    return value === undefined
      ? { state: 'absent', startedAt }
      : { state: 'present', body: value, startedAt };
  }

  async #orAbsent(read: () => Promise<object | undefined>): Promise<object | undefined> {
    try {
      return await read();
    } catch (error) {
      if (error instanceof AwsError) throw error;
      const { awsCode, errorClass } = classifyError(error);
      if (errorClass === 'absent' || this.#kind.absent.includes(awsCode)) return undefined;
      throw error;
    }
  }

  #toPage(target: CallTarget, items: readonly object[] | undefined, tail: string): Page {
    const resources: ListedResource[] = [];
    let bytes = 0;
    // A service leaves out a list that is empty, or sends one without elements.
    for (const item of items ?? []) {
      const identifier = this.#kind.identify(item);
      if (typeof identifier !== 'string' || identifier === '') {
        throw malformed(target, 'a resource of the answer has no identifier');
      }
      const body = bodyOf(item, tail);
      bytes += body.length;
      resources.push({ identifier, body });
    }
    return { resources, bytes };
  }

  #target(
    { accountId }: Scope,
    region: string,
    operation: string,
    api: 'list' | 'read',
    { live, signal }: ReadOptions,
  ): CallTarget {
    return {
      accountId,
      region,
      credentials: this.#context.directory.credentials(accountId),
      operation,
      api,
      ...(live === true ? { priority: 'live' } : {}),
      ...(signal === undefined ? {} : { signal }),
    };
  }
}

function bodyOf(item: object, tail: string): string {
  return `${JSON.stringify(item).slice(0, -1)}${tail}`;
}

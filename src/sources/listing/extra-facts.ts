import { map } from 'rxjs';
import type { Observable } from 'rxjs';
import type { SendOptions } from '../../aws/call.js';
import type { BoundClients } from '../../aws/clients.js';
import { AwsError } from '../../errors/aws-error.js';
import { GLOBAL } from '../../model/resource-key.js';
import type { Scope } from '../../model/scope.js';
import type { AcquirePermit, ReadOptions, ReadResult, ResourceSource } from '../resource-source.js';
import type { ListedPage } from './cloud-control.js';
import { HeldPermit } from './held-permit.js';
import type { SourceContext } from './source-context.js';

/** Facts that Cloud Control does not give, by the name of the action that asks for them. */
export interface ExtraFacts {
  readonly action: string;
  readonly kind: string;
  /** The operation of the kind's own service, as errors name it. */
  readonly operation: string;
  /** Asks for one resource; undefined where the service tells nothing of it. */
  readonly ask: (
    clients: BoundClients,
    identifier: string,
    options: SendOptions,
  ) => Promise<Readonly<Record<string, unknown>> | undefined>;
}

/**
 * A source whose resources carry extra facts among their properties. Every resource is read, and asked
 * for its facts under the permit of that read: the fence must take body and facts for one observation.
 *
 * Facts that are denied are left out, which is said aloud once; a call that fails otherwise fails the read.
 */
export class ExtraFactsSource implements ResourceSource {
  readonly #context: SourceContext;
  readonly #inner: ResourceSource;
  readonly #facts: readonly ExtraFacts[];
  readonly #warn: (message: string) => void;
  readonly #said = new Set<string>();

  constructor(
    context: SourceContext,
    inner: ResourceSource,
    facts: readonly ExtraFacts[],
    warn: (message: string) => void,
  ) {
    this.#context = context;
    this.#inner = inner;
    this.#facts = facts;
    this.#warn = warn;
  }

  get readable(): boolean {
    return this.#inner.readable;
  }

  list(scope: Scope, acquire: AcquirePermit): Observable<ListedPage> {
    // Whoever lists gives bodies back that are read anyway, and credits for what they hold.
    return this.#inner.list(scope, acquire).pipe(
      map(({ page, startedAt }) => ({
        startedAt,
        page: {
          ...page,
          resources: page.resources.map(({ body: _, ...resource }) => resource),
        },
      })),
    );
  }

  async read(
    scope: Scope,
    identifier: string,
    region: string,
    acquire: AcquirePermit,
    options: ReadOptions = {},
  ): Promise<ReadResult> {
    // Until the size of all of it is known.
    const held = new HeldPermit(acquire, (_, bytes) => bytes > 0);
    try {
      const result = await this.#inner.read(scope, identifier, region, held.acquire, options);
      if (result.state === 'absent') return result;
      const facts = await this.#ask(scope, identifier, region, options);
      const body = withFacts(result.body, facts);
      held.settle(body.length);
      return { ...result, body };
    } finally {
      held.giveBack();
    }
  }

  async #ask(
    scope: Scope,
    identifier: string,
    region: string,
    { live, signal }: ReadOptions,
  ): Promise<Readonly<Record<string, unknown>>> {
    const { directory } = this.#context;
    const { accountId, kind } = scope;
    const asked = region === GLOBAL ? await directory.mainRegion(accountId, kind) : region;
    const all: Record<string, unknown> = {};
    for (const { action, operation, ask } of this.#facts) {
      const target = {
        accountId,
        region: asked,
        credentials: directory.credentials(accountId),
        operation,
        api: 'read' as const,
        ...(live === true && { priority: 'live' as const }),
        ...(signal !== undefined && { signal }),
      };
      try {
        const call = this.#context.call(target, (clients, sent) => ask(clients, identifier, sent));
        Object.assign(all, await call);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        // Gone since it was read: the next look will tell.
        if (error.errorClass === 'absent') continue;
        if (error.errorClass !== 'denied') throw error;
        this.#sayOnce(
          `${action}: ${operation} was denied, its facts are left out: ${error.message}`,
          `${action} ${accountId}`,
        );
      }
    }
    return all;
  }

  #sayOnce(message: string, key: string): void {
    if (this.#said.has(key)) return;
    this.#said.add(key);
    this.#warn(message);
  }
}

const PROPERTIES = ',"Properties":{';

/**
 * Puts facts among the properties of a body of Cloud Control. They stand first, so that what Cloud Control
 * says under the same name counts; its text is kept as it is, numbers above all.
 */
export function withFacts(body: string, facts: Readonly<Record<string, unknown>>): string {
  const entries = JSON.stringify(facts).slice(1, -1);
  if (entries === '') return body;
  const identifier = JSON.stringify((JSON.parse(body) as { Identifier: string }).Identifier);
  const at = `{"Identifier":${identifier}`.length;
  if (!body.startsWith(PROPERTIES, at)) return body;
  const start = at + PROPERTIES.length;
  const separator = body[start] === '}' ? '' : ',';
  return `${body.slice(0, start)}${entries}${separator}${body.slice(start)}`;
}

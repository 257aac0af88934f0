/**
 * The dataflow over fakes: AWS and Port as plain objects, the state in memory, JQ as a function. What
 * lies between (credits, fence, diff, lanes, commits, retries, deletes) is what runs in production.
 */
import { hash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { pino } from 'pino';
import { from } from 'rxjs';
import { parsePipeline } from '../../src/config/load-pipeline.js';
import { AwsError } from '../../src/errors/aws-error.js';
import type { AwsErrorClass } from '../../src/errors/aws-error.js';
import { CreditPool } from '../../src/flow/credit-pool.js';
import type { CreditPoolOptions } from '../../src/flow/credit-pool.js';
import { FenceMemory } from '../../src/flow/fence-memory.js';
import { FetchSlots } from '../../src/flow/fetch-slots.js';
import { Lanes } from '../../src/flow/lanes.js';
import { OutstandingTicks } from '../../src/flow/outstanding-ticks.js';
import { Permits } from '../../src/flow/permits.js';
import type { JqEngine } from '../../src/jq/jq-engine.js';
import type { Change, ChangeResult } from '../../src/model/change.js';
import type { MappingOutcome } from '../../src/model/mapping-result.js';
import { encodeScope } from '../../src/model/scope.js';
import type { Scope, ScopeEnd } from '../../src/model/scope.js';
import type { Summary } from '../../src/model/summary.js';
import { Counters } from '../../src/pipeline/counters.js';
import { FaultReport } from '../../src/pipeline/fault-report.js';
import type { Engine } from '../../src/pipeline/open-engine.js';
import type { Parts, StateParts } from '../../src/pipeline/parts.js';
import { KindExamples } from '../../src/pipeline/kind-examples.js';
import { Programs } from '../../src/pipeline/programs.js';
import { Progress } from '../../src/pipeline/progress.js';
import { RelatedClaims } from '../../src/pipeline/related-claims.js';
import type { ResyncOptions } from '../../src/pipeline/resync.js';
import { runResync } from '../../src/pipeline/run.js';
import { Tap } from '../../src/pipeline/tap.js';
import type { DiscoveryEvent } from '../../src/sources/discovery-event.js';
import { fromGenerator } from '../../src/sources/from-generator.js';
import { regionAllowed } from '../../src/sources/region-policy.js';
import type {
  AcquirePermit,
  ReadResult,
  ResourceSource,
} from '../../src/sources/resource-source.js';
import { DeadLetters } from '../../src/state/dead-letters.js';
import { IndexTable } from '../../src/state/index-table.js';
import { MemoryStore } from '../../src/state/memory-store.js';
import { RetryTable } from '../../src/state/retry-table.js';
import { RicherKinds } from '../../src/state/richer-kinds.js';
import { EndedScopes } from '../../src/state/scopes.js';
import { StaleTable } from '../../src/state/stale.js';
import { Ticks } from '../../src/state/ticks.js';
import { UnclaimedTable } from '../../src/state/unclaimed.js';

/** Listed with bodies. */
export const LISTED = 'AWS::EC2::Instance';
/** Read one by one. */
export const READ = 'AWS::ECS::Cluster';
export const REGION = 'eu-west-1';
export const ACCOUNT = '111111111111';

export function scopeOf(kind: string, accountId = ACCOUNT, region = REGION): Scope {
  return { kind, accountId, region };
}

export function awsError(errorClass: AwsErrorClass, code = `aws.${errorClass}`): AwsError {
  const place = { operation: 'Any', accountId: ACCOUNT, region: REGION };
  return new AwsError(`it is ${errorClass}`, { code, errorClass, ...place });
}

export interface FakeOptions {
  /** Resources a page. Default 5. */
  readonly pageSize?: number;
  readonly credits?: CreditPoolOptions;
  /** `entityDeletionThreshold`. Default 1: never held. */
  readonly threshold?: number;
  readonly store?: MemoryStore;
}

export class FakeEngine {
  /** What AWS holds: by encoded scope, identifier and value. */
  readonly aws = new Map<string, Map<string, string>>();
  /** Scopes of the organization, encoded, in the order in which they were made. */
  readonly scopes: Scope[] = [];
  accountsComplete = true;
  /** Asked at every listing's page (from 0): an error that it ends with. */
  onPage: (scope: Scope, page: number) => AwsError | undefined = () => undefined;
  /** Asked at every read: an error that it fails with. */
  onRead: (identifier: string) => AwsError | undefined = () => undefined;
  /** Waited for before every read is answered; ends with the read's signal. */
  beforeRead: () => Promise<void> = () => Promise.resolve();
  /** What a read gives of a value; a listing gives the value itself. */
  richer: (value: string) => string = (value) => value;
  /** Asked before every write: how Port answers instead of taking it. */
  onWrite: (change: Change) => ChangeResult | Promise<ChangeResult | undefined> | undefined = () =>
    undefined;
  /** Asked for every resource that is mapped. */
  onMap: (identifier: string) => MappingOutcome | undefined = () => undefined;
  /** What Port holds: value by identifier. */
  readonly port = new Map<string, string>();
  readonly writes: Change[] = [];
  readonly reads: string[] = [];
  /** The most observations that were in flight. */
  peak = 0;
  readonly stop = new AbortController();
  readonly engine: Engine;
  readonly parts: Parts;

  static async open(options: FakeOptions = {}): Promise<FakeEngine> {
    const store = options.store ?? new MemoryStore();
    return new FakeEngine(options, store, await Ticks.open(store));
  }

  private constructor(
    private readonly options: FakeOptions,
    readonly store: MemoryStore,
    ticks: Ticks,
  ) {
    const pipeline = parsePipeline(pipelineText(options.threshold ?? 1), 'pipeline.yaml');
    const log = pino({ level: 'silent' });
    setMaxListeners(0, this.stop.signal);
    const unclaimed = new UnclaimedTable(store);
    const state: StateParts = {
      store,
      index: new IndexTable(store),
      retries: new RetryTable(store),
      deadLetters: new DeadLetters(store),
      richer: new RicherKinds(store),
      ended: new EndedScopes(store),
      stale: new StaleTable(store),
      unclaimed,
      relatedClaims: new RelatedClaims(unclaimed),
      ticks,
    };
    const credits = new CreditPool(options.credits);
    const outstanding = new OutstandingTicks();
    const nextTick = (): number => ticks.next();
    this.parts = {
      pipeline,
      state,
      flow: {
        credits,
        outstanding,
        permits: new Permits({ credits, slots: new FetchSlots(), outstanding, nextTick }),
        fence: new FenceMemory(() => outstanding.low),
        resourceLanes: new Lanes(),
        entityLanes: new Lanes(),
      },
      jq: this.#jq(),
      programs: new Programs(pipeline, regionAllowed, 'jq-1.8.2'),
      faults: new FaultReport(log),
      source: (kind) => this.#source(kind),
      submit: ({ change }, done) => void this.#take(change).then(done),
      dependents: { refresh: () => Promise.resolve() },
      tap: new Tap(),
      log,
      stop: this.stop.signal,
      counters: new Counters(),
      generation: 0,
    };
    const absent = (): never => {
      throw new Error('the fakes have no AWS and no Port');
    };
    this.engine = {
      parts: this.parts,
      examples: new KindExamples(),
      get aws() {
        return absent();
      },
      get port() {
        return absent();
      },
      get directory() {
        return absent();
      },
      claim: () => Promise.resolve(),
      remap: () => Promise.resolve(),
      discover: () => from(this.#discovery()),
      portStats: () => ({ requests: this.writes.length, retries: 0 }),
      close: () => Promise.resolve(),
    };
  }

  /** Adds a scope with resources that are named after a stem and numbered. */
  add(scope: Scope, stem: string, count: number): void {
    const held = this.resources(scope);
    for (let at = 0; at < count; at += 1) held.set(`${stem}${at}`, 'old');
  }

  resources(scope: Scope): Map<string, string> {
    const name = encodeScope(scope);
    let held = this.aws.get(name);
    if (held === undefined) {
      held = new Map();
      this.aws.set(name, held);
      this.scopes.push(scope);
    }
    return held;
  }

  /** Takes over what AWS and Port hold from an engine that ran before. */
  take(before: FakeEngine): void {
    for (const scope of before.scopes) {
      for (const [identifier, value] of before.resources(scope)) {
        this.resources(scope).set(identifier, value);
      }
    }
    for (const [identifier, value] of before.port) this.port.set(identifier, value);
  }

  /** What Port must hold. */
  get expected(): Map<string, string> {
    const all = this.scopes.flatMap((scope) => [...this.resources(scope)]);
    return new Map(all.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  get held(): Map<string, string> {
    return new Map([...this.port].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  async resync(options: Partial<ResyncOptions> = {}): Promise<Summary> {
    return runResync(this.engine, this.resyncOptions(options));
  }

  resyncOptions(options: Partial<ResyncOptions> = {}): ResyncOptions {
    return {
      discover: () => this.engine.discover(),
      pipelineHash: 'p',
      partial: false,
      resume: false,
      progress: new Progress(),
      ...options,
    };
  }

  /** What is left in flight; empty when all has settled. */
  get leftovers(): Record<string, number> {
    const { credits, outstanding, resourceLanes, entityLanes, fence } = this.parts.flow;
    const left = {
      observations: credits.inFlight.observations,
      bytes: credits.inFlight.bytes,
      waiting: credits.waiting,
      outstanding: outstanding.size,
      resourceLanes: resourceLanes.size,
      entityLanes: entityLanes.size,
      fence: fence.size,
    };
    return Object.fromEntries(Object.entries(left).filter(([, count]) => count !== 0));
  }

  #discovery(): DiscoveryEvent[] {
    const accounts = new Map<
      string,
      { account: { id: string; partition: string }; regions: Set<string> }
    >();
    for (const { accountId, region } of this.scopes) {
      const known = accounts.get(accountId) ?? {
        account: { id: accountId, partition: 'aws' },
        regions: new Set<string>(),
      };
      known.regions.add(region);
      accounts.set(accountId, known);
    }
    return [
      ...[...accounts.values()].map(({ account }) => ({ type: 'account', account }) as const),
      ...this.scopes.map((scope) => ({ type: 'scope', scope }) as const),
      {
        type: 'discovered',
        discovered: { accountsComplete: this.accountsComplete, accounts, failures: [] },
      },
    ];
  }

  #source(kind: string): ResourceSource {
    return {
      readable: true,
      list: (scope, acquire) => fromGenerator(() => this.#list(kind, scope, acquire)),
      read: (scope, identifier, region, acquire, options) =>
        this.#read(scope, identifier, region, acquire, options?.signal),
    };
  }

  async *#list(kind: string, scope: Scope, acquire: AcquirePermit) {
    const held = [...this.resources(scope)];
    const { pageSize = 5 } = this.options;
    for (let page = 0; page === 0 || page * pageSize < held.length; page += 1) {
      const permit = await acquire(kind, 'page');
      await turn();
      const error = this.onPage(scope, page);
      if (error) {
        permit.received(0, 0);
        throw error;
      }
      const items = held.slice(page * pageSize, (page + 1) * pageSize);
      const resources = items.map(([identifier, value]) =>
        kind === READ ? { identifier } : { identifier, body: bodyOf(scope, identifier, value) },
      );
      const bytes = resources.reduce((sum, one) => sum + ('body' in one ? one.body.length : 0), 0);
      permit.received(resources.length, bytes);
      this.#measure();
      yield { page: { resources, bytes }, startedAt: permit.startedAt };
    }
  }

  async #read(
    scope: Scope,
    identifier: string,
    region: string,
    acquire: AcquirePermit,
    signal: AbortSignal | undefined,
  ): Promise<ReadResult> {
    const permit = await acquire(scope.kind, 'read');
    await turn();
    try {
      await Promise.race([this.beforeRead(), rejectsWith(signal)]);
    } catch (reason) {
      permit.received(0, 0);
      throw reason;
    }
    this.reads.push(identifier);
    const error = this.onRead(identifier);
    if (error) {
      permit.received(0, 0);
      throw error;
    }
    const value = this.resources(scope).get(identifier);
    const { startedAt } = permit;
    if (value === undefined) {
      permit.received(1, 0);
      return { state: 'absent', startedAt };
    }
    const body = bodyOf(scope, identifier, this.richer(value));
    permit.received(1, body.length);
    this.#measure();
    return { state: 'present', body, region, startedAt };
  }

  #measure(): void {
    this.peak = Math.max(this.peak, this.parts.flow.credits.inFlight.observations);
  }

  async #take(change: Change): Promise<ChangeResult> {
    const answer = await this.onWrite(change);
    await turn();
    if (answer) return answer;
    this.writes.push(change);
    const existed = this.port.has(change.identifier);
    if (change.op === 'delete') {
      this.port.delete(change.identifier);
      return { status: 'deleted' };
    }
    this.port.set(change.identifier, (JSON.parse(change.json) as { value: string }).value);
    return { status: existed ? 'updated' : 'created' };
  }

  #jq(): JqEngine {
    return {
      name: 'fake',
      version: 'jq-0',
      map: async (program, lines) => {
        await turn();
        return lines.map((line): MappingOutcome => {
          const { Identifier: identifier, value } = JSON.parse(line) as Record<string, string>;
          const made = this.onMap(identifier!);
          if (made) return made;
          const mapping = program.specs[0]!.position;
          const json = JSON.stringify({ identifier, value });
          const entity = { blueprint: 'b', identifier: identifier!, mapping, json };
          return {
            ok: true,
            entities: [{ ...entity, hash: hash('sha1', json, 'base64') }],
            verdicts: [{ mapping, selector: 'true', sound: true, incomplete: 0 }],
            faults: [],
          };
        });
      },
      check: () => Promise.resolve(undefined),
      evaluate: () => Promise.resolve([]),
      close: () => Promise.resolve(),
    };
  }
}

function rejectsWith(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

/** How a scope of the running generation ended. */
export function endOf({ parts }: FakeEngine, scope: Scope): ScopeEnd | undefined {
  return parts.state.ended.get(parts.generation, scope);
}

function bodyOf({ kind, accountId, region }: Scope, identifier: string, value: string): string {
  return JSON.stringify({
    Identifier: identifier,
    value,
    __Kind: kind,
    __AccountId: accountId,
    __Region: region,
  });
}

function pipelineText(threshold: number): string {
  const resource = (kind: string, reads: boolean): string => `
  - kind: ${kind}
    selector: { query: 'true', useGetResourceAPI: ${String(reads)} }
    port: { entity: { mappings: { identifier: .Identifier, blueprint: '"b"' } } }`;
  return `entityDeletionThreshold: ${threshold}
resources:${resource(LISTED, false)}${resource(READ, true)}
`;
}

/**
 * The live path over fakes, from signals on: what comes before (stream, decoding, routing) has tests of
 * its own. Everything behind (reads, doubts, retry table, dataflow, commits) is what runs in production.
 */
import { EMPTY, Subject, merge } from 'rxjs';
import { setTimeout as sleep } from 'node:timers/promises';
import { mergeSignals, doubtsOf } from '../../../src/flow/signal.js';
import type { Signal } from '../../../src/flow/signal.js';
import type { Expectation } from '../../../src/model/change-target.js';
import { encodeResourceKey } from '../../../src/model/resource-key.js';
import type { Scope } from '../../../src/model/scope.js';
import { coalesce } from '../../../src/operators/coalesce.js';
import { readBack } from '../../../src/operators/read-back.js';
import { DirtyScopes } from '../../../src/pipeline/live/dirty-scopes.js';
import { LiveCounters } from '../../../src/pipeline/live/live-counters.js';
import { postpone, readChange } from '../../../src/pipeline/live/read-change.js';
import { awaitedChanges } from '../../../src/pipeline/live/waiting.js';
import { runFlow } from '../../../src/pipeline/run.js';
import { FakeEngine } from '../fake-engine.js';
import type { FakeOptions } from '../fake-engine.js';

export interface Told {
  readonly expects?: Expectation;
  /** How long what contradicts it is doubted, in ms. Default 2,000. */
  readonly settleForMs?: number;
  readonly at?: number;
}

export class LiveWorld {
  readonly counters = new LiveCounters();
  readonly #signals = new Subject<readonly Signal[]>();
  #running: Promise<void> | undefined;
  dirty: DirtyScopes | undefined;

  private constructor(
    readonly fake: FakeEngine,
    private readonly patienceMs: number,
  ) {}

  static async open(options: FakeOptions & { patienceMs?: number } = {}): Promise<LiveWorld> {
    return new LiveWorld(await FakeEngine.open(options), options.patienceMs ?? 10_000);
  }

  /** Starts the flow: signals that are told from now on are read. */
  start(): this {
    const { parts } = this.fake;
    this.#running = runFlow(this.fake.engine, ({ ledger }) => {
      const dirty = new DirtyScopes(parts, ledger, this.counters);
      this.dirty = dirty;
      const fail = (error: unknown): void => this.#signals.error(error);
      const context = { parts, ledger, counters: this.counters, dirty, fail };
      const read$ = merge(this.#signals, awaitedChanges(parts)).pipe(
        coalesce({ key: ({ id }) => id, merge: mergeSignals, windowMs: 10 }),
        readBack({
          partition: ({ value: { key } }) => `${key.accountId} ${key.region}`,
          read: (due, signal) => readChange(due, signal, context),
          overdue: (due) => void postpone(due, context),
          patienceMs: this.patienceMs,
        }),
      );
      return { resync$: EMPTY, live$: merge(read$, dirty.flights()) };
    });
    return this;
  }

  /** Tells that a resource changed; resolves when the event that told of it has settled. */
  tell(scope: Scope, identifier: string, told: Told = {}): Promise<void> {
    const { expects = 'present', settleForMs = 2_000, at = Date.now() } = told;
    const key = { ...scope, identifier };
    return new Promise((resolve) => {
      this.#signals.next([
        {
          id: encodeResourceKey(key),
          key,
          scope,
          doubts: doubtsOf(expects),
          at,
          until: Date.now() + settleForMs,
          looks: 0,
          failed: 0,
          unproven: 0,
          receipts: [{ settle: resolve }],
        },
      ]);
    });
  }

  /** What waits in the retry table, by reason. */
  get waiting(): Record<string, number> {
    return Object.fromEntries(this.fake.parts.state.retries.countByReason());
  }

  /** Lets what waits be due now, so that no test has to wait for a backoff. */
  async hurry(): Promise<void> {
    const { retries, store } = this.fake.parts.state;
    await store.commit(
      [...retries.list()].flatMap((entry) => retries.put({ ...entry, nextAt: 0 })),
    );
  }

  /** Waits until something holds. */
  async until(what: () => boolean, name: string): Promise<void> {
    for (let tries = 0; tries < 400; tries += 1) {
      if (what()) return;
      await sleep(10);
    }
    throw new Error(`it did not come to this: ${name}; waiting ${JSON.stringify(this.waiting)}`);
  }

  /** Hurries until no change waits for another look. */
  async calm(): Promise<void> {
    for (let looks = 0; looks < 20 && this.waiting['live.read'] !== undefined; looks += 1) {
      await this.hurry();
      await sleep(60);
    }
    if (this.waiting['live.read'] !== undefined) throw new Error('it does not come to rest');
  }

  /** Stops, as SIGTERM does; resolves when the flow has ended. */
  async stop(): Promise<void> {
    this.fake.stop.abort(new Error('stopped'));
    this.#signals.complete();
    await this.#running;
  }
}

import { setMaxListeners } from 'node:events';
import type { Change, ChangeResult } from '../model/change.js';
import { PortError } from '../errors/port-error.js';
import { AdaptiveWindow } from './adaptive-window.js';
import { BatchQueue } from './batch-queue.js';
import { BatchSender } from './batch-sender.js';
import type { EntitySinkOptions } from './entity-sink-options.js';
import { identifierFault, isBlueprintName } from './entity-identifier.js';
import { EntityLanes } from './entity-lanes.js';
import type { EntitySink } from './entity-sink.js';
import { MissingBlueprints } from './missing-blueprints.js';
import type { PortAnswer } from './port-answer.js';
import type { PortCall, PortClient } from './port-client.js';
import { silentLog } from './port-log.js';
import { backoff } from './retry-policy.js';
import { IdentifierSearch } from './search-identifier.js';
import { halves, makeBatch, type Batch, type PendingChange } from './sink-batch.js';
import { refused, settleAll, unknownBlueprint } from './sink-context.js';
import type { SinkContext, WriteSettings } from './sink-context.js';
import { deleteOne, writeDeletes } from './write-deletes.js';
import { writeUpserts } from './write-upserts.js';

/** Times that Port may ask, entity by entity, to try again. */
const MAX_ENTITY_RETRIES = 8;
const ENTITY_BACKOFF = { baseMs: 250, capMs: 30_000 };

/**
 * Every submitted change is, at any time, in exactly one place: waiting in its lane behind an earlier
 * change of its entity, in a batch of the queue, in a batch in flight, or waiting for another try;
 * settling takes it out and answers it. No two changes of one entity are in batches at once.
 */
export class BatchingSink implements EntitySink, SinkContext {
  readonly stats = { requests: 0, retries: 0 };
  readonly client: PortClient;
  readonly settings: WriteSettings;
  readonly missingBlueprints: MissingBlueprints;
  readonly #queue: BatchQueue;
  readonly #window: AdaptiveWindow;
  readonly #sender: BatchSender;
  readonly #search: IdentifierSearch;
  readonly #lanes = new EntityLanes();
  readonly #running = new Set<Promise<void>>();
  readonly #closing = new AbortController();

  constructor(private readonly options: EntitySinkOptions) {
    const { client } = options;
    this.client = client;
    this.settings = options;
    // Every request in flight listens to it; Node would take more than ten for a leak.
    setMaxListeners(0, this.#closing.signal);
    this.missingBlueprints = new MissingBlueprints(client.clock);
    this.#window = new AdaptiveWindow(options.maxInFlight ?? 32, client.clock);
    this.#search = new IdentifierSearch(() => client.clock.now());
    this.#queue = new BatchQueue(options.lingerMs ?? 50, () => {
      this.#pump();
    });
    this.#sender = new BatchSender({
      client,
      window: this.#window,
      signal: this.#closing.signal,
      log: options.log ?? silentLog,
      stats: this.stats,
      waiting: () => this.#queue.length,
    });
  }

  submit(change: Change, done: (result: ChangeResult) => void): void {
    const text = change.op === 'upsert' ? change.json : change.identifier;
    const item: PendingChange = {
      change,
      done,
      identifier: change.identifier,
      bytes: Buffer.byteLength(text),
      resolved: false,
      retries: 0,
      settled: false,
    };
    const searches = change.op === 'upsert' && change.search !== undefined;
    if (searches && isBlueprintName(change.blueprint)) {
      this.enqueue(makeBatch('search', change.blueprint, [item]));
    } else {
      this.admit(item);
    }
  }

  flush(): void {
    this.#queue.flush();
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('the sink was closed'));
    this.#queue.clear();
    this.#lanes.clear();
    while (this.#running.size > 0) await Promise.allSettled([...this.#running]);
  }

  admit(item: PendingChange): void {
    if (this.#closed) return;
    const early = this.#answerUnsent(item);
    if (early !== undefined) {
      queueMicrotask(() => {
        this.#answer(item, early);
      });
    } else if (this.#lanes.enter(item)) {
      this.#queue.add(item.change.op, item);
    }
  }

  enqueue(batch: Batch): void {
    if (!this.#closed) this.#queue.push(batch);
  }

  send(batch: Batch, call: Omit<PortCall, 'retry' | 'signal' | 'observer'>): Promise<PortAnswer> {
    return this.#sender.send(batch, call);
  }

  settle(item: PendingChange, result: ChangeResult): void {
    if (item.settled || this.#closed) return;
    const waiting = this.#lanes.leave(item);
    this.#answer(item, result);
    for (const next of waiting) this.admit(next);
  }

  again(item: PendingChange, otherwise: ChangeResult): void {
    item.retries += 1;
    if (item.retries > MAX_ENTITY_RETRIES) {
      this.settle(item, otherwise);
      return;
    }
    this.stats.retries += 1;
    const { clock } = this.client;
    const wait = backoff(ENTITY_BACKOFF, item.retries, () => clock.random());
    this.#track(
      clock.sleep(wait, this.#closing.signal).then(() => {
        if (!this.#closed) this.#queue.add(item.change.op, item);
      }),
    );
  }

  get #closed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** How a change is answered without being sent; undefined where it must be sent. */
  #answerUnsent(item: PendingChange): ChangeResult | undefined {
    const { op, blueprint } = item.change;
    const fault = isBlueprintName(blueprint)
      ? identifierFault(item.identifier)
      : `the blueprint is ${JSON.stringify(blueprint)}`;
    // Port never took such an entity, so there is nothing to delete.
    if (fault !== undefined && op === 'delete') return { status: 'deleted' };
    if (fault !== undefined) return refused(422, 'port.invalid-identifier', fault);
    if (op === 'upsert' && this.missingBlueprints.has(blueprint)) {
      return unknownBlueprint(blueprint);
    }
    return undefined;
  }

  #answer(item: PendingChange, result: ChangeResult): void {
    if (item.settled || this.#closed) return;
    item.settled = true;
    const acknowledged = result.status === 'created' || result.status === 'updated';
    item.done(item.resolved && acknowledged ? { ...result, identifier: item.identifier } : result);
  }

  #pump(): void {
    while (this.#window.hasRoom) {
      const batch = this.#queue.next();
      if (batch === undefined) return;
      this.#window.enter();
      const changes = batch.items.length;
      this.options.onFlight?.(changes);
      this.#track(
        this.#run(batch).finally(() => {
          this.#window.leave();
          this.options.onFlight?.(-changes);
          this.#pump();
          this.#tellProgress();
        }),
      );
    }
  }

  async #run(batch: Batch): Promise<void> {
    // Answers must never come while the caller is still inside `submit`.
    await Promise.resolve();
    try {
      if (batch.kind === 'upsert') await writeUpserts(batch, this);
      else if (batch.kind === 'delete') await writeDeletes(batch, this);
      else if (batch.kind === 'delete-one') await deleteOne(batch, this);
      else await this.#search.resolve(batch, this);
    } catch (error) {
      if (!(error instanceof PortError)) throw error;
      const suspicion = this.#sender.judge(batch);
      if (suspicion === 'halve') for (const half of halves(batch)) this.enqueue(half);
      else if (suspicion === 'requeue') this.enqueue(batch);
      else {
        const code = error.portCode ?? error.code;
        settleAll(this, batch, refused(error.status, code, error.message));
      }
    }
  }

  #track(task: Promise<void>): void {
    const tracked: Promise<void> = task
      .catch((error: unknown) => {
        // A closed sink aborts what is in flight; anything else is a mistake of ours and must be seen.
        if (this.#closed) return;
        queueMicrotask(() => {
          throw error;
        });
      })
      .finally(() => {
        this.#running.delete(tracked);
      });
    this.#running.add(tracked);
  }

  #tellProgress(): void {
    this.options.onProgress?.({
      ...this.stats,
      inFlight: this.#window.inFlight,
      window: this.#window.size,
      queued: this.#queue.length,
    });
  }
}

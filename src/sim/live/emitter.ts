import { makeRecord, type TrailRecord } from '../cloudtrail/make-record.js';
import { noiseRecord, type Surroundings } from '../cloudtrail/noise.js';
import { stateChanges } from '../cloudtrail/state-changes.js';
import { joinCalls, writeCalls, type LoggedCall } from '../cloudtrail/write-calls.js';
import { Counters } from '../counters.js';
import { ALL_KINDS } from '../organization/kinds/index.js';
import type { KindModel } from '../organization/kind-model.js';
import type { Organization, ResourceChange } from '../organization/organization.js';
import { hashString, Random } from '../organization/random.js';
import type { StreamEngine, StreamEntry } from '../stream/stream-engine.js';
import { controlMessage } from './forms.js';
import type { Emitted, LiveSettings } from './live-options.js';
import { Packer, type Item, type Packed } from './packer.js';
import { poison, POISONS, type Poison } from './poison.js';
import { WaitingLine } from './waiting-line.js';

/** Limits of PutRecords. */
const MOST_RECORDS = 500;
const MOST_BYTES = 5 * 1024 * 1024;
/** What waits for others to come before it goes anyway when nothing has come for so long. */
const IDLE_MS = 200;
/** How far behind a duplicate comes, at most, where events are not reordered. */
const DUPLICATE_WITHIN = 20;

interface Waiter {
  readonly upTo: number;
  resolve(): void;
  reject(reason: Error): void;
}

/**
 * Tells a stream of every change of an organization, as CloudTrail would, disturbed as the settings
 * ask. Everything but the times is drawn from the seed: the same changes, made in one go, give the same
 * records.
 */
export class Emitter {
  private readonly line = new WaitingLine<Item>();
  private readonly packer: Packer;
  private readonly random: Random;
  private readonly counters = new Counters();
  private readonly forms = new Counters();
  private told: { readonly change: ResourceChange; readonly at: number }[] = [];
  private noiseDebt = 0;
  private poisonDebt = 0;
  private poisoned = 0;
  private lastTold = 0;
  private timer: NodeJS.Timeout | undefined;
  /** Packed, and not yet known to be in the stream. */
  private readonly queue: Packed[] = [];
  /** How many were ever packed. */
  private packed = 0;
  private waiters: Waiter[] = [];
  private pumping = false;
  private failure: Error | undefined;
  private closed = false;

  constructor(
    private readonly organization: Organization,
    private readonly engine: StreamEngine,
    private readonly settings: LiveSettings,
    seed: string,
  ) {
    this.random = new Random(hashString(`${seed}|events`));
    this.packer = new Packer(settings, new Random(hashString(`${seed}|forms`)));
    organization.onChange((change) => {
      this.told.push({ change, at: Date.now() });
      this.counters.add('changes');
      this.wake();
    });
  }

  emitted(): Emitted {
    const { counters } = this;
    return {
      changes: counters.get('changes'),
      records: counters.get('records'),
      events: counters.get('event'),
      notifications: counters.get('notification'),
      duplicates: counters.get('duplicate') + counters.get('duplicateNotification'),
      noise: counters.get('noise'),
      poison: counters.get('poison'),
      byForm: this.forms.all(),
      bytes: counters.get('bytes'),
      waiting: this.told.length + this.line.size + this.queue.length,
    };
  }

  /** Puts poison, whatever the share: so many records, of these ways in turn. */
  poison(count: number, ways: readonly Poison[] = POISONS): void {
    for (let i = 0; i < count; i++) this.addPoison(ways, Date.now());
    this.wake();
  }

  /** Puts noise, whatever the share. */
  noise(count: number): void {
    const surroundings = this.surroundings();
    for (let i = 0; i < count; i++) this.addNoise(surroundings, Date.now());
    this.wake();
  }

  /** Puts records as they are, before whatever is queued. They count as records alone. */
  async putRaw(entries: readonly StreamEntry[]): Promise<void> {
    this.put(entries.map((entry) => ({ ...entry, form: 'bare', items: [] })));
    await this.settled();
  }

  /** Puts the message by which CloudWatch Logs asks whether the stream is there. */
  putControlMessage(): Promise<void> {
    return this.putRaw([{ data: controlMessage(), partitionKey: this.random.hex(16) }]);
  }

  /** Resolves when everything that was queued by now is in the stream; delays are waited for, turns are not. */
  async flush(): Promise<void> {
    this.step(true);
    const last = this.line.lastDue();
    if (last !== undefined) {
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, last - Date.now()) + 1));
      this.step(true);
    }
    await this.settled();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.answerWaiters();
  }

  /** Resolves when all that is packed by now is in the stream. */
  private settled(): Promise<void> {
    const upTo = this.packed;
    return new Promise((resolve, reject) => {
      this.waiters.push({ upTo, resolve, reject });
      this.answerWaiters();
    });
  }

  private answerWaiters(): void {
    const done = this.packed - this.queue.length;
    const waiters = this.waiters;
    this.waiters = [];
    for (const waiter of waiters) {
      if (this.failure !== undefined) waiter.reject(this.failure);
      else if (waiter.upTo <= done || this.closed) waiter.resolve();
      else this.waiters.push(waiter);
    }
  }

  private wake(): void {
    if (this.timer !== undefined || this.closed) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.step(Date.now() - this.lastTold > IDLE_MS && this.told.length === 0);
      if (this.line.size > 0) this.wake();
    }, this.settings.lingerMs);
  }

  /** Turns what was told into items, and puts those whose turn it is. */
  private step(all: boolean): void {
    const told = this.told;
    this.told = [];
    if (told.length > 0) {
      this.lastTold = Date.now();
      this.translate(told);
    }
    this.put(this.packer.pack(this.line.take(Date.now(), all)));
  }

  private translate(told: readonly { change: ResourceChange; at: number }[]): void {
    const { random, organization, settings } = this;
    const surroundings = this.surroundings();
    let last: { logged: LoggedCall; at: number } | undefined;
    const logLast = (): void => {
      if (last === undefined) return;
      this.addEvent(makeRecord(last.logged, last.at, random), surroundings, last.at);
      last = undefined;
    };
    for (const { change, at } of told) {
      const model = ALL_KINDS.get(change.key.kind) as KindModel;
      for (const logged of writeCalls(change, model, organization.partition, random)) {
        const joined = last && joinCalls(last.logged, logged, settings.instancesPerCall);
        if (joined === undefined) logLast();
        last = { logged: joined ?? logged, at };
      }
      if (!settings.stateChanges) continue;
      for (const notice of stateChanges(change, organization.partition, at, random))
        this.addItem({ type: 'notification', notice }, at);
    }
    logLast();
  }

  private addEvent(record: TrailRecord, surroundings: Surroundings, at: number): void {
    const { noise, poison: share } = this.settings;
    this.addItem({ type: 'event', record }, at);
    for (this.noiseDebt += noise; this.noiseDebt >= 1; this.noiseDebt -= 1)
      this.addNoise(surroundings, at);
    for (this.poisonDebt += share; this.poisonDebt >= 1 - 1e-9; this.poisonDebt -= 1)
      this.addPoison(POISONS, at);
  }

  private addItem(item: Exclude<Item, { type: 'poison' }>, at: number): void {
    const { random, settings } = this;
    this.line.add(item, this.moved(), this.dueOf(at));
    if (item.type === 'noise' || random.bits() / 2 ** 32 >= settings.duplicates) return;
    const again: Item =
      'notice' in item
        ? { type: 'duplicateNotification', notice: item.notice }
        : { type: 'duplicate', record: item.record };
    const back = 1 + random.int(Math.max(settings.reorder, DUPLICATE_WITHIN));
    this.line.addAgain(again, back, this.dueOf(at));
  }

  private addNoise(surroundings: Surroundings, at: number): void {
    this.addItem({ type: 'noise', record: noiseRecord(surroundings, at, this.random) }, at);
  }

  /** Made of a call that would matter, so that nothing but its damage can be a reason to drop it. */
  private addPoison(ways: readonly Poison[], at: number): void {
    const { random, organization } = this;
    const way = ways[this.poisoned++ % ways.length] as Poison;
    const call = {
      service: 'dynamodb',
      name: 'UpdateTable',
      request: { tableName: 'spoilt' },
      response: { tableDescription: { tableName: 'spoilt', tableStatus: 'UPDATING' } },
    };
    const place = {
      accountId: organization.managementAccountId,
      region: organization.regions[0] as string,
    };
    const data = poison(way, makeRecord({ ...place, call }, at, random), random);
    this.line.add({ type: 'poison', data }, this.moved(), this.dueOf(at));
  }

  private moved(): number {
    const { reorder } = this.settings;
    return reorder === 0 ? 0 : this.random.int(reorder + 1);
  }

  private dueOf(at: number): number {
    const { min, max } = this.settings.delay;
    return max === 0 ? 0 : at + min + (this.random.bits() / 2 ** 32) * (max - min);
  }

  private surroundings(): Surroundings {
    const { accounts, regions } = this.organization;
    return { accountIds: accounts.map(({ id }) => id), regions };
  }

  private put(packed: readonly Packed[]): void {
    for (const entry of packed) this.queue.push(entry);
    this.packed += packed.length;
    if (this.queue.length === 0 || this.pumping || this.failure !== undefined) return;
    this.pumping = true;
    void this.pump();
  }

  /** Puts one batch after the other, each as large as it may be: the slower the stream, the fewer. */
  private async pump(): Promise<void> {
    try {
      while (this.queue.length > 0 && !this.closed) {
        const batch = this.queue.slice(0, batchLength(this.queue));
        await this.engine.put(batch);
        this.queue.splice(0, batch.length);
        this.count(batch);
        this.answerWaiters();
      }
    } catch (cause) {
      const message = 'records could not be put into the simulated stream';
      if (!this.closed) this.failure = new Error(message, { cause });
      this.answerWaiters();
    } finally {
      this.pumping = false;
    }
  }

  private count(batch: readonly Packed[]): void {
    for (const { form, items, data } of batch) {
      this.forms.add(form);
      this.counters.add('records');
      this.counters.add('bytes', data.length);
      for (const item of items) this.counters.add(item);
    }
  }
}

/** How many records the next PutRecords takes. */
function batchLength(queue: readonly Packed[]): number {
  let bytes = 0;
  for (const [i, { data, partitionKey }] of queue.entries()) {
    bytes += data.length + partitionKey.length;
    if (i > 0 && (i === MOST_RECORDS || bytes > MOST_BYTES)) return i;
  }
  return queue.length;
}

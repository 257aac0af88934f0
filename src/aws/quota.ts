import type Bottleneck from 'bottleneck';
import { LRUCache } from 'lru-cache';
import { LearnedRate } from './learned-rate.js';
import { promptBottleneck } from './prompt-bottleneck.js';

/**
 * Quotas per account × region × API. Each has its own limiter, so one throttled account slows no
 * other. Limiters are made on use and dropped when idle (17,000 would take 600 MB); what was learned
 * outlives them.
 */

/** Listings and reads are apart: AWS throttles operations, and a slow listing must not slow reads. */
export type QuotaApi = 'list' | 'read';

/** `live` goes first; a resync is never starved. */
export type QuotaPriority = 'live' | 'resync';

export interface QuotaKey {
  readonly accountId: string;
  readonly region: string;
  readonly api: QuotaApi;
}

export interface QuotasOptions {
  /** Calls per second for listings; absent: learned. */
  readonly listPerSecond?: number;
  /** Calls per second for reads; absent: learned. */
  readonly readPerSecond?: number;
  /** What an earlier process had learned; see {@link Quotas.learned}. */
  readonly known?: Iterable<readonly [name: string, perSecond: number]>;
  /** Limiters kept alive while idle. Default 512. Busy ones are bounded by the fetch slots. */
  readonly maxIdle?: number;
  /** Clock in ms for learning. Default Date.now. */
  readonly now?: () => number;
}

/** Of every five calls that could go, at least one is the resync's. */
const LIVE_RUN = 4;
/** Rates remembered; more than accounts × regions × 2 of the largest organizations. */
const MAX_RATES = 100_000;

interface Waiter {
  /** Takes a slot; calls `done` to give it back. */
  readonly take: (done: () => void) => void;
  readonly refuse: (reason: Error) => void;
}

/** One account × region × API: a bottleneck whose slots go to the live path first. */
class Limiter {
  readonly #bottleneck: Bottleneck;
  readonly #waiting: Record<QuotaPriority, Waiter[]> = { live: [], resync: [] };
  #liveRun = 0;
  #jobs = 0;

  constructor(readonly rate: LearnedRate) {
    this.#bottleneck = promptBottleneck(settings(rate));
  }

  get idle(): boolean {
    return this.#jobs === 0;
  }

  /** Resolves in a free slot and holds it until `release`. Rejects with the signal's reason when aborted while waiting. */
  acquire(priority: QuotaPriority, signal: AbortSignal | undefined): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const queue = this.#waiting[priority];
      const abandon = (): void => {
        const at = queue.indexOf(waiter);
        if (at < 0) return;
        queue.splice(at, 1);
        reject(signal?.reason as Error);
      };
      const waiter: Waiter = {
        take: (done) => {
          signal?.removeEventListener('abort', abandon);
          resolve(done);
        },
        refuse: reject,
      };
      queue.push(waiter);
      signal?.addEventListener('abort', abandon, { once: true });
      this.#jobs += 1;
      this.#bottleneck
        .schedule(this.#job)
        // Only `close` drops jobs, and it has told their waiters.
        .catch(() => undefined)
        .finally(() => {
          this.#jobs -= 1;
        });
    });
  }

  /** Takes whichever waiter is next when its slot comes, so that the order is decided at the last moment. */
  readonly #job = (): Promise<void> =>
    new Promise((done) => {
      const next = this.#next();
      // Its waiter went away: the slot goes back at once.
      if (next === undefined) done();
      else next.take(done);
    });

  #next(): Waiter | undefined {
    const { live, resync } = this.#waiting;
    const takeLive = live.length > 0 && (resync.length === 0 || this.#liveRun < LIVE_RUN);
    this.#liveRun = takeLive ? this.#liveRun + 1 : 0;
    return takeLive ? live.shift() : resync.shift();
  }

  adjust(): void {
    this.#bottleneck.updateSettings(settings(this.rate));
  }

  async close(): Promise<void> {
    const left = [...this.#waiting.live.splice(0), ...this.#waiting.resync.splice(0)];
    for (const { refuse } of left) refuse(new DOMException('the quotas were closed', 'AbortError'));
    // Dropping clears their timers, which would keep the process alive.
    if (!this.idle) void this.#bottleneck.stop({ dropWaitingJobs: true });
    await this.#bottleneck.disconnect(false);
  }
}

function settings(rate: LearnedRate): { minTime: number; maxConcurrent: number } {
  return { minTime: spacing(rate), maxConcurrent: rate.maxInFlight };
}

/** Milliseconds between two starts; rounded up, so that a rate is never exceeded. */
function spacing(rate: LearnedRate): number {
  return Math.ceil(1000 / rate.perSecond);
}

/** All quotas of a process. */
export class Quotas {
  readonly #limiters = new Map<string, Limiter>();
  readonly #rates = new LRUCache<string, LearnedRate>({ max: MAX_RATES });
  readonly #options: QuotasOptions;
  readonly #known: ReadonlyMap<string, number>;
  readonly #maxIdle: number;
  readonly #now: () => number;

  constructor(options: QuotasOptions = {}) {
    this.#options = options;
    this.#known = new Map(options.known);
    this.#maxIdle = options.maxIdle ?? 512;
    this.#now = options.now ?? Date.now;
  }

  /** Waits for a slot. The caller must call what it resolves to when its one call has come back. */
  acquire(
    key: QuotaKey,
    priority: QuotaPriority = 'resync',
    signal?: AbortSignal,
  ): Promise<() => void> {
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
    return this.#limiter(encode(key)).acquire(priority, signal);
  }

  /** The call was throttled: the quota learns downwards. */
  throttled(key: QuotaKey): void {
    const id = encode(key);
    if (this.#rate(id).throttled(this.#now())) this.#limiters.get(id)?.adjust();
  }

  /** The call was not throttled: the quota learns upwards. */
  clean(key: QuotaKey): void {
    const id = encode(key);
    const rate = this.#rate(id);
    const before = spacing(rate);
    // Bottleneck's settings cost a turn of its queue: touch them only where they change.
    if (rate.clean(this.#now()) && spacing(rate) !== before) {
      this.#limiters.get(id)?.adjust();
    }
  }

  /** Calls per second that a quota allows at present. */
  perSecond(key: QuotaKey): number {
    return this.#rate(encode(key)).perSecond;
  }

  /** What was learned of each account, region and API, by a name that the next process knows it by. */
  learned(): (readonly [name: string, perSecond: number])[] {
    const rates = new Map(this.#known);
    for (const [name, { learned }] of this.#rates.entries()) {
      if (learned !== undefined) rates.set(name, learned);
    }
    return [...rates];
  }

  /** Limiters alive at present. */
  get alive(): number {
    return this.#limiters.size;
  }

  /** Refuses whoever still waits with an AbortError. */
  async close(): Promise<void> {
    const all = [...this.#limiters.values()];
    this.#limiters.clear();
    await Promise.all(all.map((limiter) => limiter.close()));
  }

  #limiter(id: string): Limiter {
    const known = this.#limiters.get(id);
    if (known !== undefined) {
      // Moved to the end: the map's order is the order of use.
      this.#limiters.delete(id);
      this.#limiters.set(id, known);
      return known;
    }
    this.#dropIdle();
    const made = new Limiter(this.#rate(id));
    this.#limiters.set(id, made);
    return made;
  }

  #dropIdle(): void {
    if (this.#limiters.size < this.#maxIdle) return;
    for (const [id, limiter] of this.#limiters) {
      if (!limiter.idle) continue;
      this.#limiters.delete(id);
      void limiter.close();
      if (this.#limiters.size < this.#maxIdle) return;
    }
  }

  #rate(id: string): LearnedRate {
    const known = this.#rates.get(id);
    if (known !== undefined) return known;
    const fixed = id.endsWith('|list') ? this.#options.listPerSecond : this.#options.readPerSecond;
    const before = this.#known.get(id);
    const made = new LearnedRate({
      ...(fixed !== undefined && { fixedPerSecond: fixed }),
      ...(before !== undefined && { knownPerSecond: before }),
    });
    this.#rates.set(id, made);
    return made;
  }
}

function encode(key: QuotaKey): string {
  return `${key.accountId}|${key.region}|${key.api}`;
}

/**
 * The rate of calls that one account × region × API is thought to bear: it rises slowly and falls at
 * once, as TCP's window does. Cloud Control publishes no quota, so it is learned. Pure: the
 * time is an argument.
 */
export interface LearnedRateOptions {
  /** Calls per second that the user set: never exceeded, recovered to after throttling. Absent: learned. */
  readonly fixedPerSecond?: number;
  /** What an earlier process had found: begun with instead of being looked for again. */
  readonly knownPerSecond?: number;
}

/** Calls per second to start with where nothing is known. */
export const START_PER_SECOND = 10;
/** Calls per second never exceeded. */
export const MAX_PER_SECOND = 200;
/** Calls per second never undercut: even a closed quota is probed now and then. */
export const MIN_PER_SECOND = 0.2;
/** Throttles within this many ms of a decrease belong to the same burst and count once. */
const BURST_MS = 500;
/** Where the rate is found: what is thought to be borne is touched now and then, and no more. */
const DECREASE = 0.88;
/** Where it is yet to be found, or has become another: throttled again before many calls went well. */
const FAST_DECREASE = 0.6;
const FIXED_DECREASE = 0.5;
/** So many calls that went well since the last throttle say that the rate is about right. */
const CALM_CALLS = 12;
/** Until the first throttle each clean call adds this many calls per second. */
const PROBING_STEP = 1;
/**
 * After it each adds this share of the rate: some forty calls from one throttle to the next, whatever
 * the rate is. Adding a fixed rate a second would have a slow account throttled with every few calls.
 */
const STEP_SHARE = 0.003;
/** A rate that the user set is recovered to in so many calls per second with a second's calls. */
const FIXED_STEP_PER_SECOND = 1;

export class LearnedRate {
  /** Calls per second at present. */
  perSecond: number;
  readonly #cap: number;
  readonly #fixed: boolean;
  #decreasedAt = Number.NEGATIVE_INFINITY;
  /** Calls that went well since the last decrease. */
  #calm = 0;
  /**
   * The rate when it was last about right: many calls had gone well since the last throttle. A storm of
   * throttles says nothing about what is borne otherwise.
   */
  #found: number | undefined;
  /** Until the first throttle every clean call adds a whole step, so a generous quota is found in seconds. */
  #probing: boolean;

  constructor(options: LearnedRateOptions = {}) {
    this.#fixed = options.fixedPerSecond !== undefined;
    this.#cap = options.fixedPerSecond ?? MAX_PER_SECOND;
    const known = this.#fixed ? undefined : options.knownPerSecond;
    this.#probing = !this.#fixed && known === undefined;
    const start = known === undefined ? START_PER_SECOND : Math.max(MIN_PER_SECOND, known);
    this.perSecond = options.fixedPerSecond ?? Math.min(MAX_PER_SECOND, start);
    this.#found = known === undefined ? undefined : this.perSecond;
  }

  /** What was found so far; undefined where the user set it, or it was never about right. */
  get learned(): number | undefined {
    return this.#found;
  }

  /** Calls that may be in flight at this rate: 8 at the start, as long as an answer takes below 0.8 s. */
  get maxInFlight(): number {
    return Math.min(64, Math.max(2, Math.ceil(this.perSecond * 0.8)));
  }

  /** A call was throttled at `now` (ms). Answers whether the rate changed. */
  throttled(now: number): boolean {
    const calm = !this.#fixed && !this.#probing && this.#calm >= CALM_CALLS;
    this.#probing = false;
    if (now - this.#decreasedAt < BURST_MS) return false;
    this.#decreasedAt = now;
    const floor = Math.min(MIN_PER_SECOND, this.#cap);
    const decrease = this.#fixed ? FIXED_DECREASE : calm ? DECREASE : FAST_DECREASE;
    this.perSecond = Math.max(floor, this.perSecond * decrease);
    if (calm) this.#found = this.perSecond;
    this.#calm = 0;
    return true;
  }

  /** A call that was not throttled came back at `now` (ms). Answers whether the rate changed. */
  clean(now: number): boolean {
    // Answers to calls sent before the decrease say nothing about the new rate.
    if (this.perSecond >= this.#cap || now - this.#decreasedAt < BURST_MS) return false;
    this.#calm += 1;
    this.perSecond = Math.min(this.#cap, this.perSecond + this.#step());
    const isFound = !this.#fixed && !this.#probing && this.#calm >= CALM_CALLS;
    if (isFound) this.#found = this.perSecond;
    return true;
  }

  #step(): number {
    if (this.#probing) return PROBING_STEP;
    if (this.#fixed) return FIXED_STEP_PER_SECOND / Math.max(1, this.perSecond);
    return this.perSecond * STEP_SHARE;
  }
}

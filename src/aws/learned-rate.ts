/**
 * The rate of calls that one account × region × API is thought to bear: additive increase,
 * multiplicative decrease, as TCP does. Cloud Control publishes no quota, so it is learned. Pure: the
 * time is an argument.
 */
export interface LearnedRateOptions {
  /** Calls per second that the user set: never exceeded, recovered to after throttling. Absent: learned. */
  readonly fixedPerSecond?: number;
}

/** Calls per second to start with where nothing is known. */
export const START_PER_SECOND = 10;
/** Calls per second never exceeded. */
export const MAX_PER_SECOND = 200;
/** Calls per second never undercut: even a closed quota is probed now and then. */
export const MIN_PER_SECOND = 0.5;
/** Throttles within this many ms of a decrease belong to the same burst and count once. */
const BURST_MS = 500;
const DECREASE = 0.6;
const FIXED_DECREASE = 0.5;
/** After a throttle, a clean second's calls together add this many calls per second. */
const STEP_PER_SECOND = 1;

export class LearnedRate {
  /** Calls per second at present. */
  perSecond: number;
  readonly #cap: number;
  readonly #fixed: boolean;
  #decreasedAt = Number.NEGATIVE_INFINITY;
  /** Until the first throttle every clean call adds a whole step, so a generous quota is found in seconds. */
  #probing: boolean;

  constructor(options: LearnedRateOptions = {}) {
    this.#fixed = options.fixedPerSecond !== undefined;
    this.#cap = options.fixedPerSecond ?? MAX_PER_SECOND;
    this.#probing = !this.#fixed;
    this.perSecond = options.fixedPerSecond ?? START_PER_SECOND;
  }

  /** Calls that may be in flight at this rate: 8 at the start, as long as an answer takes below 0.8 s. */
  get maxInFlight(): number {
    return Math.min(64, Math.max(2, Math.ceil(this.perSecond * 0.8)));
  }

  /** A call was throttled at `now` (ms). Answers whether the rate changed. */
  throttled(now: number): boolean {
    this.#probing = false;
    if (now - this.#decreasedAt < BURST_MS) return false;
    this.#decreasedAt = now;
    const floor = Math.min(MIN_PER_SECOND, this.#cap);
    this.perSecond = Math.max(floor, this.perSecond * (this.#fixed ? FIXED_DECREASE : DECREASE));
    return true;
  }

  /** A call that was not throttled came back at `now` (ms). Answers whether the rate changed. */
  clean(now: number): boolean {
    // Answers to calls sent before the decrease say nothing about the new rate.
    if (this.perSecond >= this.#cap || now - this.#decreasedAt < BURST_MS) return false;
    const step = this.#probing ? STEP_PER_SECOND : STEP_PER_SECOND / Math.max(1, this.perSecond);
    this.perSecond = Math.min(this.#cap, this.perSecond + step);
    return true;
  }
}

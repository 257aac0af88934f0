import type { Tick } from '../model/observation.js';
import type { CreditPool } from './credit-pool.js';
import type { FetchSlots } from './fetch-slots.js';
import type { OutstandingTicks } from './outstanding-ticks.js';

/** What a fetch is expected to bring. */
interface Expectation {
  readonly observations: number;
  readonly bytes: number;
}

/** The right to send one request; see AcquirePermit of the sources. */
export interface Permit {
  readonly startedAt: Tick;
  received(observations: number, bytes: number): void;
}

export interface PermitsOptions {
  readonly credits: CreditPool;
  readonly slots: FetchSlots;
  readonly outstanding: OutstandingTicks;
  readonly nextTick: () => Tick;
}

/** Before a kind was seen: a page of Cloud Control's usual size, a resource of a usual size. */
const FIRST: Readonly<Record<'page' | 'read', Expectation>> = {
  page: { observations: 100, bytes: 200_000 },
  read: { observations: 1, bytes: 4_000 },
};

/**
 * Gives fetches their permits: credits for what they are expected to bring (what the kind's last fetch
 * brought), then a slot on the wire, then the tick that their observations are timed by.
 *
 * Credits come before the slot: whoever waits for credits must not keep others off the wire.
 */
export class Permits {
  readonly #options: PermitsOptions;
  readonly #expected = new Map<string, Expectation>();

  constructor(options: PermitsOptions) {
    this.#options = options;
  }

  /**
   * @param live whether the credits kept for live fetches may be used
   * @param signal rejects with its reason while waiting
   */
  async acquire(
    kind: string,
    unit: 'page' | 'read',
    live: boolean,
    signal?: AbortSignal,
  ): Promise<Permit> {
    const { credits, slots, outstanding, nextTick } = this.#options;
    const name = `${unit} ${kind}`;
    const expected = this.#expected.get(name) ?? FIRST[unit];
    await credits.take(expected, live, signal);
    try {
      await slots.take(signal);
    } catch (error) {
      credits.adjust(-expected.observations, -expected.bytes);
      throw error;
    }
    const startedAt = nextTick();
    outstanding.open(startedAt);
    let open = true;
    return {
      startedAt,
      received: (observations, bytes) => {
        if (!open) return;
        open = false;
        slots.release();
        outstanding.add(startedAt, observations - 1);
        // An empty answer says nothing about the size of the next one.
        if (observations > 0) this.#expected.set(name, { observations, bytes });
        credits.arrived(observations);
        credits.adjust(observations - expected.observations, bytes - expected.bytes);
      },
    };
  }
}

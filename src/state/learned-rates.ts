import type { StateStore, StateWrite } from './state-store.js';

const RATES = 'learned-rates';
/** After so long nothing is held of it any more: quotas are raised, and accounts become busy. */
const STALE_MS = 7 * 24 * 3_600_000;

/** Calls per second that an account × region × API was found to bear, by its name. */
export type Rates = readonly (readonly [name: string, perSecond: number])[];

interface Stored {
  readonly at: number;
  readonly rates: Rates;
}

/** The rates that the last process had learned; none where that is longer ago than a week. */
export function readLearnedRates(store: StateStore, now: number): Rates {
  const stored = store.get<Stored>('meta', RATES);
  return stored === undefined || now - stored.at > STALE_MS ? [] : stored.rates;
}

/** Notes what was learned, instead of what was noted before. */
export function writeLearnedRates(rates: Rates, now: number): StateWrite {
  const rounded = rates.map(([name, rate]) => [name, Math.round(rate * 1_000) / 1_000] as const);
  return { op: 'put', table: 'meta', key: RATES, value: { at: now, rates: rounded } };
}

import Bottleneck from 'bottleneck';

interface Pausing {
  yieldLoop?: (ms?: number) => Promise<void>;
}

/**
 * A Bottleneck whose local store does not pause. Its steps (submit, register, free) each wait for a
 * timer of 0 ms, only to be as late as the Redis store would be: 5 ms and 620 µs of CPU a job instead
 * of 1.4 ms and 290 µs. Waits that are meant, for `minTime`, are Bottleneck's own timers and stay. A
 * Bottleneck without such a store works as it is.
 */
export function promptBottleneck(options: Bottleneck.ConstructorOptions): Bottleneck {
  const bottleneck = new Bottleneck(options);
  const { _store: store } = bottleneck as unknown as { readonly _store?: Pausing };
  const pause = store?.yieldLoop;
  if (store !== undefined && pause !== undefined) {
    store.yieldLoop = (ms = 0) => (ms > 0 ? pause.call(store, ms) : Promise.resolve());
  }
  return bottleneck;
}

import { setMaxListeners } from 'node:events';

/** How long a stop may take before the process ends anyway, in ms. */
const DRAIN_MS = 60_000;

/**
 * Turns SIGTERM and SIGINT into an orderly stop: the first one stops fetching and lets what is in flight
 * settle, the second one (or a minute) ends the process at once. Either way nothing is lost: what was
 * not acknowledged is an intent in the index. Returns the controller and what undoes it.
 */
export function stopOnSignals(say: (line: string) => void): {
  readonly stop: AbortController;
  readonly release: () => void;
} {
  const stop = new AbortController();
  // Every fetch that waits listens to it: many at once are no leak.
  setMaxListeners(0, stop.signal);
  let timer: NodeJS.Timeout | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stop.signal.aborted) process.exit(1);
    say(`${signal}: letting what is in flight settle; once more to end at once`);
    stop.abort(new Error('stopped by a signal'));
    timer = setTimeout(() => process.exit(3), DRAIN_MS);
    timer.unref();
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  return {
    stop,
    release: () => {
      clearTimeout(timer);
      process.off('SIGTERM', onSignal);
      process.off('SIGINT', onSignal);
    },
  };
}

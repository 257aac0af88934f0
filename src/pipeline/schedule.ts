import { setTimeout as sleep } from 'node:timers/promises';
import { EMPTY, concat, defer, from, mergeMap, of, repeat } from 'rxjs';
import type { Observable } from 'rxjs';
import type { Flight } from '../flow/flight.js';
import type { Summary } from '../model/summary.js';
import type { Engine } from './open-engine.js';
import { resync } from './resync.js';
import type { ResyncOptions } from './resync.js';
import { runFlow, summaryOf } from './run.js';
import type { OriginContext } from './run.js';

export interface ScheduleOptions {
  /** Between the starts of two resyncs, in ms. */
  readonly everyMs: number;
  /** Options of a resync; the first one goes on with what was cut short. */
  readonly resync: (first: boolean) => ResyncOptions;
  /** Told after each. */
  readonly finished: (summary: Summary) => Promise<void> | void;
  /** Live changes that flow in beside the resyncs until stopped. Default none. */
  readonly live?: (context: OriginContext) => Observable<readonly Flight[]>;
  readonly stop: AbortSignal;
}

/**
 * Runs resyncs on schedule until stopped, with live changes and what is due in the retry table beside
 * them. A resync that takes longer than its interval is followed by the next at once, never joined by
 * it.
 */
export async function runOnSchedule(engine: Engine, options: ScheduleOptions): Promise<void> {
  await runFlow(engine, (context) => ({
    resync$: resyncs(engine, context, options),
    live$: options.live?.(context) ?? EMPTY,
  }));
}

function resyncs(
  engine: Engine,
  { ledger, retries }: OriginContext,
  { everyMs, stop, finished, resync: optionsOf }: ScheduleOptions,
): Observable<readonly Flight[]> {
  let startedAt = 0;
  let first = true;
  const rest = async (): Promise<void> => {
    await finished(summaryOf(engine));
    const left = startedAt + everyMs - Date.now();
    if (left > 0) await sleep(left, undefined, { signal: stop }).catch(() => undefined);
  };
  return defer(() => {
    if (stop.aborted) return EMPTY;
    startedAt = Date.now();
    engine.portStats();
    const options = optionsOf(first);
    first = false;
    return concat(
      resync(engine.parts, ledger, retries, options),
      defer(() => from(rest())).pipe(mergeMap(() => EMPTY)),
    );
  }).pipe(repeat({ delay: () => (stop.aborted ? EMPTY : of(undefined)) }));
}

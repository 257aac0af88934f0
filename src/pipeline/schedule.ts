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
  /** Rings where a resync is wanted before its time. Default: none is. */
  readonly bell?: ResyncBell;
  /** The first one waits for its time, or for the bell, too. Default false. */
  readonly restFirst?: boolean;
}

/** Asks for a resync now: ends the rest between two, or, rung during one, has another follow at once. */
export class ResyncBell {
  #rung = false;
  #heard: () => void = () => undefined;

  ring(): void {
    this.#rung = true;
    this.#heard();
  }

  /** Resolves when the bell is rung, or was since the last wait; after `ms`; or once stopped. */
  async wait(ms: number, stop: AbortSignal): Promise<void> {
    const over = new AbortController();
    this.#heard = () => over.abort();
    const signal = AbortSignal.any([stop, over.signal]);
    if (!this.#rung && ms > 0) await sleep(ms, undefined, { signal }).catch(() => undefined);
    this.#heard = () => undefined;
    this.#rung = false;
  }
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
  options: ScheduleOptions,
): Observable<readonly Flight[]> {
  let startedAt = Date.now();
  let first = true;
  const { everyMs, stop, finished, resync: optionsOf } = options;
  const bell = options.bell ?? new ResyncBell();
  const rest = async (): Promise<void> => {
    await finished(summaryOf(engine));
    await wait();
  };
  const wait = (): Promise<void> => bell.wait(startedAt + everyMs - Date.now(), stop);
  const one = defer(() => {
    if (stop.aborted) return EMPTY;
    startedAt = Date.now();
    engine.portStats();
    const resyncOptions = optionsOf(first);
    first = false;
    return concat(
      resync(engine.parts, ledger, retries, resyncOptions),
      defer(() => from(rest())).pipe(mergeMap(() => EMPTY)),
    );
  });
  const later = defer(() => from(options.restFirst === true ? wait() : Promise.resolve()));
  return concat(
    later.pipe(mergeMap(() => EMPTY)),
    one.pipe(repeat({ delay: () => (stop.aborted ? EMPTY : of(undefined)) })),
  );
}

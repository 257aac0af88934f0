import { EMPTY, Subject, finalize, lastValueFrom, merge, tap } from 'rxjs';
import type { Observable } from 'rxjs';
import type { Flight } from '../flow/flight.js';
import type { Summary } from '../model/summary.js';
import { dataflow } from './dataflow.js';
import { Ledger } from './ledger.js';
import type { Engine } from './open-engine.js';
import { resync } from './resync.js';
import type { ResyncOptions } from './resync.js';
import { Retries } from './retries.js';
import { stagesOf } from './stages.js';

/** What an origin of flights is made of. */
export interface OriginContext {
  readonly ledger: Ledger;
  readonly retries: Retries;
}

/**
 * Runs one resync to its end and gives its summary. Rejects where the state can no longer be written
 * or an operator fails; whatever the world outside does wrong is in the summary.
 */
export async function runResync(engine: Engine, options: ResyncOptions): Promise<Summary> {
  engine.portStats();
  await runFlow(engine, ({ ledger, retries }) => ({
    resync$: resync(engine.parts, ledger, retries, options),
    live$: EMPTY,
  }));
  return summaryOf(engine);
}

/**
 * Lets the origins' flights through the dataflow, and what the retry table has due meanwhile; resolves
 * when the origins have completed and all has settled.
 */
export async function runFlow(
  engine: Engine,
  originsOf: (context: OriginContext) => {
    readonly resync$: Observable<readonly Flight[]>;
    readonly live$: Observable<readonly Flight[]>;
  },
): Promise<void> {
  const { parts } = engine;
  const ledger = new Ledger(parts);
  const retries = new Retries(parts, ledger);
  const failure = new Subject<never>();
  const stages = stagesOf(parts, ledger, (error) => {
    failure.error(error);
  });
  const { resync$, live$ } = originsOf({ ledger, retries });
  let open = 2;
  const ends = <T>(): ((source: Observable<T>) => Observable<T>) =>
    tap<T>({
      complete: () => {
        open -= 1;
        if (open === 0) retries.close();
      },
    });
  const settled$ = dataflow(parts, stages, {
    resync$: resync$.pipe(ends()),
    live$: live$.pipe(ends()),
    retries$: retries.flights(),
  }).pipe(
    tap({ complete: () => failure.complete() }),
    finalize(() => retries.close()),
  );
  await lastValueFrom(merge(settled$, failure), { defaultValue: undefined });
}

/** The summary of the running or last resync, with Port's requests since the last one. */
export function summaryOf(engine: Engine): Summary {
  const { parts } = engine;
  const deadLetters = parts.state.deadLetters.count();
  return parts.counters.summary(parts.generation, deadLetters, engine.portStats());
}

/** Exit code of a finished run: 0 where everything is whole, 3 where something is not. */
export function exitCodeOf(summary: Summary): 0 | 3 {
  const whole =
    summary.failures.length === 0 &&
    summary.scopes.failed === 0 &&
    summary.deadLetters === 0 &&
    summary.entities.held === 0;
  return whole ? 0 : 3;
}

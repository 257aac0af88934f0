import { EMPTY, Subject, lastValueFrom, merge, tap } from 'rxjs';
import type { Observable } from 'rxjs';
import type { Flight } from '../flow/flight.js';
import type { Summary } from '../model/summary.js';
import { dataflow } from './dataflow.js';
import { Ledger } from './ledger.js';
import type { Engine } from './open-engine.js';
import { resync } from './resync.js';
import type { ResyncOptions } from './resync.js';
import { stagesOf } from './stages.js';

/**
 * Runs one resync to its end and gives its summary. Rejects where the state can no longer be written
 * or an operator fails; whatever the world outside does wrong is in the summary.
 */
export async function runResync(engine: Engine, options: ResyncOptions): Promise<Summary> {
  const { parts } = engine;
  const ledger = new Ledger(parts);
  engine.portStats();
  await flow(engine, ledger, resync(parts, ledger, options));
  const deadLetters = parts.state.deadLetters.count();
  return parts.counters.summary(parts.generation, deadLetters, engine.portStats());
}

/** Lets one origin's flights through the dataflow; resolves when all have settled. */
export async function flow(
  engine: Engine,
  ledger: Ledger,
  origin$: Observable<readonly Flight[]>,
): Promise<void> {
  const failure = new Subject<never>();
  const stages = stagesOf(engine.parts, ledger, (error) => {
    failure.error(error);
  });
  const settled$ = dataflow(engine.parts, stages, { resync$: origin$, retries$: EMPTY }).pipe(
    tap({ complete: () => failure.complete() }),
  );
  await lastValueFrom(merge(settled$, failure), { defaultValue: undefined });
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

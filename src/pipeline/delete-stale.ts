import type { Observable } from 'rxjs';
import { concat, defer, from, mergeMap } from 'rxjs';
import type { Flight } from '../flow/flight.js';
import { judgeDeletes } from '../resync/threshold.js';
import { confirmAndDelete } from './confirm-deletes.js';
import { noteDepartures } from './departures.js';
import type { Ledger } from './ledger.js';
import type { Parts } from './parts.js';
import type { ResyncFindings } from './resync-findings.js';
import { tallyDeletes } from './tally-deletes.js';
import { deleteUnclaimed, overdueClaims } from './unclaimed.js';

export interface DeleteOptions {
  readonly partial: boolean;
  readonly allowDeletes?: number;
}

/**
 * The end of a resync: what scopes missed, what left the pipeline, what mappings no longer yield and
 * what nobody claims is weighed against the threshold, and deleted or held.
 *
 * The weighing comes before the confirming reads: where a listing shrank to nothing, a person is asked
 * before AWS is asked a hundred thousand times.
 */
export function deleteStale(
  parts: Parts,
  ledger: Ledger,
  findings: ResyncFindings,
  options: DeleteOptions,
): Observable<readonly Flight[]> {
  return defer(() => from(decide(parts, findings, options))).pipe(
    mergeMap(({ candidates, claims }) =>
      concat(confirmAndDelete(parts, ledger, candidates), deleteUnclaimed(parts, claims)),
    ),
  );
}

async function decide(parts: Parts, findings: ResyncFindings, options: DeleteOptions) {
  if (!options.partial) await noteDepartures(parts, findings);
  const claims = options.partial ? [] : await overdueClaims(parts, findings);
  const tally = await tallyDeletes(parts, claims.length);
  const verdict = judgeDeletes({
    kinds: tally.kinds,
    all: tally.all,
    threshold: parts.pipeline.entityDeletionThreshold,
    ...(options.allowDeletes !== undefined && { allowDeletes: options.allowDeletes }),
  });
  parts.counters.entities.held = verdict.held;
  parts.counters.heldBecause.push(...verdict.reasons);
  if (verdict.held > 0) {
    parts.log.warn(
      { held: verdict.held, released: verdict.release },
      `deletes are held: ${verdict.reasons.join('; ')}. Look why, then run with --allow-deletes ${verdict.held + verdict.release}`,
    );
  }
  if (verdict.release > 0) await parts.dependents.refresh();
  const { candidates, left } = tally.take(verdict.release);
  return { candidates, claims: claims.slice(0, left) };
}

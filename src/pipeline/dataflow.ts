import { merge } from 'rxjs';
import type { Observable } from 'rxjs';
import type { Flight } from '../flow/flight.js';
import type { Answered } from '../flow/stages.js';
import { diff } from '../operators/diff.js';
import { fence } from '../operators/fence.js';
import { gather } from '../operators/gather.js';
import { settle } from '../operators/settle.js';
import { skipUnchanged } from '../operators/skip-unchanged.js';
import { transform } from '../operators/transform.js';
import { write } from '../operators/write.js';
import type { Parts } from './parts.js';
import type { Stages } from './stages.js';

/** Where flights come from. */
export interface Origins {
  /** Listings of a resync, and the deletes it ends with. */
  readonly resync$: Observable<readonly Flight[]>;
  /** What changes of which the stream told were read to be. */
  readonly live$: Observable<readonly Flight[]>;
  /** What the retry table has due, resync or none. */
  readonly retries$: Observable<readonly Flight[]>;
}

/**
 * The dataflow: every observation, wherever it comes from, takes this one way to Port.
 *
 * Flights leave it early by settling (outdated, unchanged, filtered, dead); those that come out at the
 * end were acknowledged and committed. Whichever way a flight ends, its credits flow back to the
 * sources, which fetch no more than they have credits for.
 */
export function dataflow(
  parts: Parts,
  stages: Stages,
  origins: Origins,
): Observable<readonly Answered[]> {
  return merge(origins.resync$, origins.live$, origins.retries$).pipe(
    fence(parts.flow.fence, stages.settle),
    skipUnchanged(stages.unchanged),
    gather(stages.batches),
    transform(stages.map),
    diff(stages.diff),
    write(stages.write),
    settle(stages.commit),
  );
}

import type { Logger } from 'pino';
import type { Pipeline } from '../config/pipeline.js';
import type { CreditPool } from '../flow/credit-pool.js';
import type { FenceMemory } from '../flow/fence-memory.js';
import type { Lanes } from '../flow/lanes.js';
import type { OutstandingTicks } from '../flow/outstanding-ticks.js';
import type { PendingWrite } from '../flow/pending-write.js';
import type { Permits } from '../flow/permits.js';
import type { JqEngine } from '../jq/jq-engine.js';
import type { ChangeResult } from '../model/change.js';
import type { ResourceSource } from '../sources/resource-source.js';
import type { DeadLetters } from '../state/dead-letters.js';
import type { IndexTable } from '../state/index-table.js';
import type { RicherKinds } from '../state/richer-kinds.js';
import type { RetryTable } from '../state/retry-table.js';
import type { EndedScopes } from '../state/scopes.js';
import type { StaleTable } from '../state/stale.js';
import type { StateStore } from '../state/state-store.js';
import type { Ticks } from '../state/ticks.js';
import type { UnclaimedTable } from '../state/unclaimed.js';
import type { Counters } from './counters.js';
import type { Dependents } from './dependents.js';
import type { FaultReport } from './fault-report.js';
import type { RelatedClaims } from './related-claims.js';
import type { Programs } from './programs.js';
import type { Tap } from './tap.js';

/** The durable state, table by table. */
export interface StateParts {
  readonly store: StateStore;
  readonly index: IndexTable;
  readonly retries: RetryTable;
  readonly deadLetters: DeadLetters;
  readonly richer: RicherKinds;
  readonly ended: EndedScopes;
  readonly stale: StaleTable;
  readonly unclaimed: UnclaimedTable;
  readonly relatedClaims: RelatedClaims;
  readonly ticks: Ticks;
}

/** What bounds and orders the flow. */
export interface FlowParts {
  readonly credits: CreditPool;
  readonly outstanding: OutstandingTicks;
  readonly permits: Permits;
  readonly fence: FenceMemory;
  readonly resourceLanes: Lanes;
  readonly entityLanes: Lanes;
}

/** Everything that the dataflow is wired of. */
export interface Parts {
  readonly pipeline: Pipeline;
  readonly state: StateParts;
  readonly flow: FlowParts;
  readonly jq: JqEngine;
  readonly programs: Programs;
  readonly faults: FaultReport;
  readonly source: (kind: string) => ResourceSource;
  /** Sends one write; in a plan, answers it without sending. */
  readonly submit: (write: PendingWrite, done: (result: ChangeResult) => void) => void;
  /** Which deletes must spare what relates to the entity. */
  readonly dependents: Pick<Dependents, 'refresh'>;
  /** Who looks on while observations settle. */
  readonly tap: Tap;
  readonly log: Logger;
  /** Ends all fetching and waiting when aborted; what is in flight still settles. */
  readonly stop: AbortSignal;
  /** Counts of the running resync; replaced when the next one starts. */
  counters: Counters;
  /** Generation of the running (or last) resync. */
  generation: number;
}

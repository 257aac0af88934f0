import type { ChangeResult } from '../model/change.js';
import type { IndexRecord } from '../model/index-record.js';
import type { MappingOutcome, MappingResult } from '../model/mapping-result.js';
import type { Outcome } from '../model/outcome.js';
import type { Flight } from './flight.js';
import type { PendingWrite } from './pending-write.js';
import type { WritePlan } from './plan-writes.js';

/** A flight with what the mappings made of it; `result` is absent where there was nothing to map. */
export interface Mapped {
  readonly flight: Flight;
  readonly result?: MappingOutcome;
}

/** A flight whose writes are decided, in their lanes, and whose intent is on its way to the index. */
export interface Planned {
  readonly flight: Flight;
  readonly before: IndexRecord | undefined;
  readonly result?: MappingResult;
  readonly plan: WritePlan;
  readonly writes: readonly PendingWrite[];
  /** Resolves once the intent is durable; undefined where none was needed. */
  readonly durable?: Promise<void>;
}

/** Port's answer, or `repeated`: the write right before it in its lane had the same content and succeeded. */
export type WriteResult = ChangeResult | { readonly status: 'repeated' };

/** A flight whose every write was answered; `results[i]` answers `planned.writes[i]`. */
export interface Answered {
  readonly planned: Planned;
  readonly results: readonly WriteResult[];
  /** How the flight ended, once that is concluded. */
  outcome?: Outcome;
}

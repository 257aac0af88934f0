import { encodeEntityKey } from '../model/entity.js';
import type { EntityKey } from '../model/entity.js';
import type { MappingVerdict } from '../model/mapping-result.js';
import type { Outcome } from '../model/outcome.js';
import { encodeScope } from '../model/scope.js';
import type { Answered } from './stages.js';
import type { IndexRecord, OwnedEntity } from '../model/index-record.js';

/** A reason to park: Port's or the mapping's, and the entity it is about. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly entity?: EntityKey;
}

/** What follows from the answers to a flight's writes. */
export interface Conclusion {
  readonly outcome: Outcome;
  /** The record from now on; undefined: the resource is forgotten. */
  readonly record: IndexRecord | undefined;
  readonly refusals: readonly Refusal[];
  /** Why the resource must be tried again after the rest. */
  readonly deferred?: string;
}

/**
 * Draws the conclusion from Port's answers. What was acknowledged gets its hash; what was refused or
 * deferred stays an intent, so it counts for deletion and is tried again at every resync. The body's
 * hash is kept only where the mapping's verdict was sound: else the next resync looks at the resource
 * again, as it does where an entity was left without a hash.
 */
export function conclude(answered: Answered, program: string, generation: number): Conclusion {
  const { planned, results } = answered;
  const refusals: Refusal[] = [];
  const failed = new Set<string>();
  let deferred: string | undefined;
  for (const [at, result] of results.entries()) {
    const { change, entity } = planned.writes[at]!;
    if (result.status === 'refused') {
      failed.add(entity);
      refusals.push({
        code: result.code.startsWith('port.') ? result.code : `port.${result.code}`,
        message: result.message,
        entity: { blueprint: change.blueprint, identifier: change.identifier },
      });
    } else if (result.status === 'deferred') {
      failed.add(entity);
      deferred = result.message;
    }
  }
  const unsound = (planned.result?.verdicts ?? []).filter((verdict) => !verdict.sound);
  refusals.push(...unsound.map(refusalOf));
  return {
    outcome: outcomeOf(answered, refusals.length > 0, deferred !== undefined),
    record: recordOf(answered, failed, unsound.length === 0, program, generation),
    refusals,
    ...(deferred !== undefined && { deferred }),
  };
}

function refusalOf(verdict: MappingVerdict): Refusal {
  return verdict.selector === 'failed'
    ? {
        code: 'mapping.selector',
        message: `resources[${verdict.mapping}]: the selector gave an error or no boolean`,
      }
    : {
        code: 'mapping.incomplete',
        message: `resources[${verdict.mapping}]: no identifier or no blueprint, or its items could not be told`,
      };
}

function outcomeOf(answered: Answered, refused: boolean, deferred: boolean): Outcome {
  const { planned } = answered;
  if (refused) return 'dead';
  if (deferred || planned.flight.directive === 'unsettle') return 'deferred';
  if (planned.flight.directive || planned.flight.observation.state === 'absent') return 'deleted';
  if (planned.writes.length > 0) return 'written';
  return planned.plan.after.length === 0 ? 'filtered' : 'unchanged';
}

function recordOf(
  answered: Answered,
  failed: ReadonlySet<string>,
  sound: boolean,
  program: string,
  generation: number,
): IndexRecord | undefined {
  const { flight, plan, before, writes } = answered.planned;
  const { observation } = flight;
  const entities: OwnedEntity[] = [];
  for (const owned of plan.after) {
    const rejected = failed.size > 0 && failed.has(encodeEntityKey(owned));
    entities.push(rejected ? { ...owned, hash: null } : owned);
  }
  // A delete that Port refused: the entity is still there and still ours to delete.
  for (const pending of writes) {
    if (pending.change.op !== 'delete' || !failed.has(pending.entity)) continue;
    const owned = before?.entities.find((one) => encodeEntityKey(one) === pending.entity);
    if (owned) entities.push({ ...owned, hash: null, leaving: true });
  }
  if (flight.directive) {
    return before && { ...before, entities, generation };
  }
  if (observation.state === 'absent') {
    return entities.length === 0 || before === undefined
      ? undefined
      : { ...before, entities, generation };
  }
  const hash = sound ? (flight.bodyHash ?? null) : null;
  const isList = observation.origin === 'list';
  return {
    scope: encodeScope(observation.scope),
    tick: observation.startedAt,
    program,
    // What a listing would show beside this read is not known, unless the read was made to complete
    // one; so the next listing counts. What a listing gave replaces a read's: the same read must count
    // again.
    listHash: isList ? hash : sound ? (flight.listHash ?? null) : null,
    readHash: isList ? null : hash,
    generation,
    entities,
  };
}

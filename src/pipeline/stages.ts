import { hash } from 'node:crypto';
import type { Flight } from '../flow/flight.js';
import type { WritePlan } from '../flow/plan-writes.js';
import type { IndexRecord, OwnedEntity } from '../model/index-record.js';
import type { MappingOutcome } from '../model/mapping-result.js';
import { encodeEntityKey } from '../model/entity.js';
import { encodeScope } from '../model/scope.js';
import type { DiffOptions } from '../operators/diff.js';
import type { GatherOptions } from '../operators/gather.js';
import type { SettleOptions } from '../operators/settle.js';
import type { SkipUnchangedOptions } from '../operators/skip-unchanged.js';
import type { WriteOptions } from '../operators/write.js';
import type { StateWrite } from '../state/state-store.js';
import { Committer } from './commit.js';
import { awaitRead, needsRead } from './complete-listing.js';
import type { Ledger } from './ledger.js';
import type { Parts } from './parts.js';
import { isWished, wish } from './wishes.js';

/** What each operator of the dataflow is given. */
export interface Stages {
  readonly settle: Ledger['settle'];
  readonly unchanged: SkipUnchangedOptions;
  readonly batches: GatherOptions;
  readonly map: (first: Flight, bodies: readonly string[]) => Promise<readonly MappingOutcome[]>;
  readonly diff: DiffOptions;
  readonly write: WriteOptions;
  readonly commit: SettleOptions;
}

/**
 * Ties the operators to state, JQ and Port.
 *
 * @param fail ends the run: the state could not be written
 */
export function stagesOf(parts: Parts, ledger: Ledger, fail: (error: unknown) => void): Stages {
  const { state, flow, programs } = parts;
  const committer = new Committer(parts);
  const settle: Ledger['settle'] = (flight, outcome) => ledger.settle(flight, outcome);
  const record = (id: string): IndexRecord | undefined => state.index.get(id);
  const program = (flight: Flight): string => programs.for(flight.observation.key).hash;
  return {
    settle,
    unchanged: {
      record,
      program,
      hash: (body) => hash('sha1', body, 'base64'),
      settle: (flight, _, { entities }) => {
        parts.counters.entities.unchanged += entities.length;
        const outcome = entities.length > 0 ? 'unchanged' : 'filtered';
        const answered = committer.answeredBy(flight);
        if (answered.length === 0) settle(flight, outcome);
        else state.store.commit(answered).then(() => settle(flight, outcome), fail);
      },
      complete: (flight, known) => {
        if (!needsRead(parts, flight, known)) return false;
        state.store.commit(awaitRead(parts, flight)).then(() => settle(flight, 'deferred'), fail);
        return true;
      },
    },
    batches: {
      by: (flight) =>
        flight.observation.state === 'absent' || flight.directive ? undefined : program(flight),
    },
    map: (first, bodies) => mapBatch(parts, first, bodies),
    diff: {
      record,
      program,
      owners: (entity) => state.index.owners(entity),
      acknowledged: (resource, entity) =>
        isWished(parts, resource, entity)
          ? null
          : (shareOf(record(resource), entity)?.hash ?? null),
      leaving: (resource, entity) => shareOf(record(resource), entity)?.leaving ?? false,
      intend: (flight, before, plan) => state.store.commit(intentOf(parts, flight, before, plan)),
      isNewest: (id, tick) => flow.fence.isNewest(id, tick),
      resourceLanes: flow.resourceLanes,
      entityLanes: flow.entityLanes,
      merge: parts.pipeline.enableMergeEntity,
      settle: (flight, outcome, failure) => {
        if (failure === undefined) settle(flight, outcome);
        else committer.park(flight, failure).then(() => settle(flight, outcome), fail);
      },
    },
    write: { submit: parts.submit, entityLanes: flow.entityLanes },
    commit: {
      commit: (batch) => committer.commit(batch),
      release: (answered) => {
        const { flight } = answered.planned;
        flow.resourceLanes.leave(flight.id, true);
        settle(flight, answered.outcome ?? 'written');
      },
    },
  };
}

async function mapBatch(
  parts: Parts,
  first: Flight,
  bodies: readonly string[],
): Promise<readonly MappingOutcome[]> {
  const program = parts.programs.for(first.observation.key);
  const outcomes = await parts.jq.map(program, bodies);
  for (const outcome of outcomes) {
    if (!outcome.ok) continue;
    parts.counters.resources.mapped += 1;
    for (const fault of outcome.faults) parts.faults.add(fault, program.specs);
  }
  return outcomes;
}

function shareOf(record: IndexRecord | undefined, entity: string): OwnedEntity | undefined {
  return record?.entities.find((owned) => encodeEntityKey(owned) === entity);
}

/**
 * Old and new ownership together, with null hashes for what is about to be written, and whose shares
 * must follow. Until the flight is settled the record answers for no body: after a kill, the body
 * before must not pass as unchanged.
 */
function intentOf(
  parts: Parts,
  flight: Flight,
  before: IndexRecord | undefined,
  plan: WritePlan,
): StateWrite[] {
  const { index, unclaimed, relatedClaims } = parts.state;
  const { observation } = flight;
  const record: IndexRecord = {
    scope: before?.scope ?? encodeScope(observation.scope),
    tick: before?.tick ?? observation.startedAt,
    program: before?.program ?? '',
    generation: before?.generation ?? parts.generation,
    listHash: null,
    readHash: null,
    entities: plan.intent,
  };
  const writes = index.put(flight.id, record, before);
  if (plan.shares.length > 0) writes.push(...wish(parts, plan.shares));
  for (const { upsert, entity } of plan.writes) {
    if (upsert === undefined) continue;
    writes.push(...unclaimed.claim(entity), ...relatedClaims.claim(upsert.json));
  }
  return writes;
}

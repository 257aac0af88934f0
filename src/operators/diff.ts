import { Observable } from 'rxjs';
import type { OperatorFunction } from 'rxjs';
import type { Flight } from '../flow/flight.js';
import type { Lanes } from '../flow/lanes.js';
import { PendingWrite } from '../flow/pending-write.js';
import { planAbsent, planPresent, planPurge, planUnsettle } from '../flow/plan-writes.js';
import type { OwnershipView } from '../flow/owners.js';
import type { PlannedWrite, WritePlan } from '../flow/plan-writes.js';
import type { Mapped, Planned } from '../flow/stages.js';
import type { Change } from '../model/change.js';
import type { EntityKey, MappedEntity } from '../model/entity.js';
import type { MappingResult } from '../model/mapping-result.js';
import type { Outcome } from '../model/outcome.js';
import type { IndexRecord, OwnedEntity } from '../model/index-record.js';
import { attempt, relay } from './relay.js';

export interface DiffOptions extends OwnershipView {
  readonly record: (id: string) => IndexRecord | undefined;
  readonly program: (flight: Flight) => string;
  /**
   * Makes old and new ownership durable, together with what must be written again because of it, and
   * forgets the hashes of the body: until it is settled, the record answers for no body. The index
   * shows it to later decisions at once. Asked for whenever a plan differs from the record, even where
   * nothing is written: two owners that leave one entity together must see each other leave.
   */
  readonly intend: (
    flight: Flight,
    before: IndexRecord | undefined,
    plan: WritePlan,
  ) => Promise<void>;
  /** The fence's second look. */
  readonly isNewest: (id: string, tick: number) => boolean;
  /** Order of observations of one resource, held until its record is written. The settle operator leaves. */
  readonly resourceLanes: Lanes;
  /** Order of writes of one entity. The write operator leaves. */
  readonly entityLanes: Lanes;
  readonly merge: boolean;
  readonly settle: (
    flight: Flight,
    outcome: Outcome,
    failure?: { code: string; message: string },
  ) => void;
}

/**
 * Compares what an observation maps to with what the index says Port holds, and decides what is
 * written. The decision is taken in one go, without waiting: read the record, decide, enter the
 * entities' lanes, hand the intent to the index. So the order of decisions is the order of writes.
 *
 * Observations of one resource go through one at a time; an older one that waited behind a newer is
 * settled as `outdated`. What JQ could not evaluate at all is settled as `dead`.
 */
export function diff(
  options: DiffOptions,
): OperatorFunction<readonly Mapped[], readonly Planned[]> {
  return (source) =>
    new Observable((subscriber) => {
      let waiting = 0;
      let completed = false;

      const decide = (mapped: Mapped): Planned | undefined => {
        const planned = decideOne(mapped, options);
        if (planned === undefined) options.resourceLanes.leave(mapped.flight.id, true);
        return planned;
      };

      const subscription = relay(source, subscriber, {
        next(batch) {
          const planned: Planned[] = [];
          let synchronous = true;
          for (const mapped of batch) {
            waiting += 1;
            options.resourceLanes.enter(mapped.flight.id, '', () => {
              waiting -= 1;
              if (subscriber.closed) return;
              attempt(subscriber, () => {
                const one = decide(mapped);
                if (one && synchronous) planned.push(one);
                else if (one) subscriber.next([one]);
                if (completed && waiting === 0) subscriber.complete();
              });
            });
          }
          synchronous = false;
          if (planned.length > 0) subscriber.next(planned);
        },
        complete() {
          completed = true;
          if (waiting === 0) subscriber.complete();
        },
      });
      return () => subscription.unsubscribe();
    });
}

function decideOne(mapped: Mapped, options: DiffOptions): Planned | undefined {
  const { flight, result } = mapped;
  const before = options.record(flight.id);
  if (!flight.directive && isOutdated(flight, before, options)) {
    options.settle(flight, 'outdated');
    return undefined;
  }
  if (result && !result.ok) {
    options.settle(flight, 'dead', { code: `jq.${result.code}`, message: result.message });
    return undefined;
  }
  const plan = planOf(flight, before, result, options);
  if (plan === undefined) {
    options.settle(flight, flight.observation.state === 'absent' ? 'deleted' : 'filtered');
    return undefined;
  }
  const patient = flight.observation.cause !== 'live';
  const writes = plan.writes.map((write) => enterLane(write, patient, options.entityLanes));
  const durable = changesRecord(before, plan) ? options.intend(flight, before, plan) : undefined;
  return { flight, before, plan, writes, ...(result && { result }), ...(durable && { durable }) };
}

function changesRecord(before: IndexRecord | undefined, plan: WritePlan): boolean {
  if (plan.writes.length > 0) return true;
  const old = before?.entities ?? [];
  return (
    old.length !== plan.intent.length || old.some((owned, at) => !isSame(owned, plan.intent[at]!))
  );
}

function isSame(a: OwnedEntity, b: OwnedEntity): boolean {
  return (
    a === b ||
    (a.identifier === b.identifier &&
      a.blueprint === b.blueprint &&
      a.mapping === b.mapping &&
      a.hash === b.hash &&
      a.leaving === b.leaving &&
      a.foreign === b.foreign)
  );
}

function isOutdated(
  flight: Flight,
  before: IndexRecord | undefined,
  options: DiffOptions,
): boolean {
  const { startedAt } = flight.observation;
  return (
    (before !== undefined && before.tick > startedAt) || !options.isNewest(flight.id, startedAt)
  );
}

/** Undefined where there is neither anything to own nor anything that was owned. */
function planOf(
  flight: Flight,
  before: IndexRecord | undefined,
  result: MappingResult | undefined,
  options: DiffOptions,
): WritePlan | undefined {
  const { force: forced } = flight;
  const shared = { id: flight.id, view: options, merge: options.merge };
  const force = forced === undefined ? never : (entity: string): boolean => forced.has(entity);
  if (flight.directive === 'purge-leaving') return before && planPurge(before, shared);
  if (flight.directive === 'unsettle') {
    return before && planUnsettle(before, { ...shared, unsettled: force });
  }
  if (flight.observation.state === 'absent') return before && planAbsent(before, shared);
  if (result === undefined) return undefined;
  return planPresent(before, result, {
    id: flight.id,
    view: options,
    merge: options.merge,
    program: options.program(flight),
    immediate: flight.observation.cause === 'live',
    force,
  });
}

function never(): boolean {
  return false;
}

function enterLane(planned: PlannedWrite, patient: boolean, lanes: Lanes): PendingWrite {
  const { key, upsert } = planned;
  const pending = new PendingWrite(changeOf(key, upsert, patient), planned.entity, planned.fresh);
  lanes.enter(planned.entity, upsert?.hash ?? 'delete', (before) => pending.reachHead(before));
  return pending;
}

function changeOf(
  { blueprint, identifier }: EntityKey,
  upsert: MappedEntity | undefined,
  patient: boolean,
): Change {
  if (upsert === undefined) return { op: 'delete', blueprint, identifier, patient };
  const { json, search } = upsert;
  const change = { op: 'upsert', blueprint, identifier: upsert.identifier, json, patient } as const;
  return search === undefined ? change : { ...change, search };
}

import { Subject } from 'rxjs';
import type { Subscription } from 'rxjs';
import * as assert from 'uvu/assert';
import { conclude } from '../../src/flow/conclude.js';
import { FenceMemory } from '../../src/flow/fence-memory.js';
import type { Flight } from '../../src/flow/flight.js';
import { Lanes } from '../../src/flow/lanes.js';
import type { PendingWrite } from '../../src/flow/pending-write.js';
import type { Owner } from '../../src/flow/owners.js';
import type { WritePlan } from '../../src/flow/plan-writes.js';
import type { Answered, Mapped } from '../../src/flow/stages.js';
import type { ChangeResult } from '../../src/model/change.js';
import { encodeEntityKey } from '../../src/model/entity.js';
import type { MappedEntity } from '../../src/model/entity.js';
import type { IndexRecord, OwnedEntity } from '../../src/model/index-record.js';
import type { MappingOutcome } from '../../src/model/mapping-result.js';
import { diff } from '../../src/operators/diff.js';
import { fence } from '../../src/operators/fence.js';
import { settle } from '../../src/operators/settle.js';
import { skipUnchanged } from '../../src/operators/skip-unchanged.js';
import { write } from '../../src/operators/write.js';
import { absent, idOf, present, turn } from './flights.js';

/** One entity that a resource maps to. */
export interface Yield {
  readonly entity: string;
  readonly mapping: number;
  readonly content: string;
}

/** What AWS holds of one resource. */
export interface Body {
  readonly yields: readonly Yield[];
  /** Mappings that cannot tell what they yield; what they yield is left out. */
  readonly unsound: readonly number[];
}

/** How Port treats a write. */
export type Answer = 'taken' | 'refused' | 'deferred';

export const MAPPINGS = [0, 1, 2];
const PROGRAM = 'p';

/** Entities that a resource must write again; a wish that is renewed gets a higher number. */
type Rewrite = ReadonlyMap<string, number>;

/** The durable state: one immutable value a commit. */
interface State {
  readonly records: ReadonlyMap<string, IndexRecord>;
  readonly rewrites: ReadonlyMap<string, Rewrite>;
}

interface Sent {
  readonly write: PendingWrite;
  readonly done: (result: ChangeResult) => void;
}

/**
 * AWS, Port and the state as plain objects, around the real operators from the fence to the settling.
 * Every step that takes time in truth (mapping, committing, answering) waits here until it is called,
 * so that a test may let them happen in any order.
 */
export class World {
  readonly aws = new Map<string, Body>();
  /** Fields of each entity that Port holds. */
  readonly port = new Map<string, Record<string, string>>();
  readonly sent: Sent[] = [];
  /** Observations that were made and have not arrived. */
  readonly underway: Flight[] = [];
  /** Flights between skip and diff: with JQ. */
  readonly mapping: Flight[] = [];
  /** Commits that were made and are not durable yet, in their order. */
  readonly commits: { state: State; resolve: () => void }[] = [];
  readonly #merge: boolean;
  #state: State = { records: new Map(), rewrites: new Map() };
  #durable: State = this.#state;
  #tick = 0;
  #wishes = 0;
  #generation = 1;
  #flying = 0;
  #source = new Subject<readonly Flight[]>();
  #mapped = new Subject<readonly Mapped[]>();
  #resourceLanes = new Lanes();
  #entityLanes = new Lanes();
  #memory = new FenceMemory(() => 0);
  #running: Subscription[] = [];

  constructor(merge: boolean) {
    this.#merge = merge;
    this.#start();
  }

  get records(): ReadonlyMap<string, IndexRecord> {
    return this.#state.records;
  }

  get rewrites(): ReadonlyMap<string, Rewrite> {
    return this.#state.rewrites;
  }

  get flying(): number {
    return this.#flying;
  }

  get lanes(): number {
    return this.#resourceLanes.size + this.#entityLanes.size;
  }

  /** A request starts and sees what AWS holds now; it arrives later. */
  observe(name: string, cause: 'live' | 'resync'): void {
    this.#tick += 1;
    const body = this.aws.get(name);
    this.underway.push(
      body
        ? present(name, this.#tick, { cause, body: JSON.stringify(body) })
        : absent(name, this.#tick, { cause: cause === 'live' ? 'live' : 'confirm' }),
    );
  }

  /** Reads a resource again that must be written again. */
  rewrite(id: string): void {
    const force = this.rewrites.get(id)!;
    const name = nameOf(id);
    const body = this.aws.get(name);
    this.#tick += 1;
    if (body === undefined) {
      if (!this.records.has(id)) {
        void this.#write((_, rewrites) => rewrites.delete(id));
        return;
      }
      // Gone meanwhile: the next resync misses it. Until then Port does not hold its share.
      const directive = 'unsettle';
      this.underway.push(absent(name, this.#tick, { directive, force }));
      return;
    }
    this.underway.push(
      present(name, this.#tick, {
        cause: 'resync',
        body: JSON.stringify(body),
        force,
      }),
    );
  }

  purge(id: string): void {
    this.#tick += 1;
    this.underway.push(absent(nameOf(id), this.#tick, { directive: 'purge-leaving' }));
  }

  /** Some observations arrive, as one batch. */
  arrive(flights: readonly Flight[]): void {
    this.#flying += flights.length;
    this.#source.next(flights);
  }

  /** JQ answers for some flights. */
  map(flights: readonly Flight[]): void {
    this.#mapped.next(flights.map((flight) => ({ flight, ...resultOf(flight) })));
  }

  /** The oldest commit becomes durable. */
  commit(): void {
    const oldest = this.commits.shift();
    if (oldest === undefined) return;
    this.#durable = oldest.state;
    oldest.resolve();
  }

  answer({ write: { change }, done }: Sent, how: Answer): void {
    if (how === 'deferred' && change.op === 'upsert') {
      done({ status: 'deferred', message: 'no such relation' });
    } else if (how !== 'taken') {
      done({ status: 'refused', statusCode: 422, code: 'invalid', message: 'no' });
    } else {
      const existed = this.#apply(change);
      done({ status: change.op === 'delete' ? 'deleted' : existed ? 'updated' : 'created' });
    }
  }

  /** The process is killed; what was sent reached Port or did not. */
  crash(reached: readonly boolean[]): void {
    for (const running of this.#running) running.unsubscribe();
    for (const [at, { write: one }] of this.sent.splice(0).entries()) {
      if (reached[at % reached.length] ?? false) this.#apply(one.change);
    }
    this.#state = this.#durable;
    this.underway.length = 0;
    this.mapping.length = 0;
    this.commits.length = 0;
    this.#flying = 0;
    this.#source = new Subject();
    this.#mapped = new Subject();
    this.#resourceLanes = new Lanes();
    this.#entityLanes = new Lanes();
    this.#memory = new FenceMemory(() => 0);
    this.#generation += 1;
    this.#start();
  }

  /** Lets everything go on until nothing is under way; Port takes all. */
  async rest(): Promise<void> {
    while (
      this.underway.length + this.mapping.length + this.commits.length + this.sent.length >
      0
    ) {
      if (this.underway.length > 0) this.arrive(this.underway.splice(0));
      if (this.mapping.length > 0) this.map(this.mapping.splice(0));
      while (this.commits.length > 0) this.commit();
      for (const one of this.sent.splice(0)) this.answer(one, 'taken');
      await turn();
    }
    assert.is(this.#flying, 0, 'flights are stuck');
    assert.is(this.lanes, 0, 'lanes are stuck');
  }

  #start(): void {
    const settled = (): void => void (this.#flying -= 1);
    const fail = (error: unknown): never => {
      throw error;
    };
    const arrived = this.#source
      .pipe(
        fence(this.#memory, settled),
        skipUnchanged({
          record: (id) => this.records.get(id),
          program: () => PROGRAM,
          hash: (body) => body,
          settle: settled,
        }),
      )
      .subscribe({ next: (flights) => this.mapping.push(...flights), error: fail });
    const answered = this.#mapped
      .pipe(
        diff({
          record: (id) => this.records.get(id),
          program: () => PROGRAM,
          owners: (entity) => this.#owners(entity),
          acknowledged: (resource, entity) => this.#acknowledged(resource, entity),
          leaving: (resource, entity) => this.#share(resource, entity)?.leaving ?? false,
          intend: (flight, before, plan) => this.#intend(flight, before, plan),
          isNewest: (id, tick) => this.#memory.isNewest(id, tick),
          resourceLanes: this.#resourceLanes,
          entityLanes: this.#entityLanes,
          merge: this.#merge,
          settle: settled,
        }),
        write({
          submit: (one, done) => this.sent.push({ write: one, done }),
          entityLanes: this.#entityLanes,
        }),
        settle({
          commit: (batch) => this.#conclude(batch),
          release: ({ planned: { flight } }) => {
            settled();
            this.#resourceLanes.leave(flight.id, true);
          },
          maxFlights: 1,
        }),
      )
      .subscribe({ error: fail });
    this.#running = [arrived, answered];
  }

  #owners(entity: string): Owner[] {
    const owners: Owner[] = [];
    for (const [resourceKey, { entities }] of this.records) {
      const owned = entities.find((one) => encodeEntityKey(one) === entity);
      if (owned) owners.push({ resourceKey, mapping: owned.mapping });
    }
    return owners;
  }

  #acknowledged(resource: string, entity: string): string | null {
    if (this.rewrites.get(resource)?.has(entity)) return null;
    return this.#share(resource, entity)?.hash ?? null;
  }

  #share(resource: string, entity: string): OwnedEntity | undefined {
    const entities = this.records.get(resource)?.entities ?? [];
    return entities.find((one) => encodeEntityKey(one) === entity);
  }

  #intend(flight: Flight, before: IndexRecord | undefined, plan: WritePlan): Promise<void> {
    this.#checkDeletes(flight, before, plan);
    const { startedAt: tick } = flight.observation;
    const fresh = { scope: 's', tick, program: '', generation: this.#generation };
    return this.#write((records, rewrites) => {
      const entities = plan.intent;
      records.set(flight.id, { ...(before ?? fresh), listHash: null, readHash: null, entities });
      for (const { resource, entity } of plan.shares) {
        const waiting = rewrites.get(resource) ?? new Map<string, number>();
        this.#wishes += 1;
        rewrites.set(resource, new Map([...waiting, [entity, this.#wishes]]));
      }
    });
  }

  /** Promise 3, looked at from outside: who may delete what. */
  #checkDeletes(flight: Flight, before: IndexRecord | undefined, plan: WritePlan): void {
    const body = bodyOf(flight);
    for (const { entity, upsert } of plan.writes) {
      if (upsert) continue;
      const others = this.#owners(entity).filter(
        ({ resourceKey }) =>
          resourceKey !== flight.id && !this.#share(resourceKey, entity)?.leaving,
      );
      assert.equal(others, [], `${entity} is deleted although others own it`);
      const owned = before?.entities.find((one) => encodeEntityKey(one) === entity);
      assert.ok(owned, 'deletes what it does not own');
      if (flight.directive === 'purge-leaving')
        assert.ok(owned.leaving, 'purges what does not leave');
      else if (body) {
        assert.is(flight.observation.cause, 'live', 'a listing deletes nothing by itself');
        assert.not(body.unsound.includes(owned.mapping), 'deletes on an unsound verdict');
        assert.not(entitiesOf(body).some((one) => encodeEntityKey(one) === entity));
      }
    }
  }

  #conclude(batch: readonly Answered[]): Promise<void> {
    return this.#write((records, rewrites) => {
      for (const answered of batch) {
        const { flight } = answered.planned;
        const { record } = conclude(answered, PROGRAM, this.#generation);
        if (record) records.set(flight.id, record);
        else records.delete(flight.id);
        const left = [...(rewrites.get(flight.id) ?? [])].filter(
          ([entity, number]) => flight.force?.get(entity) !== number,
        );
        if (left.length > 0) rewrites.set(flight.id, new Map(left));
        else rewrites.delete(flight.id);
      }
    });
  }

  #write(
    change: (records: Map<string, IndexRecord>, rewrites: Map<string, Rewrite>) => void,
  ): Promise<void> {
    const records = new Map(this.#state.records);
    const rewrites = new Map(this.#state.rewrites);
    change(records, rewrites);
    const state = { records, rewrites };
    this.#state = state;
    return new Promise((resolve) => this.commits.push({ state, resolve }));
  }

  /** Carries a write out in Port; tells whether the entity existed. */
  #apply(change: PendingWrite['change']): boolean {
    const key = encodeEntityKey(change);
    const existing = this.port.get(key);
    if (change.op === 'delete') this.port.delete(key);
    else {
      const { properties } = JSON.parse(change.json) as { properties: Record<string, string> };
      this.port.set(key, this.#merge ? { ...existing, ...properties } : properties);
    }
    return existing !== undefined;
  }
}

/** What the mappings make of a body. */
export function entitiesOf({ yields, unsound }: Body): MappedEntity[] {
  return yields
    .filter(({ mapping }) => !unsound.includes(mapping))
    .toSorted((a, b) => a.mapping - b.mapping)
    .map(({ entity, mapping, content }) => {
      const properties = { shared: content, [`of${mapping}`]: content };
      const json = JSON.stringify({ identifier: entity, properties });
      return { blueprint: 'b', identifier: entity, mapping, json, hash: json };
    });
}

function resultOf(flight: Flight): { result?: MappingOutcome } {
  const body = bodyOf(flight);
  if (body === undefined) return {};
  const verdicts = MAPPINGS.map((mapping) => {
    const sound = !body.unsound.includes(mapping);
    return { mapping, selector: sound ? 'true' : 'failed', sound, incomplete: 0 } as const;
  });
  return { result: { ok: true, entities: entitiesOf(body), verdicts, faults: [] } };
}

function bodyOf({ observation, directive }: Flight): Body | undefined {
  if (observation.state === 'absent' || directive) return undefined;
  return JSON.parse(observation.body) as Body;
}

export function nameOf(id: string): string {
  return id.slice(id.lastIndexOf('\u0001') + 1);
}

/** What Port must hold, from AWS alone: of each mapping the last resource's share, in the order of mappings. */
export function oracle(world: World, merge: boolean): Map<string, Record<string, string>> {
  const shares: {
    entity: string;
    mapping: number;
    id: string;
    properties: Record<string, string>;
  }[] = [];
  for (const [name, body] of world.aws) {
    const last = new Map(entitiesOf(body).map((one) => [encodeEntityKey(one), one]));
    for (const [entity, { mapping, json }] of last) {
      const { properties } = JSON.parse(json) as { properties: Record<string, string> };
      shares.push({ entity, mapping, id: idOf(name), properties });
    }
  }
  shares.sort((a, b) => a.mapping - b.mapping || (a.id < b.id ? -1 : 1));
  const expected = new Map<string, Record<string, string>>();
  for (const { entity, properties } of shares) {
    expected.set(entity, merge ? { ...expected.get(entity), ...properties } : properties);
  }
  return expected;
}

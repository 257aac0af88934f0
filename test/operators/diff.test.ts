import { Subject } from 'rxjs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Lanes } from '../../src/flow/lanes.js';
import type { Flight } from '../../src/flow/flight.js';
import type { Owner } from '../../src/flow/owners.js';
import type { WritePlan } from '../../src/flow/plan-writes.js';
import type { Mapped, Planned } from '../../src/flow/stages.js';
import { encodeEntityKey } from '../../src/model/entity.js';
import type { IndexRecord } from '../../src/model/index-record.js';
import type { MappingOutcome } from '../../src/model/mapping-result.js';
import { diff } from '../../src/operators/diff.js';
import type { DiffOptions } from '../../src/operators/diff.js';
import { absent, entity, idOf, mapped, owned, present, record, verdict } from '../flow/flights.js';

const test = suite('operators/diff');

/** The operator at work over an index of plain objects; intents are noted and become durable by hand. */
function running(
  records: Record<string, IndexRecord> = {},
  owners: Record<string, readonly Owner[]> = {},
  over: Partial<DiffOptions> = {},
) {
  const known = new Map(Object.entries(records).map(([name, one]) => [idOf(name), one]));
  const source = new Subject<readonly Mapped[]>();
  const resourceLanes = new Lanes();
  const entityLanes = new Lanes();
  const log: string[] = [];
  const intents: { flight: Flight; plan: WritePlan }[] = [];
  const out: (readonly Planned[])[] = [];
  const settled: unknown[] = [];
  const ends: unknown[] = [];
  const subscription = source
    .pipe(
      diff({
        record: (id) => known.get(id),
        program: () => 'p',
        owners: (name) => owners[name] ?? [],
        acknowledged: (resource, name) =>
          known.get(resource)?.entities.find((one) => encodeEntityKey(one) === name)?.hash ?? null,
        intend: (flight, _, plan) => {
          log.push(`intend ${flight.observation.key.identifier}`);
          intents.push({ flight, plan });
          return new Promise(() => undefined);
        },
        leaving: () => false,
        isNewest: () => true,
        resourceLanes,
        entityLanes,
        merge: false,
        settle: (flight, outcome, failure) =>
          settled.push([flight, outcome, ...(failure ? [failure] : [])]),
        ...over,
      }),
    )
    .subscribe({
      next: (batch) => {
        out.push(batch);
        log.push(`emit ${batch.map(({ flight }) => flight.observation.key.identifier).join(' ')}`);
      },
      error: (error) => ends.push(error),
      complete: () => ends.push('complete'),
    });
  return {
    known,
    source,
    resourceLanes,
    entityLanes,
    log,
    intents,
    out,
    settled,
    ends,
    subscription,
  };
}

const yielding = (flight: Flight, ...entities: ReturnType<typeof entity>[]): Mapped => ({
  flight,
  result: mapped(entities),
});

test('a new resource is upserted, its intent made durable, before the flight goes on', () => {
  const { source, out, intents, log, entityLanes } = running();
  const one = yielding(present('a', 1), entity('e', 'x'));
  source.next([one]);
  assert.equal(log, ['intend a', 'emit a']);
  const [planned] = out[0]!;
  assert.is(planned!.before, undefined);
  assert.equal(
    planned!.writes.map(({ change, fresh, entity: name }) => ({ change, fresh, name })),
    [
      {
        change: {
          op: 'upsert',
          blueprint: 'b',
          identifier: 'e',
          json: entity('e', 'x').json,
          patient: true,
        },
        fresh: true,
        name: encodeEntityKey({ blueprint: 'b', identifier: 'e' }),
      },
    ],
  );
  assert.equal(intents[0]!.plan.intent, [owned('e', null)]);
  assert.ok(planned!.durable instanceof Promise);
  assert.equal(planned!.result, one.result);
  assert.is(entityLanes.size, 1);
});

test('an absent resource has its entities deleted', () => {
  const { source, out } = running({ a: record([owned('e')]) });
  source.next([{ flight: absent('a', 2) }]);
  assert.equal(
    out[0]![0]!.writes.map(({ change }) => change),
    [{ op: 'delete', blueprint: 'b', identifier: 'e', patient: true }],
  );
});

test('only a live observation deletes what is no longer yielded at once', () => {
  for (const [cause, count] of [
    ['live', 1],
    ['resync', 0],
    ['retry', 0],
  ] as const) {
    const { source, out } = running({ a: record([owned('e')]) });
    source.next([yielding(present('a', 2, { cause }))]);
    assert.is(out[0]![0]!.writes.length, count, cause);
  }
});

test('somebody waits for what a live observation writes, and for nothing else', () => {
  for (const [cause, patient] of [
    ['live', false],
    ['resync', true],
    ['retry', true],
  ] as const) {
    const { source, out } = running();
    source.next([yielding(present('a', 1, { cause }), entity('e', 'x'))]);
    assert.is(out[0]![0]!.writes[0]!.change.patient, patient, cause);
  }
});

test('a directive purges what leaves, and looks at neither the fence nor the age of the record', () => {
  const known = record([{ ...owned('e'), leaving: true }, owned('f')], { tick: 9 });
  const { source, out } = running({ a: known }, {}, { isNewest: () => false });
  source.next([{ flight: absent('a', 2, { directive: 'purge-leaving' }) }]);
  assert.equal(
    out[0]![0]!.writes.map(({ change }) => change),
    [{ op: 'delete', blueprint: 'b', identifier: 'e', patient: true }],
  );
});

test('a search identifier is handed on with the entity', () => {
  const { source, out } = running();
  const search = { combinator: 'and', rules: [] };
  source.next([yielding(present('a', 1), { ...entity('', 'x'), search })]);
  assert.equal(out[0]![0]!.writes[0]!.change, {
    op: 'upsert',
    blueprint: 'b',
    identifier: '',
    json: entity('', 'x').json,
    patient: true,
    search,
  });
});

test('what is as the index knows it goes on with neither write nor intent', () => {
  const { source, out, intents } = running({ a: record([owned('e', 'x')]) });
  source.next([yielding(present('a', 2), entity('e', 'x'))]);
  assert.equal(intents, []);
  assert.is(out[0]![0]!.durable, undefined);
  assert.equal(out[0]![0]!.writes, []);
});

/** What changes who owns what, with nothing to write: the next decision must know. */
const OTHER = {
  [encodeEntityKey({ blueprint: 'b', identifier: 'e' })]: [{ resourceKey: idOf('z'), mapping: 9 }],
};
const SILENT: Record<string, readonly [IndexRecord | undefined, Mapped]> = {
  'a shared entity is joined': [undefined, yielding(present('a', 2), entity('e'))],
  'a shared entity is left': [record([owned('e')]), yielding(present('a', 2))],
  'a share that does not count changes': [
    record([owned('e', 'x')]),
    yielding(present('a', 2), entity('e', 'y')),
  ],
  'an owner of a shared entity is gone': [record([owned('e')]), { flight: absent('a', 2) }],
  'a sole entity begins to leave': [record([owned('sole')]), yielding(present('a', 2))],
  'a share is yielded by another mapping': [
    record([owned('e', 'x', 0)]),
    yielding(present('a', 2), entity('e', 'x', 1)),
  ],
};
for (const [what, [before, observed]] of Object.entries(SILENT)) {
  test(`an intent without writes: ${what}`, () => {
    const { source, out, intents } = running(before ? { a: before } : {}, OTHER);
    source.next([observed]);
    assert.is(intents.length, 1);
    assert.equal(out[0]![0]!.writes, []);
    assert.ok(out[0]![0]!.durable);
  });
}

test('what JQ could not evaluate is settled as dead, with the reason, and frees the lane', () => {
  const { source, out, settled, resourceLanes } = running({ a: record([owned('e')]) });
  const failure: MappingOutcome = { ok: false, code: 'timeout', message: 'took too long' };
  const flight = present('a', 2);
  source.next([{ flight, result: failure }]);
  assert.equal(settled, [[flight, 'dead', { code: 'jq.timeout', message: 'took too long' }]]);
  assert.equal(out, []);
  assert.is(resourceLanes.size, 0);
});

test('nothing to own and nothing owned: settled at once', () => {
  const { source, out, settled, resourceLanes } = running();
  const gone = absent('a', 2);
  const purge = absent('b', 2, { directive: 'purge-leaving' });
  source.next([{ flight: gone }, { flight: purge }]);
  assert.equal(
    settled.map((one) => (one as [Flight])[0]),
    [gone, purge],
  );
  assert.equal(out, []);
  assert.is(resourceLanes.size, 0);
});

test('a filtered resource goes on, so that the index remembers it', () => {
  const { source, out } = running();
  source.next([
    { flight: present('a', 1), result: mapped([], [verdict(0, { selector: 'false' })]) },
  ]);
  assert.equal(out[0]![0]!.plan.after, []);
});

for (const [why, over] of Object.entries({
  'than the record': {},
  'than one that was let in since': { isNewest: (_: string, tick: number) => tick >= 8 },
})) {
  test(`what is older ${why} is outdated`, () => {
    const records = why === 'than the record' ? { a: record([], { tick: 5 }) } : {};
    const { source, out, settled, resourceLanes } = running(records, {}, over);
    const old = yielding(present('a', 4), entity('e'));
    source.next([old]);
    assert.equal(settled, [[old.flight, 'outdated']]);
    assert.equal(out, []);
    assert.is(resourceLanes.size, 0);
  });
}

test('an observation as old as the record is not outdated', () => {
  const { source, out } = running({ a: record([], { tick: 5 }) });
  source.next([yielding(present('a', 5), entity('e'))]);
  assert.is(out.length, 1);
});

test('observations of one resource go one at a time, the next sees what the first left', () => {
  const { known, source, resourceLanes, out, settled } = running();
  const [first, second, other] = [
    yielding(present('a', 5), entity('e', '1')),
    yielding(present('a', 4), entity('e', '2')),
    yielding(present('b', 5), entity('f')),
  ];
  source.next([first, second, other]);
  assert.equal(out, [out[0]!]);
  assert.equal(
    out[0]!.map(({ flight }) => flight),
    [first.flight, other.flight],
  );
  assert.equal(settled, [], 'waits for the first');
  known.set(idOf('a'), record([owned('e', '1')], { tick: 5 }));
  resourceLanes.leave(idOf('a'), true);
  assert.equal(settled, [[second.flight, 'outdated']]);
  assert.is(out.length, 1);
});

test('what waited and is still newest is decided when its turn comes, and emitted', () => {
  const { known, source, resourceLanes, out } = running();
  source.next([
    yielding(present('a', 5), entity('e', '1')),
    yielding(present('a', 6), entity('e', '2')),
  ]);
  known.set(idOf('a'), record([owned('e', '1')], { tick: 5 }));
  resourceLanes.leave(idOf('a'), true);
  assert.is(out.length, 2);
  assert.equal(out[1]![0]!.before, known.get(idOf('a')));
  assert.equal(
    out[1]![0]!.writes.map(({ fresh }) => fresh),
    [false],
  );
});

test('a lane full of outdated observations empties in one go', () => {
  const { known, source, resourceLanes, settled } = running();
  const flights = Array.from({ length: 20_000 }, (_, at) =>
    yielding(present('a', at === 0 ? 9 : 1)),
  );
  source.next(flights);
  known.set(idOf('a'), record([], { tick: 9 }));
  resourceLanes.leave(idOf('a'), true);
  assert.is(settled.length, flights.length - 1);
  assert.is(resourceLanes.size, 0);
});

test('the order of decisions is the order of places in the lane of a shared entity', () => {
  const { source, entityLanes, out } = running();
  source.next([
    yielding(present('b', 5), entity('e', '1')),
    yielding(present('a', 5), entity('e', '2')),
  ]);
  const sent: string[] = [];
  for (const { flight, writes } of out[0]!.toReversed()) {
    writes[0]!.open(() => sent.push(flight.observation.key.identifier));
  }
  assert.equal(sent, ['b']);
  entityLanes.leave(out[0]![0]!.writes[0]!.entity, true);
  assert.equal(sent, ['b', 'a']);
});

test('ends after what waits has been decided', () => {
  const { known, source, resourceLanes, out, ends } = running();
  source.next([yielding(present('a', 5)), yielding(present('a', 6), entity('e'))]);
  source.complete();
  assert.equal(ends, []);
  known.set(idOf('a'), record([], { tick: 5 }));
  resourceLanes.leave(idOf('a'), true);
  assert.is(out.length, 2);
  assert.equal(ends, ['complete']);
});

test('ends at once where nothing waits, passes errors on', () => {
  const { source, ends } = running();
  source.complete();
  assert.equal(ends, ['complete']);
  const broken = running();
  broken.source.error(new Error('upstream'));
  assert.is((broken.ends[0] as Error).message, 'upstream');
});

test('decides nothing after unsubscription', () => {
  const { source, resourceLanes, subscription, intents, out } = running();
  source.next([yielding(present('a', 5), entity('e')), yielding(present('a', 6), entity('f'))]);
  subscription.unsubscribe();
  resourceLanes.leave(idOf('a'), true);
  assert.is(intents.length, 1);
  assert.is(out.length, 1);
  assert.not(source.observed);
});

test('an index that throws errors the stream, at once and from the lane', () => {
  const boom = (): never => {
    throw new Error('torn record');
  };
  const now = running({}, {}, { record: boom });
  now.source.next([yielding(present('a', 5), entity('e'))]);
  assert.is((now.ends[0] as Error).message, 'torn record');

  let broken = false;
  const later = running({}, {}, { record: () => (broken ? boom() : undefined) });
  later.source.next([yielding(present('a', 5)), yielding(present('a', 6))]);
  broken = true;
  later.resourceLanes.leave(idOf('a'), true);
  assert.is((later.ends[0] as Error).message, 'torn record');
  assert.not(later.source.observed);
});

test('a forced flight writes the entities that it is forced for, and no others', () => {
  const known = record([owned('e', 'x'), owned('f', 'x')]);
  const names = (flight: Flight): string[] => {
    const { source, out } = running({ a: known });
    source.next([yielding(flight, entity('e', 'x'), entity('f', 'x'))]);
    return out[0]![0]!.writes.map(({ change }) => change.identifier);
  };
  assert.equal(names(present('a', 2)), []);
  const force = new Map([[encodeEntityKey({ blueprint: 'b', identifier: 'f' }), 1]]);
  assert.equal(names(present('a', 2, { force })), ['f']);
});

test('a share that cannot follow is unsettled in its lane', () => {
  const { source, out, intents } = running({ a: record([owned('e', 'x'), owned('f', 'x')]) });
  const force = new Map([[encodeEntityKey({ blueprint: 'b', identifier: 'f' }), 1]]);
  source.next([{ flight: absent('a', 2, { directive: 'unsettle', force }) }]);
  assert.equal(out[0]![0]!.plan.after, [owned('e', 'x'), owned('f', null)]);
  assert.equal(out[0]![0]!.writes, []);
  assert.is(intents.length, 1);
});

test.run();

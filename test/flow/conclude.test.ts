import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { conclude } from '../../src/flow/conclude.js';
import type { Flight } from '../../src/flow/flight.js';
import { PendingWrite } from '../../src/flow/pending-write.js';
import type { WriteResult } from '../../src/flow/stages.js';
import { encodeEntityKey } from '../../src/model/entity.js';
import type { IndexRecord, OwnedEntity } from '../../src/model/index-record.js';
import type { MappingVerdict } from '../../src/model/mapping-result.js';
import { ENCODED_SCOPE, absent, mapped, owned, present, record, verdict } from './flights.js';

const test = suite('flow/conclude');

const REFUSED: WriteResult = {
  status: 'refused',
  statusCode: 422,
  code: 'invalid',
  message: 'no such blueprint',
};
const DEFERRED: WriteResult = { status: 'deferred', message: 'vpc-1 does not exist' };

interface Setting {
  readonly flight?: Flight;
  readonly before?: IndexRecord;
  readonly after?: readonly OwnedEntity[];
  /** Writes in short, `+e` or `-e`, and how Port answered each. */
  readonly answers?: Record<string, WriteResult>;
  readonly verdicts?: readonly MappingVerdict[];
}

function outcome({ flight = listed(), before, after = [], answers = {}, verdicts }: Setting) {
  const writes = Object.keys(answers).map((short) => {
    const key = { blueprint: 'b', identifier: short.slice(1) };
    const change = short.startsWith('+')
      ? ({ op: 'upsert', ...key, json: '{}' } as const)
      : ({ op: 'delete', ...key } as const);
    return new PendingWrite(change, encodeEntityKey(key), false);
  });
  const plan = { after, intent: [], writes: [], shares: [] };
  const result = verdicts && mapped([], verdicts);
  const planned = { flight, before, plan, writes, ...(result && { result }) };
  return conclude({ planned, results: Object.values(answers) }, 'q', 7);
}

function listed(hash = '#L'): Flight {
  return { ...present('a', 5), bodyHash: hash };
}

function read(hash = '#R'): Flight {
  return { ...present('a', 5, { origin: 'read' }), bodyHash: hash };
}

test('what Port acknowledged is settled with its hash', () => {
  const after = [owned('e', 'x'), owned('f', 'y')];
  const answers = { '+e': { status: 'created' }, '+f': { status: 'updated' } } as const;
  assert.equal(outcome({ after, answers, verdicts: [verdict()] }), {
    outcome: 'written',
    record: {
      scope: ENCODED_SCOPE,
      tick: 5,
      program: 'q',
      listHash: '#L',
      readHash: null,
      generation: 7,
      entities: after,
    },
    refusals: [],
  });
});

test('a repeated write counts as acknowledged', () => {
  const { outcome: how, record: known } = outcome({
    after: [owned('e')],
    answers: { '+e': { status: 'repeated' } },
  });
  assert.is(how, 'written');
  assert.is(known!.entities[0]!.hash, 'x');
});

test("what was refused stays an intent and is told with Port's own words; the rest is settled", () => {
  const after = [owned('e'), owned('f'), owned('g')];
  const answers: Record<string, WriteResult> = {
    '+e': { status: 'updated' },
    '+f': REFUSED,
    '+g': { status: 'created' },
  };
  const { outcome: how, record: known, refusals, deferred } = outcome({ after, answers });
  assert.is(how, 'dead');
  assert.equal(known!.entities, [owned('e'), owned('f', null), owned('g')]);
  assert.equal(refusals, [
    {
      code: 'port.invalid',
      message: 'no such blueprint',
      entity: { blueprint: 'b', identifier: 'f' },
    },
  ]);
  assert.is(deferred, undefined);
});

test('what was deferred stays an intent, to be tried after the rest', () => {
  const conclusion = outcome({
    after: [owned('e'), owned('f')],
    answers: { '+e': DEFERRED, '+f': { status: 'created' } },
  });
  assert.is(conclusion.outcome, 'deferred');
  assert.equal(conclusion.record!.entities, [owned('e', null), owned('f')]);
  assert.is(conclusion.deferred, 'vpc-1 does not exist');
  assert.equal(conclusion.refusals, []);
});

test('refused and deferred together: dead, and still to be tried again', () => {
  const conclusion = outcome({
    after: [owned('e'), owned('f')],
    answers: { '+e': DEFERRED, '+f': REFUSED },
  });
  assert.is(conclusion.outcome, 'dead');
  assert.is(conclusion.deferred, 'vpc-1 does not exist');
  assert.is(conclusion.refusals.length, 1);
  assert.equal(
    conclusion.record!.entities.map(({ hash }) => hash),
    [null, null],
  );
});

test('a delete that Port refused keeps the entity owned, to be deleted, live or with its resource', () => {
  const before = record([owned('e'), owned('f')], { listHash: '#old' });
  const kept = { ...owned('f', null), leaving: true };
  const answers = { '-e': { status: 'deleted' }, '-f': REFUSED } as const;
  const live = outcome({ before, answers });
  assert.is(live.outcome, 'dead');
  assert.equal(live.record!.entities, [kept]);
  const gone = outcome({ flight: absent('a', 5), before, answers });
  assert.is(gone.outcome, 'dead');
  assert.equal(gone.record, { ...before, entities: [kept], generation: 7 });
  const purge = absent('a', 5, { directive: 'purge-leaving' });
  const purged = outcome({
    flight: purge,
    before,
    after: [owned('e')],
    answers: { '-f': REFUSED },
  });
  assert.equal(purged.record, { ...before, entities: [owned('e'), kept], generation: 7 });
});

test('an absent resource whose deletes were carried out is forgotten', () => {
  const before = record([owned('e')]);
  const answers = { '-e': { status: 'deleted' } } as const;
  assert.equal(outcome({ flight: absent('a', 5), before, answers }), {
    outcome: 'deleted',
    record: undefined,
    refusals: [],
  });
  assert.is(
    outcome({ flight: absent('a', 5), before }).record,
    undefined,
    'all it owned is owned by others',
  );
});

test('a directive leaves all of the record but its entities', () => {
  const before = record([owned('e'), { ...owned('f'), leaving: true }], {
    listHash: '#L',
    readHash: '#R',
    tick: 3,
  });
  const purge = absent('a', 5, { directive: 'purge-leaving' });
  const purged = outcome({
    flight: purge,
    before,
    after: [owned('e')],
    answers: { '-f': { status: 'deleted' } },
  });
  assert.equal(purged, {
    outcome: 'deleted',
    record: { ...before, entities: [owned('e')], generation: 7 },
    refusals: [],
  });
  const unsettle = absent('a', 5, { directive: 'unsettle' });
  const unsettled = outcome({ flight: unsettle, before, after: [owned('e', null)] });
  assert.is(unsettled.outcome, 'deferred');
  assert.equal(unsettled.record, { ...before, entities: [owned('e', null)], generation: 7 });
});

test('nothing to write: unchanged, or filtered where nothing is owned', () => {
  assert.is(outcome({ after: [owned('e')], verdicts: [verdict()] }).outcome, 'unchanged');
  const filtered = outcome({ verdicts: [verdict(0, { selector: 'false' })] });
  assert.is(filtered.outcome, 'filtered');
  assert.equal(filtered.record!.entities, []);
  assert.is(filtered.record!.listHash, '#L', 'remembered, so that it is passed over next time');
});

test('an unsound verdict parks the resource and lets its body count for nothing', () => {
  const verdicts = [
    verdict(0),
    verdict(1, { sound: false, selector: 'failed' }),
    verdict(2, { sound: false, incomplete: 2 }),
  ];
  const conclusion = outcome({
    after: [owned('e')],
    answers: { '+e': { status: 'created' } },
    verdicts,
  });
  assert.is(conclusion.outcome, 'dead');
  assert.equal(
    conclusion.refusals.map(({ code, entity, message }) => [code, entity, message.split(':')[0]]),
    [
      ['mapping.selector', undefined, 'resources[1]'],
      ['mapping.incomplete', undefined, 'resources[2]'],
    ],
  );
  assert.is(conclusion.record!.listHash, null);
  assert.equal(
    conclusion.record!.entities,
    [owned('e')],
    'what it yielded is settled all the same',
  );
});

test('a listing that counted has the next read count, and a read the next listing, unless it completed one', () => {
  const hashes = (flight: Flight, before?: IndexRecord) => {
    const known = outcome({ flight, ...(before && { before }), verdicts: [verdict()] }).record!;
    return [known.listHash, known.readHash];
  };
  const before = record([], { listHash: '#oldL', readHash: '#oldR' });
  assert.equal(hashes(read()), [null, '#R']);
  assert.equal(hashes(read(), before), [null, '#R']);
  assert.equal(hashes({ ...read(), listHash: '#newL' }, before), ['#newL', '#R']);
  assert.equal(hashes(listed(), before), ['#L', null]);
});

test('a read that completed a listing and could not be mapped has both looked at again', () => {
  const flight = { ...read(), listHash: '#newL' };
  const { record: known } = outcome({ flight, verdicts: [verdict(0, { sound: false })] });
  assert.equal([known!.listHash, known!.readHash], [null, null]);
});

test('a flight that was never hashed leaves no hash', () => {
  assert.is(outcome({ flight: present('a', 5), verdicts: [verdict()] }).record!.listHash, null);
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { of } from 'rxjs';
import type { Flight } from '../../src/flow/flight.js';
import type { IndexRecord } from '../../src/model/index-record.js';
import { skipUnchanged } from '../../src/operators/skip-unchanged.js';
import { SCOPE, absent, idOf, owned, present, record } from '../flow/flights.js';
import { marbles } from './marbles.js';

const test = suite('operators/skip-unchanged');

/** What goes on, what is settled, and how often a body was hashed. */
function skip(flights: readonly Flight[], records: Record<string, IndexRecord> = {}) {
  const settled: unknown[] = [];
  const onward: Flight[] = [];
  let hashes = 0;
  const operator = skipUnchanged({
    record: (id) => records[id],
    program: () => 'p',
    hash: (body) => {
      hashes += 1;
      return `#${body}`;
    },
    settle: (flight, outcome, known) => settled.push([flight.id, outcome, known]),
  });
  of(flights)
    .pipe(operator)
    .subscribe((batch) => onward.push(...batch));
  return { onward, settled, hashes };
}

const LISTED = record([owned('e')], { listHash: '#B' });
const flight = present('a', 5, { body: 'B' });

test('settles as unchanged what the index holds with the same body and program', () => {
  const { onward, settled } = skip([flight], { [idOf('a')]: LISTED });
  assert.equal(onward, []);
  assert.equal(settled, [[flight.id, 'unchanged', LISTED]]);
});

test('a resource that maps to nothing is unchanged too', () => {
  const known = record([], { listHash: '#B' });
  assert.equal(skip([present('a', 5, { body: 'B' })], { [idOf('a')]: known }).onward, []);
});

/** Each differs from LISTED in one thing that must be looked at again. */
const CHANGED: Record<string, readonly [Flight, IndexRecord | undefined]> = {
  'another body': [present('a', 5, { body: 'C' }), LISTED],
  'no record': [flight, undefined],
  'another program': [flight, { ...LISTED, program: 'q' }],
  'another scope': [present('a', 5, { body: 'B', scope: { ...SCOPE, region: 'global' } }), LISTED],
  'no hash of a listing, and another of a read': [
    flight,
    { ...LISTED, listHash: null, readHash: '#R' },
  ],
  'a read that completes a listing which is not known yet': [
    present('a', 5, { body: 'B', origin: 'read', listHash: '#L' }),
    { ...LISTED, listHash: null, readHash: '#B' },
  ],
  'an intent': [flight, { ...LISTED, entities: [owned('d'), owned('e', null)] }],
  'a leaving entity': [flight, { ...LISTED, entities: [{ ...owned('e'), leaving: true }] }],
  'a forced flight': [present('a', 5, { body: 'B', force: new Map() }), LISTED],
};

for (const [why, [observed, known]] of Object.entries(CHANGED)) {
  test(`goes on with its hash: ${why}`, () => {
    const { onward, settled } = skip([observed], known ? { [idOf('a')]: known } : {});
    assert.equal(onward, [observed]);
    assert.is(
      onward[0]?.bodyHash,
      observed.observation.state === 'present' ? `#${observed.observation.body}` : '',
    );
    assert.equal(settled, []);
  });
}

test('a read is compared with the last read, or, where none was made, with the listing', () => {
  const read = (body: string, known: IndexRecord) =>
    skip([present('a', 5, { body, origin: 'read' })], { [idOf('a')]: known }).settled.length;
  const known = record([owned('e')], { listHash: '#L', readHash: '#R' });
  assert.is(read('R', known), 1);
  assert.is(read('L', known), 0, 'it was so once, and is so again');
  assert.is(read('L', { ...known, readHash: null }), 1);
});

test('a listing that shows what a listing showed, or what a read gave, is passed over', () => {
  const known = record([owned('e')], { listHash: '#L', readHash: '#R' });
  const list = (body: string) => skip([present('a', 5, { body })], { [idOf('a')]: known });
  assert.is(list('L').settled.length, 1, 'an unchanged listing never replaces what a read gave');
  assert.is(list('R').settled.length, 1);
  assert.is(list('X').settled.length, 0);
});

test('a read that completes a listing which is known is passed over', () => {
  const known = record([owned('e')], { listHash: '#L', readHash: '#R' });
  const read = present('a', 5, { body: 'R', origin: 'read', listHash: '#L' });
  assert.is(skip([read], { [idOf('a')]: known }).settled.length, 1);
});

test('listings that a read must complete are taken over; reads, unchanged and forced ones are not asked for', () => {
  const asked: string[] = [];
  const [a, b, read, same, forced] = [
    present('a', 1, { body: 'new' }),
    present('b', 1, { body: 'new' }),
    present('c', 1, { origin: 'read' }),
    present('d', 1, { body: 'B' }),
    present('e', 1, { force: new Map() }),
  ];
  const onward: Flight[] = [];
  of([a, b, read, same, forced])
    .pipe(
      skipUnchanged({
        record: (id) => (id === idOf('d') ? LISTED : undefined),
        program: () => 'p',
        hash: (body) => `#${body}`,
        settle: () => undefined,
        complete: (one) => {
          asked.push(one.observation.key.identifier);
          return one.id === idOf('a');
        },
      }),
    )
    .subscribe((batch) => onward.push(...batch));
  assert.equal(asked, ['a', 'b']);
  assert.equal(onward, [b, read, forced]);
});

test('absent resources and directives go on unhashed, whatever the index holds', () => {
  const flights = [
    absent('a', 5),
    absent('a', 6, { directive: 'purge-leaving' }),
    present('a', 7, { body: 'B', directive: 'purge-leaving' }),
  ];
  const { onward, settled, hashes } = skip(flights, { [idOf('a')]: LISTED });
  assert.equal(onward, flights);
  assert.equal(settled, []);
  assert.is(hashes, 0);
});

test('keeps the order of the rest, drops empty batches, passes the end and errors on', () => {
  const batch = [present('x', 1), present('a', 1, { body: 'B' }), present('y', 1)];
  const operator = () =>
    skipUnchanged({
      record: (id) => (id === idOf('a') ? LISTED : undefined),
      program: () => 'p',
      hash: (body) => `#${body}`,
      settle: () => undefined,
    });
  marbles(({ cold, expectObservable }) => {
    const source = cold('m-n-|', { m: batch, n: [batch[1]!] });
    expectObservable(source.pipe(operator())).toBe('m---|', { m: [batch[0], batch[2]] });
    expectObservable(cold<readonly Flight[]>('-#').pipe(operator())).toBe('-#');
  });
});

test('what the index throws errors the stream', () => {
  let caught: unknown;
  const operator = skipUnchanged({
    record: () => {
      throw new Error('torn record');
    },
    program: () => 'p',
    hash: (body) => body,
    settle: () => undefined,
  });
  of([present('a', 1)])
    .pipe(operator)
    .subscribe({ error: (error) => (caught = error) });
  assert.is((caught as Error).message, 'torn record');
});

test.run();

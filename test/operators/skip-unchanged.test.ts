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
  'no hash of a listing yet': [flight, { ...LISTED, listHash: null, readHash: '#B' }],
  'a read, where only a listing is known': [present('a', 5, { body: 'B', origin: 'read' }), LISTED],
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

test('compares reads with reads', () => {
  const known = record([owned('e')], { listHash: '#L', readHash: '#R' });
  const read = (body: string) =>
    skip([present('a', 5, { body, origin: 'read' })], { [idOf('a')]: known });
  assert.is(read('R').settled.length, 1);
  assert.is(read('L').settled.length, 0);
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

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Flight } from '../../src/flow/flight.js';
import { FenceMemory } from '../../src/flow/fence-memory.js';
import { fence } from '../../src/operators/fence.js';
import { absent, present } from '../flow/flights.js';
import { marbles } from './marbles.js';

const test = suite('operators/fence');

/** A fence over a memory that forgets nothing, and what it settled. */
function fenced() {
  const settled: (readonly [Flight, string])[] = [];
  const memory = new FenceMemory(() => 0);
  const operator = fence(memory, (flight, outcome) => settled.push([flight, outcome]));
  return { operator, settled };
}

test('drops what is older than the newest of the same resource, and settles it', () => {
  const read7 = [present('a', 7)];
  const page5 = [present('a', 5), present('b', 5)];
  const { operator, settled } = fenced();
  marbles(({ cold, expectObservable }) => {
    const source = cold('r-p-|', { r: read7, p: page5 });
    expectObservable(source.pipe(operator)).toBe('r-b-|', { r: read7, b: [page5[1]] });
  });
  assert.equal(settled, [[page5[0], 'outdated']]);
});

test('lets in what is newer or of the same time', () => {
  const batches = { a: [present('a', 1)], b: [present('a', 1)], c: [absent('a', 2)] };
  const { operator, settled } = fenced();
  marbles(({ cold, expectObservable }) => {
    expectObservable(cold('abc|', batches).pipe(operator)).toBe('abc|', batches);
  });
  assert.equal(settled, []);
});

test('emits no batch that became empty', () => {
  const { operator } = fenced();
  const newer = [present('a', 9)];
  marbles(({ cold, expectObservable }) => {
    const source = cold('n-o-o|', { n: newer, o: [present('a', 3)] });
    expectObservable(source.pipe(operator)).toBe('n----|', { n: newer });
  });
});

test('an outdated one in the same batch is dropped, the order of the rest is kept', () => {
  const [a5, b5, a4, c4] = [present('a', 5), present('b', 5), absent('a', 4), present('c', 4)];
  const { operator, settled } = fenced();
  marbles(({ cold, expectObservable }) => {
    expectObservable(cold('m', { m: [a5, b5, a4, c4] }).pipe(operator)).toBe('m', {
      m: [a5, b5, c4],
    });
  });
  assert.equal(settled, [[a4, 'outdated']]);
});

test('a directive neither outdates nor is outdated', () => {
  const purge = absent('a', 9, { directive: 'purge-leaving' });
  const batches = { n: [present('a', 5)], p: [purge], o: [present('a', 6)], q: [{ ...purge }] };
  const late = absent('a', 1, { directive: 'purge-leaving' });
  const { operator, settled } = fenced();
  marbles(({ cold, expectObservable }) => {
    const source = cold('npol', { ...batches, l: [late] });
    expectObservable(source.pipe(operator)).toBe('npol', { ...batches, l: [late] });
  });
  assert.equal(settled, []);
});

test('passes errors on and unsubscribes from its source', () => {
  const { operator } = fenced();
  const flights = [present('a', 1)];
  marbles(({ cold, expectObservable, expectSubscriptions }) => {
    expectObservable(cold('a-#', { a: flights }).pipe(operator)).toBe('a-#', { a: flights });
    const source = cold('a----a', { a: flights });
    expectObservable(source.pipe(operator), '--!').toBe('a--', { a: flights });
    expectSubscriptions(source.subscriptions).toBe('^-!');
  });
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { NOBODY, absent, idOf, present } from './flights.js';

const test = suite('flow/flight');

test('a flight holds the bytes of its body; one without a body holds none', () => {
  const flight = present('a', 7, { body: '{"a":1}' });
  assert.is(flight.bytes, 7);
  assert.is(flight.id, idOf('a'));
  assert.is(flight.group, NOBODY);
  assert.is(absent('a', 7).bytes, 0);
});

test('force and directive stand only where they were given', () => {
  assert.equal(Object.keys(present('a', 1)).sort(), ['bytes', 'group', 'id', 'observation']);
  const force = new Map([['e', 1]]);
  assert.is(present('a', 1, { force }).force, force);
  assert.is(absent('a', 1, { directive: 'purge-leaving' }).directive, 'purge-leaving');
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { MappedEntity } from '../../../src/model/entity.js';
import { compareEntities } from '../../../src/pipeline/trial/compare-entities.js';

const test = suite('pipeline/trial/compare-entities');

function mapped(identifier: string, fields: object = {}, extra: object = {}): MappedEntity {
  const json = JSON.stringify({ identifier, properties: {}, ...fields });
  return { mapping: 0, blueprint: 'b', identifier, json, hash: json, ...extra };
}

const full = mapped('i', {
  title: 'T',
  properties: { a: 1, list: [1, { x: null }], none: null },
  relations: { to: ['p', 'q'] },
});

test('what is named has to be equal; null and missing are the same', () => {
  const equal = { blueprint: 'b', identifier: 'i', properties: { a: 1, none: null, other: null } };
  assert.equal(compareEntities([equal], [full]), []);
  assert.equal(compareEntities([{ blueprint: 'b', identifier: 'i' }], [full]), []);
  const wrong = {
    ...equal,
    title: 'U',
    properties: { a: '1', list: [{ x: null }, 1] },
    relations: { to: ['p'] },
  };
  assert.equal(compareEntities([wrong], [full]), [
    { entity: 'b i', path: 'title', expected: 'U', got: 'T' },
    { entity: 'b i', path: 'properties.a', expected: '1', got: 1 },
    { entity: 'b i', path: 'properties.list', expected: [{ x: null }, 1], got: [1, { x: null }] },
    { entity: 'b i', path: 'relations.to', expected: ['p'], got: ['p', 'q'] },
  ]);
});

test('where exact, what is not named has to be null', () => {
  const named = { blueprint: 'b', identifier: 'i', title: 'T', properties: { a: 1 } };
  assert.equal(
    compareEntities([named], [full], { exact: true }).map(({ path }) => path),
    ['properties.list', 'relations.to'],
  );
  const all = {
    ...named,
    properties: { a: 1, list: [1, { x: null }] },
    relations: { to: ['p', 'q'] },
  };
  assert.equal(compareEntities([all], [full], { exact: true }), []);
});

test('tells what is missing and what should not be there, in any order', () => {
  const wanted = ['i', 'j', 'k'].map((identifier) => ({ blueprint: 'b', identifier }));
  assert.equal(compareEntities(wanted, [mapped('k'), mapped('x'), mapped('i')]), [
    { entity: 'b j', expected: { blueprint: 'b', identifier: 'j' } },
    { entity: 'b x', got: { identifier: 'x', properties: {} } },
  ]);
});

test('the later of two that are the same entity counts; numbers and searches name one too', () => {
  const twice = [mapped('7', { title: 'first' }), mapped('7', { title: 'second' })];
  assert.equal(compareEntities([{ blueprint: 'b', identifier: 7, title: 'second' }], twice), []);
  const search = { combinator: 'and', rules: [] };
  const found = [mapped('', {}, { search })];
  assert.equal(compareEntities([{ blueprint: 'b', identifier: search }], found), []);
});

test.run();

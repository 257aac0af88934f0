import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { identifierFault, isBlueprintName } from '../../src/port/entity-identifier.js';

const test = suite('port/entity-identifier');

test('takes what Port takes', () => {
  for (const good of [
    'i-0123',
    'arn:aws:s3:::bucket/key=1',
    'a@b.c',
    'x\\y+z',
    '...',
    'Ünïcödé文字',
    '𐐀',
    'a'.repeat(1_000),
    '𐐀'.repeat(1_000),
  ]) {
    assert.is(identifierFault(good), undefined, good);
  }
});

test('says what is wrong with the rest', () => {
  assert.match(identifierFault('') ?? '', 'empty');
  assert.match(identifierFault('.') ?? '', '"."');
  assert.match(identifierFault('..') ?? '', '".."');
  assert.match(identifierFault('a b') ?? '', 'holds " "');
  assert.match(identifierFault('a|b') ?? '', 'holds "|"');
  assert.match(identifierFault('a*') ?? '', 'holds "*"');
  assert.match(identifierFault('a\n') ?? '', 'holds "\\n"');
  assert.match(identifierFault('a'.repeat(1_001)) ?? '', '1001 characters');
  assert.match(identifierFault('𐐀'.repeat(1_001)) ?? '', '1001 characters');
});

test('lets no blueprint stand in a path that names another resource', () => {
  assert.equal(['vm', '', '.', '..', '...'].map(isBlueprintName), [
    true,
    false,
    false,
    false,
    true,
  ]);
});

test.run();

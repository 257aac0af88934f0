import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compareStored, isHashed, storedHead, toStoredKey } from '../../src/state/stored-key.js';
import { anyKey } from './keys.js';

const test = suite('stored keys');

test('fit what LMDB takes, survive UTF-8, and tell different keys apart', () => {
  fc.assert(
    fc.property(anyKey, anyKey, (a, b) => {
      const stored = toStoredKey(a);
      const bytes = Buffer.from(stored, 'utf8');
      assert.ok(bytes.length > 0 && bytes.length <= 1_978);
      assert.is(bytes.toString('utf8'), stored);
      assert.is(toStoredKey(b) === stored, a === b);
    }),
    { numRuns: 500 },
  );
});

test('order as their bytes do', () => {
  fc.assert(
    fc.property(anyKey, anyKey, (a, b) => {
      const [x, y] = [toStoredKey(a), toStoredKey(b)];
      assert.is(Math.sign(compareStored(x, y)), Buffer.compare(Buffer.from(x), Buffer.from(y)));
    }),
    { numRuns: 500 },
  );
});

test('begin with the head of every prefix of their key', () => {
  fc.assert(
    fc.property(anyKey, fc.nat(), (key, n) => {
      const prefix = key.slice(0, n % (key.length + 1));
      assert.ok(toStoredKey(key).startsWith(storedHead(prefix)));
    }),
    { numRuns: 500 },
  );
});

test('ordinary keys are stored as they are', () => {
  const key = 'AWS::S3::Bucket\u0001111111111111\u0001eu-west-1\u0001größe-漢字-😀';
  assert.is(toStoredKey(key), key);
  assert.not.ok(isHashed(key));
});

test('keys of 1,024 characters of three bytes are hashed and keep a long head', () => {
  const key = 'AWS::Custom::Thing\u0001111111111111\u0001eu-west-1\u0001' + '漢'.repeat(1_024);
  const stored = toStoredKey(key);
  assert.ok(isHashed(stored));
  assert.ok(key.startsWith(stored.slice(0, 500)));
  assert.is.not(toStoredKey(key.slice(0, -1) + '字'), stored);
});

test.run();

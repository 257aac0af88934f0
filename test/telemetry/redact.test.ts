import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { REDACTED, redact, redactText } from '../../src/telemetry/redact.js';

const test = suite('redaction');

/** Secrets as AWS, Port and HTTP have them; long enough not to come up by chance. */
const secret = fc.string({
  unit: fc.constantFrom(...'ABCDEFGHJKabcdefghjk23456789+/_-.'),
  minLength: 20,
  maxLength: 60,
});
const secretName = fc.constantFrom(
  'Authorization',
  'authorization',
  'proxy-authorization',
  'X-Amz-Security-Token',
  'clientSecret',
  'PORT_CLIENT_SECRET',
  'client_secret',
  'secretAccessKey',
  'AWS_SECRET_ACCESS_KEY',
  'sessionToken',
  'AWS_SESSION_TOKEN',
  'accessToken',
  'password',
  'apiKey',
  'set-cookie',
);
const carrier: fc.Arbitrary<(secret: string) => unknown> = fc.oneof(
  secretName.map((name) => (s: string) => ({ [name]: s })),
  secretName.map((name) => (s: string) => ({ [name]: { deep: [s] } })),
  fc.constant((s: string) => `Bearer ${s}`),
  fc.constant((s: string) => `request failed: authorization: bearer ${s}; giving up`),
  fc.constant((s: string) => `{"clientId":"x","clientSecret":"${s}"}`),
  fc.constant((s: string) => JSON.stringify(JSON.stringify({ client_secret: s }))),
  fc.constant((s: string) => `AWS_SECRET_ACCESS_KEY=${s} aws sts get-caller-identity`),
  fc.constant((s: string) => `https://host/?X-Amz-Security-Token=${s}&x=1`),
  fc.constant((s: string) => `http://user:${s.replaceAll('/', '_')}@proxy:3128/`),
  fc.constant(
    (s: string) =>
      `AWS4-HMAC-SHA256 Credential=x/20250101/us-east-1, SignedHeaders=h, Signature=${s}`,
  ),
  fc.constant((s: string) => new Error(`refused Bearer ${s}`)),
  fc.constant((s: string) =>
    Object.assign(new Error('refused'), { headers: { Authorization: s } }),
  ),
  fc.constant((s: string) => new Error('outer', { cause: new Error(`token=${s}`) })),
  fc.constant((s: string) => new Map([['password', s]])),
);
const place: fc.Arbitrary<(value: unknown) => unknown> = fc
  .array(
    fc.constantFrom(
      (value: unknown): unknown => [1, value],
      (value: unknown): unknown => ({ inner: value, other: 'x' }),
      (value: unknown): unknown => new Set([value]),
    ),
    { maxLength: 4 },
  )
  .map((wraps) => (value) => wraps.reduce((inner, wrap) => wrap(inner), value));

test('lets no secret through, whatever carries it and however deep', () => {
  fc.assert(
    fc.property(secret, carrier, place, (s, carry, put) => {
      const text = JSON.stringify(redact(put(carry(s))));
      assert.not.ok(text.includes(s), text);
      assert.ok(text.includes(REDACTED), text);
    }),
    { numRuns: 1_000 },
  );
});

test('lets no secret through that it was told, in any form', () => {
  fc.assert(
    fc.property(secret, fc.string(), fc.string(), place, (s, before, after, put) => {
      const text = JSON.stringify(redact(put(before + s + after), [s]));
      assert.not.ok(text.includes(s), text);
    }),
  );
});

test('knows JSON web tokens by their form', () => {
  const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl-_x';
  assert.is(redactText(`got ${token}, kept it`), `got ${REDACTED}, kept it`);
});

test('leaves what is no secret as it is', () => {
  const plain = {
    kind: 'AWS::SecretsManager::Secret',
    accountId: '111111111111',
    arn: 'arn:aws:secretsmanager:eu-west-1:111111111111:secret:db-x1y2z3',
    message: 'AccessDenied: not authorized to perform s3:ListBuckets',
    count: 3,
    tokensLeft: 12,
    ok: true,
    none: null,
    list: ['a', 1],
    at: new Date(0),
  };
  assert.equal(redact(plain), plain);
  assert.is(
    redactText('the token expired, basic auth is off'),
    'the token expired, basic [redacted] is off',
  );
});

test('does not change what it is given, and survives cycles, depth and bytes', () => {
  const value: Record<string, unknown> = { password: 'abcdefgh', bytes: Buffer.from('abc') };
  value.self = value;
  let deep: unknown = 'end';
  for (let i = 0; i < 50; i++) deep = [deep];
  assert.equal(redact(value), { password: REDACTED, bytes: '[3 bytes]', self: '[circular]' });
  assert.is(value.password, 'abcdefgh');
  assert.ok(JSON.stringify(redact(deep)).includes('[deep]'));
  const same = { a: 1 };
  assert.equal(redact([same, same]), [same, same], 'twice is no cycle');
});

test('keeps what an error says', () => {
  const error = Object.assign(new TypeError('no such host'), { code: 'ENOTFOUND' });
  const { stack, ...rest } = redact(error) as Record<string, string>;
  assert.equal(rest, { type: 'TypeError', message: 'no such host', code: 'ENOTFOUND' });
  assert.match(stack ?? '', 'no such host');
});

test('can not be led to set a prototype', () => {
  const clean = redact(JSON.parse('{"__proto__":{"polluted":true}}')) as { polluted?: boolean };
  assert.is(clean.polluted, undefined);
  assert.is(({} as { polluted?: boolean }).polluted, undefined);
});

test.run();

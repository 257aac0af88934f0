import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Credentials } from '../../src/aws/credential-source.js';
import { RoleCredentials, type Assume } from '../../src/aws/role-credentials.js';
import { AwsError, type AwsErrorClass } from '../../src/errors/aws-error.js';

const test = suite('aws/role-credentials');

const HOUR = 3_600_000;
const MINUTE = 60_000;

function failure(errorClass: AwsErrorClass, code = `aws.${errorClass}`): AwsError {
  return new AwsError(code, {
    code,
    errorClass,
    operation: 'AssumeRole',
    accountId: '1',
    region: 'r',
  });
}

/** A role that gives new credentials for an hour each time, or throws what it is told to. */
class Role {
  now = 0;
  assumed = 0;
  fail: Error | undefined;
  life = HOUR;

  readonly assume: Assume = async () => {
    await Promise.resolve();
    this.assumed += 1;
    if (this.fail !== undefined) throw this.fail;
    return {
      accessKeyId: `key${this.assumed}`,
      secretAccessKey: 's',
      expiration: new Date(this.now + this.life),
    };
  };

  source(...more: Assume[]): RoleCredentials {
    return new RoleCredentials({ id: 'role', ways: [this.assume, ...more], now: () => this.now });
  }
}

test('assumes once for fifty callers at once', async () => {
  const role = new Role();
  const source = role.source();
  const all = await Promise.all(Array.from({ length: 50 }, () => source.get()));
  assert.is(role.assumed, 1);
  assert.ok(all.every((one) => one.accessKeyId === 'key1'));
});

test('refreshes five minutes before they expire, and not earlier', async () => {
  const role = new Role();
  const source = role.source();
  await source.get();
  role.now = HOUR - 5 * MINUTE - 1;
  assert.is((await source.get()).accessKeyId, 'key1');
  role.now = HOUR - 5 * MINUTE;
  assert.is((await source.get()).accessKeyId, 'key2');
});

test('credentials with a short life are not assumed at every call', async () => {
  const role = new Role();
  role.life = 2 * MINUTE;
  const source = role.source();
  await source.get();
  role.now = MINUTE;
  await source.get();
  assert.is(role.assumed, 1);
  role.now = 1.5 * MINUTE;
  await source.get();
  assert.is(role.assumed, 2);
});

test('a refresh that fails early leaves the old ones in use until they expire', async () => {
  const role = new Role();
  const source = role.source();
  await source.get();
  role.fail = failure('transient');
  role.now = HOUR - MINUTE;
  assert.is((await source.get()).accessKeyId, 'key1');
  role.now = HOUR;
  await source.get().then(
    () => assert.unreachable(),
    (error: AwsError) => assert.is(error.code, 'aws.transient'),
  );
});

test('a failure is not kept', async () => {
  const role = new Role();
  role.fail = failure('denied');
  const source = role.source();
  await source.get().catch(() => undefined);
  role.fail = undefined;
  assert.is((await source.get()).accessKeyId, 'key2');
});

test('callers that were refused the same credentials renew them once', async () => {
  const role = new Role();
  const source = role.source();
  const refused = await source.get();
  const renewed = await Promise.all(Array.from({ length: 20 }, () => source.renew(refused)));
  assert.ok(renewed.every(Boolean));
  assert.is(role.assumed, 2);
  await source.renew(refused);
  assert.is(role.assumed, 2, 'who comes late finds others already');
});

test('tries the next way where one is denied, and reports the first refusal', async () => {
  const role = new Role();
  role.fail = failure('denied', 'aws.first');
  const second: Credentials = { accessKeyId: 'second', secretAccessKey: 's' };
  assert.is((await role.source(() => Promise.resolve(second)).get()).accessKeyId, 'second');
  const denied = role.source(() => Promise.reject(failure('denied', 'aws.second')));
  await denied.get().then(
    () => assert.unreachable(),
    (error: AwsError) => assert.is(error.code, 'aws.first'),
  );
});

test('goes no other way after an error that says nothing about permission', async () => {
  const role = new Role();
  role.fail = failure('transient');
  let asked = false;
  const source = role.source(() => {
    asked = true;
    return Promise.resolve({ accessKeyId: 'other', secretAccessKey: 's' });
  });
  await source.get().catch(() => undefined);
  assert.not(asked);
});

test.run();

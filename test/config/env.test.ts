import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { oceanAliases, readEnvironment } from '../../src/config/env.js';
import type { Env } from '../../src/config/env.js';
import { EnvironmentError } from '../../src/errors/environment-error.js';

const test = suite('config/env');

const PORT = { PORT_CLIENT_ID: 'id', PORT_CLIENT_SECRET: 's3cret' };

function failure(env: Env): EnvironmentError {
  try {
    readEnvironment(env);
  } catch (error) {
    assert.instance(error, EnvironmentError);
    return error as EnvironmentError;
  }
  return assert.unreachable('expected an error') as never;
}

test("reads Port's variables, with the default address", () => {
  assert.equal(readEnvironment(PORT), {
    port: { clientId: 'id', clientSecret: 's3cret', baseUrl: 'https://api.getport.io' },
    ocean: {},
  });
});

test("takes Ocean's names; Sluice's own win", () => {
  const ocean = {
    OCEAN__PORT__CLIENT_ID: 'ocean-id',
    OCEAN__PORT__CLIENT_SECRET: 'ocean-secret',
    OCEAN__PORT__BASE_URL: 'https://api.us.getport.io',
  };
  assert.equal(readEnvironment(ocean).port, {
    clientId: 'ocean-id',
    clientSecret: 'ocean-secret',
    baseUrl: 'https://api.us.getport.io',
  });
  const both = { ...ocean, ...PORT, PORT_BASE_URL: 'http://127.0.0.1:1234' };
  assert.equal(readEnvironment(both).port, {
    clientId: 'id',
    clientSecret: 's3cret',
    baseUrl: 'http://127.0.0.1:1234',
  });
  assert.is(readEnvironment({ ...ocean, PORT_CLIENT_ID: '' }).port.clientId, 'ocean-id');
});

test('names the variables that are missing', () => {
  const nothing = failure({});
  assert.is(nothing.exitCode, 1);
  assert.is(nothing.code, 'environment.missing-credentials');
  assert.match(nothing.message, 'PORT_CLIENT_ID and PORT_CLIENT_SECRET not set');
  assert.match(nothing.hint ?? '', 'OCEAN__PORT__CLIENT_ID');
  assert.match(failure({ PORT_CLIENT_ID: 'id' }).message, /: PORT_CLIENT_SECRET not set/);
  assert.match(failure({ ...PORT, PORT_CLIENT_ID: '  ' }).message, /: PORT_CLIENT_ID not set/);
});

test('cuts slashes and the version off the address', () => {
  for (const url of ['https://port.example', 'https://port.example/', 'https://port.example/v1/']) {
    assert.is(
      readEnvironment({ ...PORT, PORT_BASE_URL: url }).port.baseUrl,
      'https://port.example',
    );
  }
  const nested = { ...PORT, PORT_BASE_URL: 'http://proxy.example:8080/port/v1' };
  assert.is(readEnvironment(nested).port.baseUrl, 'http://proxy.example:8080/port');
});

test('refuses addresses that are none, without repeating what may hold a secret', () => {
  for (const url of ['api.getport.io', 'ftp://x', 'https://user:hunter2@port.example']) {
    const error = failure({ ...PORT, PORT_BASE_URL: url });
    assert.is(error.code, 'environment.invalid-url');
    assert.match(error.message, 'PORT_BASE_URL');
    assert.not.match(error.message + (error.hint ?? ''), /hunter2/);
  }
});

test("takes AWS credentials from Ocean's variables only where the SDK has none", () => {
  const keys = {
    OCEAN__INTEGRATION__CONFIG__AWS_ACCESS_KEY_ID: 'AKIA',
    OCEAN__INTEGRATION__CONFIG__AWS_SECRET_ACCESS_KEY: 'hunter2',
  };
  const expected = { accessKeyId: 'AKIA', secretAccessKey: 'hunter2' };
  assert.equal(readEnvironment({ ...PORT, ...keys }).awsCredentials, expected);
  for (const own of ['AWS_ACCESS_KEY_ID', 'AWS_PROFILE']) {
    assert.is(readEnvironment({ ...PORT, ...keys, [own]: 'x' }).awsCredentials, undefined);
  }
  const half = failure({ ...PORT, OCEAN__INTEGRATION__CONFIG__AWS_SECRET_ACCESS_KEY: 'hunter2' });
  assert.match(half.message, 'AWS_ACCESS_KEY_ID');
  assert.not.match(half.message + (half.hint ?? ''), /hunter2/);
});

test("reads Ocean's organization, with Ocean's default role", () => {
  const organizationRoleArn = 'arn:aws:iam::111111111111:role/Org';
  const env = { OCEAN__INTEGRATION__CONFIG__ORGANIZATION_ROLE_ARN: organizationRoleArn };
  assert.equal(oceanAliases(env), {
    organizationRoleArn,
    memberRoleName: 'AwsPortOceanIntegrationReadOnlyRole',
  });
  const named = { ...env, OCEAN__INTEGRATION__CONFIG__ACCOUNT_READ_ROLE_NAME: 'Reader' };
  assert.is(oceanAliases(named).memberRoleName, 'Reader');
  assert.equal(oceanAliases({}), {});
  assert.throws(
    () => oceanAliases({ OCEAN__INTEGRATION__IDENTIFIER: 'a b' }),
    (error: unknown) => error instanceof EnvironmentError && /IDENTIFIER/.test(error.message),
  );
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { maskExample } from '../../src/telemetry/mask-example.js';
import { REDACTED } from '../../src/telemetry/redact.js';

const test = suite('telemetry/mask-example');

test('what users fill as they like is masked, keys and numbers stay', () => {
  const resource = {
    Identifier: 'fn',
    Properties: {
      Environment: { Variables: { DB_HOST: 'db.internal', RETRIES: 3 } },
      UserData: 'IyEvYmluL3No',
      Timeout: 30,
    },
  };
  assert.equal(maskExample(resource), {
    Identifier: 'fn',
    Properties: {
      Environment: { Variables: { DB_HOST: REDACTED, RETRIES: 3 } },
      UserData: REDACTED,
      Timeout: 30,
    },
  });
  assert.is(resource.Properties.UserData, 'IyEvYmluL3No', 'the resource itself is untouched');
});

test('variables that are listed as pairs keep their names', () => {
  const masked = maskExample({
    ContainerDefinitions: [{ Name: 'web', Environment: [{ Name: 'TOKEN', Value: 'abc' }] }],
  });
  assert.equal(masked, {
    ContainerDefinitions: [{ Name: 'web', Environment: [{ Name: 'TOKEN', Value: REDACTED }] }],
  });
});

test('secrets are known by the names of their fields and by their form', () => {
  const { MasterUserPassword, Url, Tags } = maskExample({
    MasterUserPassword: 'hunter2',
    Url: 'https://user:secret@example.com/',
    Tags: [{ Key: 'team', Value: 'payments' }],
  }) as Record<string, unknown>;
  assert.is(MasterUserPassword, REDACTED);
  assert.not.match(String(Url), /secret/);
  assert.equal(Tags, [{ Key: 'team', Value: 'payments' }]);
});

test('whatever is no object passes', () => {
  for (const value of [null, 1, true, 'text', []]) assert.equal(maskExample(value), value);
});

test.run();

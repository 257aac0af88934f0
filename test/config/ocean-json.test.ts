import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { oceanAliases, oceanRun } from '../../src/config/env.js';
import { expandOceanJson } from '../../src/config/ocean-json.js';

const test = suite('config/ocean-json');

test('a section that is one JSON object is as good as its parts', () => {
  const env = expandOceanJson({
    OCEAN__EVENT_LISTENER: '{"type":"ONCE","resyncOnStart":false}',
    OCEAN__PORT: '{"clientId":"id","clientSecret":"secret"}',
    OCEAN__INTEGRATION: '{"identifier":"aws","config":{"accountReadRoleName":"Reader"}}',
  });
  assert.is(env['OCEAN__EVENT_LISTENER__TYPE'], 'ONCE');
  assert.is(env['OCEAN__EVENT_LISTENER__RESYNC_ON_START'], 'false');
  assert.is(env['OCEAN__PORT__CLIENT_ID'], 'id');
  assert.is(env['OCEAN__INTEGRATION__IDENTIFIER'], 'aws');
  assert.is(env['OCEAN__INTEGRATION__CONFIG__ACCOUNT_READ_ROLE_NAME'], 'Reader');
});

test('a part that is set wins, an empty one does not', () => {
  const object = { OCEAN__EVENT_LISTENER: '{"type":"ONCE"}' };
  const name = 'OCEAN__EVENT_LISTENER__TYPE';
  assert.is(expandOceanJson({ ...object, [name]: 'POLLING' })[name], 'POLLING');
  assert.is(expandOceanJson({ ...object, [name]: '' })[name], 'ONCE');
});

test('what is no JSON object is refused without showing it', () => {
  for (const text of ['{"clientSecret": hunter2}', '[]', '"text"', 'hunter2']) {
    let message = '';
    try {
      expandOceanJson({ OCEAN__PORT: text });
    } catch (error) {
      message = `${(error as Error).message} ${String((error as { hint?: string }).hint)}`;
    }
    assert.match(message, /OCEAN__PORT is malformed/);
    assert.not.match(message, /hunter2/);
  }
});

test('intervals are minutes between resyncs and seconds between looks at Port', () => {
  const aliases = oceanAliases({
    OCEAN__SCHEDULED_RESYNC_INTERVAL: '1440',
    OCEAN__EVENT_LISTENER__INTERVAL: '60',
  });
  assert.is(aliases.resyncEveryMs, 86_400_000);
  assert.is(aliases.pollEveryMs, 60_000);
  for (const value of ['0', '-1', 'often', '1.5']) {
    assert.throws(
      () => oceanAliases({ OCEAN__SCHEDULED_RESYNC_INTERVAL: value }),
      /OCEAN__SCHEDULED_RESYNC_INTERVAL/,
    );
  }
});

test('how a run goes: POLLING by default, another listener is told', () => {
  assert.equal(oceanRun({}), {
    once: false,
    resyncOnStart: true,
    initializePortResources: true,
    sendExamples: true,
  });
  assert.ok(oceanRun({ OCEAN__EVENT_LISTENER__TYPE: 'once' }).once);
  assert.is(oceanRun({ OCEAN__EVENT_LISTENER__TYPE: 'KAFKA' }).otherListener, 'KAFKA');
  assert.not(oceanRun({ OCEAN__INITIALIZE_PORT_RESOURCES: 'false' }).initializePortResources);
  assert.throws(
    () => oceanRun({ OCEAN__SEND_RAW_DATA_EXAMPLES: 'maybe' }),
    /OCEAN__SEND_RAW_DATA_EXAMPLES/,
  );
});

test.run();

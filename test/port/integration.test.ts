import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  ensureIntegration,
  patchIntegrationConfig,
  readIntegration,
  reportResyncState,
} from '../../src/port/integration.js';
import { withClient } from './harness.js';

const test = suite('port/integration');

test('registers an integration that Port does not know', () =>
  withClient(async ({ port, client }) => {
    assert.is(await readIntegration(client), undefined);
    const integration = await ensureIntegration(client, { resources: [] });
    assert.equal(integration, { config: { resources: [] }, version: '1.2.3' });
    assert.equal(port.to('/integration')[0]?.body, {
      installationId: 'prod',
      installationAppType: 'aws',
      version: '1.2.3',
      changelogDestination: {},
      config: { resources: [] },
    });
  }));

test('leaves a known one as it is, but for its version', () =>
  withClient(async ({ port, client }) => {
    port.integrations.set('prod', { version: '1.0.0', config: { kept: true } });
    assert.equal((await ensureIntegration(client, { other: 1 }))?.config, { kept: true });
    assert.equal(port.integrations.get('prod'), { version: '1.2.3', config: { kept: true } });
    const before = port.requests.length;
    await ensureIntegration(client);
    assert.is(port.requests.length, before + 1);
  }));

test('goes on, with a warning, where Port offers no registration', () =>
  withClient(async ({ port, client, logged }) => {
    for (const status of [404, 405, 501]) {
      port.script = ({ path }) => (path.startsWith('/integration') ? { status } : undefined);
      assert.is(await ensureIntegration(client), undefined);
      assert.is(await reportResyncState(client, { status: 'running' }), false);
    }
    assert.is(logged.filter((line) => line.startsWith('warn')).length, 6);
  }));

test('takes the integration that somebody else registered meanwhile', () =>
  withClient(async ({ port, client }) => {
    port.script = ({ method, path }) => {
      if (method !== 'POST' || path !== '/integration') return undefined;
      port.integrations.set('prod', { version: '1.2.3', config: { theirs: 1 } });
      return { status: 409 };
    };
    assert.equal((await ensureIntegration(client))?.config, { theirs: 1 });
  }));

test('passes on what is neither: no rights, no Port', () =>
  withClient(async ({ port, client }) => {
    port.script = ({ path }) => (path.startsWith('/integration') ? { status: 403 } : undefined);
    const error = await ensureIntegration(client).catch((caught: unknown) => caught);
    assert.is((error as { code: string }).code, 'port.forbidden');
  }));

test('writes the config and the state of resyncs', () =>
  withClient(async ({ port, client }) => {
    await ensureIntegration(client);
    await patchIntegrationConfig(client, { resources: [1] });
    assert.equal(port.to('/integration/prod/config')[0]?.body, { config: { resources: [1] } });
    const state = { status: 'completed', lastResyncEnd: '2026-01-01T00:00:00Z' } as const;
    assert.is(await reportResyncState(client, state), true);
    assert.equal(port.integrations.get('prod')?.resyncState, state);
  }));

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Change, ChangeResult } from '../../src/model/change.js';
import { createMissingBlueprints } from '../../src/port/blueprints.js';
import { createEntitySink } from '../../src/port/create-entity-sink.js';
import { ensureIntegration, reportResyncState } from '../../src/port/integration.js';
import { acquireLease } from '../../src/port/lease.js';
import { PortClient } from '../../src/port/port-client.js';
import { datasourceEntities, datasourceOf } from '../../src/port/search-datasource.js';
import { FaultBook } from '../../src/sim/faults.js';
import { SimPort, type PortOptions } from '../../src/sim/port/port.js';
import { servePort } from '../../src/sim/port/server.js';

const test = suite('port against the simulation');

const BLUEPRINTS = ['vm', 'account'].map((identifier) => ({
  identifier,
  title: identifier,
  schema: { properties: { n: { type: 'number' } }, required: [] },
  relations: {},
}));
const [VM, ACCOUNT] = BLUEPRINTS;
const RELATED = [
  {
    ...VM,
    identifier: 'vm',
    relations: { account: { target: 'account', required: false, many: false } },
  },
  { ...ACCOUNT, identifier: 'account' },
];

interface Rig {
  readonly sim: SimPort;
  readonly faults: FaultBook;
  readonly client: PortClient;
  write(...changes: Change[]): Promise<ChangeResult[]>;
}

async function withSim(use: (rig: Rig) => Promise<void>, options: PortOptions = {}): Promise<void> {
  const faults = new FaultBook();
  const sim = new SimPort(options, faults);
  const server = await servePort(sim, 0);
  const client = new PortClient({
    baseUrl: server.url,
    clientId: sim.clientId,
    clientSecret: sim.clientSecret,
    integration: 'prod',
    version: '1.2.3',
    env: {},
  });
  const sink = createEntitySink({
    client,
    createMissingRelatedEntities: false,
    enableMergeEntity: true,
    deleteDependentEntities: true,
    lingerMs: 1,
  });
  const write = (...changes: Change[]) =>
    Promise.all(
      changes.map(
        (change) =>
          new Promise<ChangeResult>((resolve) => {
            sink.submit(change, resolve);
          }),
      ),
    );
  try {
    await createMissingBlueprints(client, RELATED);
    await use({ sim, faults, client, write });
  } finally {
    await sink.close();
    await client.close();
    await server.close();
  }
}

const vm = (identifier: string, n: unknown = 1, account?: string): Change => {
  const relations = account === undefined ? {} : { relations: { account } };
  const json = JSON.stringify({ identifier, properties: { n }, ...relations });
  return { op: 'upsert', blueprint: 'vm', identifier, json };
};

test('writes, defers, refuses and deletes', () =>
  withSim(async ({ sim, client, write }) => {
    const first = await write(vm('a', 1, 'acc'), vm('b'), vm('c', 'no number'));
    assert.equal(
      first.map(({ status }) => status),
      ['deferred', 'created', 'refused'],
    );
    await write({
      op: 'upsert',
      blueprint: 'account',
      identifier: 'acc',
      json: '{"identifier":"acc"}',
    });
    assert.equal((await write(vm('a', 1, 'acc')))[0]?.status, 'created');
    const pages: string[] = [];
    for await (const page of datasourceEntities(client, datasourceOf('prod'))) {
      pages.push(...page.map(({ blueprint, identifier }) => `${blueprint}/${identifier}`));
    }
    assert.equal(pages.sort(), ['account/acc', 'vm/a', 'vm/b']);
    const search = { combinator: 'and', rules: [{ property: 'n', operator: '=', value: 1 }] };
    const json = '{"title":"found"}';
    const [several] = await write({ op: 'upsert', blueprint: 'vm', identifier: '', json, search });
    assert.is(several?.status, 'refused');
    const gone = await write(
      { op: 'delete', blueprint: 'vm', identifier: 'b' },
      { op: 'delete', blueprint: 'vm', identifier: 'never' },
    );
    assert.ok(gone.every(({ status }) => status === 'deleted'));
    const [found] = await write({ op: 'upsert', blueprint: 'vm', identifier: '', json, search });
    assert.equal(found, { status: 'updated', identifier: 'a' });
    assert.is(sim.entity('vm', 'a')?.title, 'found');
    const [unknown] = await write({ ...vm('x'), blueprint: 'ghost' });
    assert.is((unknown as { code: string }).code, 'port.unknown-blueprint');
  }));

test('isolates the bad entity of a request that is refused whole', () =>
  withSim(
    async ({ sim, write }) => {
      const results = await write(
        ...Array.from({ length: 40 }, (_, at) => vm(`v${at.toString()}`, at === 13 ? 'bad' : at)),
      );
      assert.is(results.filter(({ status }) => status === 'created').length, 39);
      assert.is(results[13]?.status, 'refused');
      assert.is(sim.entities('vm').length, 39);
    },
    { refuseWholeBatch: true },
  ));

test('loses nothing to faults, short-lived tokens and limits', () =>
  withSim(
    async ({ sim, faults, client, write }) => {
      const match = { service: 'port', operation: 'POST /blueprints/*/entities/bulk' };
      faults.add({ match, effect: { type: 'reset', applied: true }, times: 2 });
      faults.add({ match, effect: { type: 'cut' }, times: 1 });
      faults.add({ match, effect: { type: 'malformed' }, times: 1 });
      faults.add({ match, effect: { type: 'error', status: 500, code: 'oops' }, times: 2 });
      const results = await write(
        ...Array.from({ length: 600 }, (_, at) => vm(`v${at.toString()}`, at)),
      );
      assert.ok(results.every(({ status }) => status === 'created' || status === 'updated'));
      assert.is(sim.entities('vm').length, 600);
      assert.ok(client.stats.retries >= 6);
    },
    { tokenLifetimeSeconds: 1, periodSeconds: 1, limits: { entities: { limit: 20, burst: 20 } } },
  ));

test('registers, reports, and keeps the lease', () =>
  withSim(async ({ sim, client }) => {
    await ensureIntegration(client, { resources: [] });
    assert.is(await reportResyncState(client, { status: 'running', lastResyncEnd: null }), true);
    const lease = await acquireLease({
      client,
      holder: 'dir',
      settleMs: 1,
      onLost: () => {
        throw new Error('lost');
      },
    });
    assert.is(lease.held, true);
    await lease.renew();
    await lease.release();
    const body = sim.integrations.read('prod').body as { integration: { config: unknown } };
    assert.equal(body.integration.config, { resources: [] });
  }));

test.run();

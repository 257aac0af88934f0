import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { EnvironmentError } from '../../src/errors/environment-error.js';
import { acquireLease, type LeaseOptions } from '../../src/port/lease.js';
import { leaseIn, withLease, withoutLease, type LeaseRecord } from '../../src/port/lease-record.js';
import type { FakePort } from './fake-port.js';
import { withClient, type Rig } from './harness.js';

const test = suite('port/lease');

const foreign: LeaseRecord = {
  holder: 'other-dir',
  nonce: 'other-process',
  counter: 7,
  host: 'other-host',
  pid: 4242,
  since: '2026-01-01T00:00:00.000Z',
};

function register(port: FakePort, config: object = { resources: ['kept'] }) {
  port.integrations.set('prod', { version: '1.2.3', config });
}

function configOf(port: FakePort): Record<string, unknown> {
  return port.integrations.get('prod').config as Record<string, unknown>;
}

/** Renewals happen only when a test asks for them. */
function options({ client }: Rig, holder = 'dir', more: Partial<LeaseOptions> = {}): LeaseOptions {
  return {
    client,
    holder,
    onLost: () => {
      throw new Error('lost');
    },
    every: () => () => undefined,
    ...more,
  };
}

async function refusal(promise: Promise<unknown>): Promise<EnvironmentError> {
  const error = await promise.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  assert.ok(error instanceof Error, 'expected a refusal');
  return error as EnvironmentError;
}

test('takes a free lease, renews it, gives it back; the rest of the config stays', () =>
  withClient(async (rig) => {
    const { port } = rig;
    register(port);
    const lease = await acquireLease(options(rig));
    assert.is(lease.held, true);
    assert.is(leaseIn(configOf(port))?.holder, 'dir');
    assert.is(leaseIn(configOf(port))?.counter, 1);
    assert.is(leaseIn(configOf(port))?.pid, process.pid);
    await lease.renew();
    assert.is(leaseIn(configOf(port))?.counter, 2);
    assert.equal(configOf(port)['resources'], ['kept']);
    await lease.release();
    assert.equal(configOf(port), { resources: ['kept'] });
    await lease.renew();
    assert.equal(configOf(port), { resources: ['kept'] });
  }));

test('refuses while another lives, and says who', () =>
  withClient(async (rig) => {
    const { port, clock } = rig;
    register(port);
    port.script = ({ method, path }) => {
      if (method === 'GET' && path === '/integration/prod') {
        const looks = port.requests.filter((request) => request.method === 'GET').length;
        const counter = looks > 3 ? 8 : 7;
        port.integrations.get('prod').config = withLease({}, { ...foreign, counter });
      }
      return undefined;
    };
    const error = await refusal(acquireLease(options(rig)));
    assert.is(error.code, 'port.lease-held');
    assert.match(error.message, /other-host, process 4242, since 2026-01-01/);
    assert.ok(error.hint);
    assert.equal(clock.sleeps, [3_000, 3_000, 3_000]);
    assert.is(leaseIn(configOf(port))?.nonce, 'other-process');
  }));

test('takes over a lease that stays unchanged for its time', () =>
  withClient(async (rig) => {
    const { port, clock } = rig;
    register(port, withLease({ resources: [] }, foreign));
    const lease = await acquireLease(options(rig));
    assert.is(lease.held, true);
    assert.is(leaseIn(configOf(port))?.holder, 'dir');
    const watched = clock.sleeps.slice(0, -1).reduce((sum, ms) => sum + ms, 0);
    assert.is(watched, 30_000);
  }));

test('takes its own lease over at once, and a lease that goes away meanwhile', () =>
  withClient(async (rig) => {
    const { port, clock } = rig;
    register(port, withLease({}, { ...foreign, holder: 'dir' }));
    assert.is((await acquireLease(options(rig))).held, true);
    assert.equal(clock.sleeps, [], 'there is nobody to wait for');
    register(port, withLease({}, foreign));
    clock.sleeps.length = 0;
    const original = clock.sleep;
    clock.sleep = async (ms, signal) => {
      register(port, clock.sleeps.length === 0 ? {} : configOf(port));
      await original(ms, signal);
    };
    assert.is((await acquireLease(options(rig))).held, true);
    assert.is(clock.sleeps.length, 2);
  }));

test('of two that race for a free lease, exactly one gets it', () =>
  withClient(async (rig) => {
    const { port, clock } = rig;
    register(port);
    // Both have written before either reads back: sleeps end only once both sleep.
    const asleep: (() => void)[] = [];
    clock.sleep = () =>
      new Promise((resolve) => {
        asleep.push(resolve);
        if (asleep.length === 2) for (const wake of asleep) wake();
      });
    const results = await Promise.allSettled([
      acquireLease(options(rig, 'one')),
      acquireLease(options(rig, 'two')),
    ]);
    const refused = results.filter((result) => result.status === 'rejected');
    assert.is(refused.length, 1);
    assert.is((refused[0] as { reason: { code: string } }).reason.code, 'port.lease-held');
    const winner = results[0]?.status === 'fulfilled' ? 'one' : 'two';
    assert.is(leaseIn(configOf(port))?.holder, winner);
  }));

test('tells the holder once that another took it, and touches it no more', () =>
  withClient(async (rig) => {
    const { port } = rig;
    register(port);
    const lost: LeaseRecord[] = [];
    let stopped = 0;
    const lease = await acquireLease(
      options(rig, 'dir', {
        onLost: (by) => lost.push(by),
        every: () => () => {
          stopped += 1;
        },
      }),
    );
    port.integrations.get('prod').config = withLease({}, foreign);
    await lease.renew();
    await lease.renew();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(lost, [foreign]);
    assert.is(stopped, 1);
    await lease.release();
    assert.equal(leaseIn(configOf(port)), foreign);
  }));

test('tells two processes of a copied state directory apart', () =>
  withClient(async (rig) => {
    register(rig.port);
    let lost = 0;
    const count = { onLost: () => (lost += 1) };
    const first = await acquireLease(options(rig, 'dir', count));
    await acquireLease(options(rig, 'dir', count));
    await first.renew();
    await new Promise((resolve) => setImmediate(resolve));
    assert.is(lost, 1);
  }));

test('writes its note again where somebody edited the config, and survives a Port that fails', () =>
  withClient(async (rig) => {
    const { port } = rig;
    register(port);
    const lease = await acquireLease(options(rig));
    register(port, { edited: true });
    await lease.renew();
    assert.is(leaseIn(configOf(port))?.holder, 'dir');
    assert.is(configOf(port)['edited'], true);
    port.script = () => ({ status: 503 });
    await lease.renew();
    port.script = undefined;
    await lease.renew();
    assert.is(leaseIn(configOf(port))?.counter, 3);
    port.script = () => ({ status: 503 });
    await lease.release();
  }));

test('renews by itself, and one at a time', () =>
  withClient(async (rig) => {
    const { port } = rig;
    register(port);
    let tick = () => {};
    const lease = await acquireLease(
      options(rig, 'dir', {
        every: (ms, task) => {
          assert.is(ms, 10_000);
          tick = task;
          return () => undefined;
        },
      }),
    );
    for (let n = 0; n < 10; n += 1) tick();
    await lease.renew();
    assert.is(leaseIn(configOf(port))?.counter, 2);
  }));

test('goes on without where Port has no place for it', () =>
  withClient(async (rig) => {
    const { port, logged } = rig;
    assert.is((await acquireLease(options(rig))).held, false);
    register(port);
    for (const status of [404, 405, 422]) {
      port.script = ({ path }) => (path.endsWith('/config') ? { status } : undefined);
      const lease = await acquireLease(options(rig));
      assert.is(lease.held, false);
      await lease.renew();
      await lease.release();
    }
    port.script = ({ path }) => (path.endsWith('/config') ? { status: 200, body: {} } : undefined);
    assert.is((await acquireLease(options(rig))).held, false);
    assert.is(logged.filter((line) => line.startsWith('warn')).length, 5);
  }));

test('wrong credentials and an unreachable Port are told, not done without', () =>
  withClient(async (rig) => {
    rig.port.script = () => ({ status: 401 });
    assert.is((await refusal(acquireLease(options(rig)))).code, 'port.unauthorized');
    rig.port.script = () => ({ status: 503 });
    assert.is((await refusal(acquireLease(options(rig)))).code, 'port.failing');
  }));

test('keeps what else stands beside a lease', () => {
  const config = { a: 1, sluice: { b: 2 } };
  assert.equal(withoutLease(withLease(config, foreign)), config);
  assert.equal(leaseIn(withLease(config, foreign)), foreign);
  assert.equal(withoutLease(withLease({ a: 1 }, foreign)), { a: 1 });
  assert.is(leaseIn({ sluice: { lease: 'nonsense' } }), undefined);
});

test.run();

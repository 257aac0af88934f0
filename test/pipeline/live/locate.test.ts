import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeResourceKey } from '../../../src/model/resource-key.js';
import type { ChangeEvent } from '../../../src/model/change-event.js';
import type { ChangeTarget } from '../../../src/model/change-target.js';
import { locate } from '../../../src/pipeline/live/locate.js';
import { ACCOUNT, FakeEngine, LISTED, READ, REGION } from '../fake-engine.js';

const test = suite('pipeline/live/locate');

const EVENT: ChangeEvent = {
  id: 'e1',
  source: 'ec2.amazonaws.com',
  name: 'RunInstances',
  accountId: ACCOUNT,
  region: REGION,
  at: 1_000,
  detail: {},
};

async function find(targets: readonly ChangeTarget[], event = EVENT) {
  const fake = await FakeEngine.open();
  let settled = 0;
  const located = await locate(
    event,
    targets,
    { settle: () => (settled += 1) },
    {
      parts: fake.parts,
      directory: {
        enabledRegions: () => Promise.resolve([REGION]),
        has: (id: string) => id === '2',
      },
      settleForMs: 5_000,
    },
  );
  return { ...located, fake, settled: () => settled };
}

const instance = (identifier: string): ChangeTarget => ({
  type: 'resource',
  kind: LISTED,
  identifier,
  expects: 'present',
});

test('a resource becomes a signal of its account and region', async () => {
  const { signals, scopes } = await find([instance('i-1')]);
  assert.equal(scopes, []);
  assert.is(signals.length, 1);
  assert.equal(signals[0]!.key, {
    kind: LISTED,
    accountId: ACCOUNT,
    region: REGION,
    identifier: 'i-1',
  });
  assert.equal(signals[0]!.doubts, { absent: true, present: false });
  assert.is(signals[0]!.at, 1_000);
});

test('the event settles when the last of its resources has', async () => {
  const { signals, settled } = await find([instance('i-1'), instance('i-2'), instance('i-1')]);
  assert.is(signals.length, 2, 'named twice is read once');
  signals[0]!.receipts[0]!.settle();
  assert.is(settled(), 0);
  signals[1]!.receipts[0]!.settle();
  assert.is(settled(), 1);
});

test('what the pipeline does not want is nothing', async () => {
  const other = { ...instance('x'), kind: 'AWS::SQS::Queue' } as ChangeTarget;
  const { signals, scopes } = await find([other]);
  assert.equal([signals, scopes], [[], []]);
});

test('a target of another account or region is read there, where the account is ours', async () => {
  const { signals } = await find([
    { ...instance('i-1'), accountId: '2', region: 'us-east-1' } as ChangeTarget,
    { ...instance('i-2'), accountId: '3' } as ChangeTarget,
  ]);
  assert.equal(
    signals.map(({ key }) => [key.accountId, key.region, key.identifier]),
    [['2', 'us-east-1', 'i-1']],
  );
});

test('a scope is listed once, however often it is meant', async () => {
  const target: ChangeTarget = { type: 'scope', kind: READ };
  const { signals, scopes } = await find([target, target]);
  assert.equal(signals, []);
  assert.equal(scopes, [{ kind: READ, accountId: ACCOUNT, region: REGION }]);
});

test('a name is completed by the index; one that it does not know has the scope listed', async () => {
  const fake = await FakeEngine.open();
  const { index, store } = fake.parts.state;
  const scope = { kind: LISTED, accountId: ACCOUNT, region: REGION };
  const record = {
    scope: '',
    tick: 1,
    program: 'p',
    listHash: null,
    readHash: null,
    generation: 1,
    entities: [],
  };
  for (const identifier of ['arn:app/one/1', 'arn:net/one/2', 'arn:app/oneself/3']) {
    await store.commit(index.put(encodeResourceKey({ ...scope, identifier }), record));
  }
  const named = (prefixes: string[]): ChangeTarget => ({
    type: 'named',
    kind: LISTED,
    prefixes,
    expects: 'absent',
  });
  const context = {
    parts: fake.parts,
    directory: { enabledRegions: () => Promise.resolve([REGION]), has: (id: string) => id === '2' },
    settleForMs: 1,
  };
  const receipt = { settle: () => undefined };
  const known = await locate(EVENT, [named(['arn:app/one/', 'arn:net/one/'])], receipt, context);
  assert.equal(
    known.signals.map(({ key }) => key.identifier),
    ['arn:app/one/1', 'arn:net/one/2'],
  );
  assert.equal(known.scopes, []);
  const unknown = await locate(EVENT, [named(['arn:app/two/'])], receipt, context);
  assert.equal(unknown.signals, []);
  assert.equal(unknown.scopes, [scope]);
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startChanges } from '../../../src/sim/live/changes.js';
import { KINDS } from '../../../src/sim/organization/kinds/index.js';
import {
  createOrganization,
  type ResourceChange,
} from '../../../src/sim/organization/organization.js';

const test = suite('sim/live/changes');

const make = () => {
  const organization = createOrganization({ accounts: 2, regions: 2, resourcesPerScope: 3 });
  const told: ResourceChange[] = [];
  organization.onChange((change) => told.push(change));
  return { organization, told };
};

test('so many changes are made, in the mix that was asked for', async () => {
  const { organization, told } = make();
  const made = await startChanges(organization, { count: 600 }).done;
  assert.is(made.total, 600);
  assert.is(told.length, 600);
  const types = (type: string) => told.filter((change) => change.type === type).length;
  assert.is(types('create'), made.create);
  assert.is(types('delete'), made.delete);
  assert.is(types('update'), made.update + made.tag);
  for (const [type, share] of [
    ['create', 1 / 8],
    ['update', 4 / 8],
    ['delete', 1 / 8],
    ['tag', 2 / 8],
  ] as const)
    assert.ok(Math.abs(made[type] / 600 - share) < 0.08, `${type} ${made[type]}`);
});

test('every change really changes something, and is kept', async () => {
  const { organization, told } = make();
  await startChanges(organization, { count: 400 }).done;
  for (const { type, properties, previous } of told)
    if (type === 'update')
      assert.is.not(JSON.stringify(properties), JSON.stringify(previous), 'an update that is none');
  const last = new Map(
    told.map((change) => [`${change.scopeId}|${change.key.identifier}`, change] as const),
  );
  for (const { type, key } of last.values())
    assert.is(organization.find(key) === undefined, type === 'delete');
});

test('every kind can be changed in every way', async () => {
  for (const kind of KINDS.keys()) {
    const { organization, told } = make();
    await startChanges(organization, { count: 60, kinds: [kind] }).done;
    assert.ok(told.every(({ key }) => key.kind === kind));
    assert.equal([...new Set(told.map(({ type }) => type))].toSorted(), [
      'create',
      'delete',
      'update',
    ]);
    for (const { identifier, json } of organization.snapshot()) {
      assert.ok(identifier.length > 0);
      JSON.parse(json);
    }
  }
});

test('without being asked, nothing is changed whose children would go unseen', async () => {
  const { organization, told } = make();
  await startChanges(organization, { count: 300 }).done;
  assert.not.ok(told.some(({ key }) => key.kind.startsWith('AWS::ApiGateway::')));
});

test('the same seed makes the same changes', async () => {
  const run = async (seed: string) => {
    const { organization, told } = make();
    await startChanges(organization, { count: 100, seed }).done;
    return JSON.stringify(told);
  };
  const once = await run('a');
  assert.is(await run('a'), once);
  assert.is.not(await run('b'), once);
});

test('a burst is about one resource', async () => {
  const { organization, told } = make();
  await startChanges(organization, { count: 200, burst: 10, mix: { update: 1, tag: 1 } }).done;
  for (let i = 0; i < 200; i += 10)
    assert.is(new Set(told.slice(i, i + 10).map(({ key }) => key.identifier)).size, 1);
  assert.ok(new Set(told.map(({ key }) => key.identifier)).size > 10);
});

test('accounts and regions are kept to', async () => {
  const { organization, told } = make();
  const accountId = organization.managementAccountId;
  const region = organization.regions[1] as string;
  await startChanges(organization, {
    count: 100,
    accountIds: [accountId],
    regions: [region],
    kinds: ['AWS::SQS::Queue'],
  }).done;
  for (const { key } of told) assert.equal([key.accountId, key.region], [accountId, region]);
});

test('a rate is kept to until it is stopped', async () => {
  const { organization } = make();
  const start = performance.now();
  const changes = startChanges(organization, { rate: 200 });
  while (changes.made().total < 40) await new Promise((resolve) => setTimeout(resolve, 5));
  const seconds = (performance.now() - start) / 1000;
  assert.ok(changes.made().total <= seconds * 200 + 2, 'no faster than the rate');
  changes.stop();
  const { total } = await changes.done;
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.is(changes.made().total, total);
});

test('what cannot be done is said', () => {
  const { organization } = make();
  assert.throws(() => startChanges(organization, {}), /need a rate, a count or both/);
  assert.throws(() => startChanges(organization, { rate: 0 }), /rate of changes cannot be 0/);
  assert.throws(
    () => startChanges(organization, { count: 1, kinds: ['AWS::No::Kind'] }),
    /no kind AWS::No::Kind/,
  );
});

test('an organization that holds nothing of what is wanted ends the changes', async () => {
  const { organization } = make();
  const changes = startChanges(organization, { count: 1, accountIds: ['000000000000'] });
  let message = '';
  await changes.done.catch((error: Error) => (message = error.message));
  assert.match(message, /nothing that can be changed so/);
});

test.run();

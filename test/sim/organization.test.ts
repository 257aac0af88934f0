import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { KINDS } from '../../src/sim/organization/kinds/index.js';
import { indicesIn, markOf } from '../../src/sim/organization/mark.js';
import { createOrganization, type Organization } from '../../src/sim/organization/organization.js';
import { parseLossless, stringifyLossless } from '../../src/sim/organization/lossless-json.js';

const test = suite('sim/organization');

const dump = (organization: Organization) =>
  [...organization.snapshot()].map(({ kind, accountId, region, identifier, json }) =>
    [kind, accountId, region, identifier, json].join('\u0001'),
  );

test('equal options give equal organizations, other seeds others', () => {
  const make = (seed: string) =>
    dump(createOrganization({ seed, accounts: 3, regions: 2, resourcesPerScope: 3 }));
  assert.equal(make('a'), make('a'));
  const a = new Set(make('a'));
  assert.is(make('b').filter((line) => a.has(line)).length, 0);
});

test('no two resources share a key', () => {
  const keys = dump(createOrganization({ accounts: 4, regions: 3, resourcesPerScope: 40 })).map(
    (line) => line.slice(0, line.lastIndexOf('\u0001')),
  );
  assert.is(new Set(keys).size, keys.length);
});

test('a total is met exactly, however it is spread', () => {
  const kinds = ['AWS::EC2::Instance', 'AWS::S3::Bucket', 'AWS::IAM::Role'];
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 500 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 5 }),
      (total, accounts, regions) => {
        assert.is(createOrganization({ total, accounts, regions, kinds }).count(), total);
      },
    ),
    { numRuns: 50 },
  );
});

test('a mark leads back to its index in every scope', () => {
  fc.assert(
    fc.property(fc.nat(4_000_000), fc.nat(), fc.string(), (index, scope, around) => {
      const mark = markOf(index, scope);
      assert.match(mark, /^[0-9a-f]{8}$/);
      assert.ok([...indicesIn(`${around}-${mark}`, scope)].includes(index));
    }),
  );
});

test('every resource of every kind is found by its identifier, and its body names it', () => {
  const organization = createOrganization({
    accounts: 2,
    regions: 2,
    resourcesPerScope: 30,
    bigEvery: 50,
  });
  const kinds = new Set<string>();
  for (const held of organization.snapshot()) {
    kinds.add(held.kind);
    const model = KINDS.get(held.kind);
    const named = model?.identifierProperties
      .map((name) => String(held.properties[name]))
      .join('|');
    assert.is(named, held.identifier);
    assert.is(organization.find(held)?.json, held.json);
  }
  assert.equal([...kinds].sort(), [...KINDS.keys()].sort());
});

test('bodies are awkward: unicode, quotes, line ends, nulls, large numbers, large bodies, other tags', () => {
  const bodies = [
    ...createOrganization({ accounts: 2, regions: 2, resourcesPerScope: 60 }).snapshot(),
  ];
  const all = bodies.map((held) => held.json).join('\n');
  for (const part of [
    '注文',
    '\\"hello\\"',
    '\\nsecond',
    '🚀',
    ':null',
    '9007199254740993',
    '18446744073709551615',
    '\\u0000',
  ]) {
    assert.ok(all.includes(part), part);
  }
  assert.ok(bodies.some((held) => held.json.length >= 60_000));
  const tags = bodies.map((held) => held.properties['Tags']);
  assert.ok(tags.some(Array.isArray));
  assert.ok(tags.some((value) => value === null));
  assert.ok(tags.some((value) => value === undefined));
  assert.ok(
    tags.some((value) => typeof value === 'object' && value !== null && !Array.isArray(value)),
  );
  const identifiers = bodies.map((held) => held.identifier).join('\n');
  for (const part of ['|', '/', ':', ' ']) assert.ok(identifiers.includes(part), part);
});

test('bodies are filled up to the size asked for', () => {
  for (const { json } of createOrganization({
    accounts: 1,
    regions: 1,
    resourcesPerScope: 20,
    bodySize: 'typical',
    bigEvery: 0,
  }).snapshot()) {
    assert.ok(json.length > 3_700 && json.length < 4_600, String(json.length));
    JSON.parse(json);
  }
});

test('account ids have twelve digits, and some begin with zeros', () => {
  const { accounts } = createOrganization({ accounts: 200, regions: 1, resourcesPerScope: 0 });
  assert.is(new Set(accounts.map((account) => account.id)).size, 200);
  for (const { id } of accounts) assert.match(id, /^\d{12}$/);
  assert.ok(accounts.some((account) => account.id.startsWith('00')));
});

test('mutations change what is asked for and nothing else', () => {
  const organization = createOrganization({ accounts: 2, regions: 2, resourcesPerScope: 4 });
  const before = new Map(
    [...organization.snapshot()].map((held) => [
      `${held.accountId}|${held.region}|${held.kind}|${held.identifier}`,
      held,
    ]),
  );
  const [first, second, third] = [...before.values()].filter(
    (held) => held.kind === 'AWS::SQS::Queue',
  );
  if (first === undefined || second === undefined || third === undefined)
    throw new Error('too few queues');
  organization.delete(first);
  organization.update(second, { DelaySeconds: 900, VisibilityTimeout: undefined });
  const made = organization.create({
    kind: 'AWS::EC2::Instance',
    accountId: third.accountId,
    region: third.region,
    identifier: 'i-new',
  });
  const changed: string[] = [];
  for (const held of organization.snapshot()) {
    const old = before.get(`${held.accountId}|${held.region}|${held.kind}|${held.identifier}`);
    if (old?.json !== held.json) changed.push(held.identifier);
  }
  assert.equal(changed.sort(), ['i-new', second.identifier].sort());
  assert.is(organization.find(first), undefined);
  assert.is(organization.count(), before.size);
  const { DelaySeconds, VisibilityTimeout } = organization.find(second)?.properties ?? {};
  assert.equal([DelaySeconds, VisibilityTimeout], [900, undefined]);
  assert.equal(organization.find(made)?.properties, { InstanceId: 'i-new' });
  assert.throws(() => organization.create(made), /already/);
  assert.throws(() => organization.delete(first), /holds no/);
  assert.throws(() => organization.update({ ...first, kind: 'AWS::Nope::Nope' }, {}), /has no/);
  organization.create({ ...first, properties: { back: true } });
  assert.is(organization.find(first)?.properties['back'], true);
});

test('a bucket that is made anew has the region that it is made in', () => {
  const organization = createOrganization({
    accounts: 1,
    regions: 3,
    resourcesPerScope: 4,
    kinds: ['AWS::S3::Bucket'],
  });
  const [first] = organization.snapshot();
  if (first === undefined) throw new Error('no bucket');
  for (const region of organization.regions) {
    organization.delete(first);
    organization.create({ ...first, region, properties: {} });
    const held = [...organization.snapshot()].find((one) => one.identifier === first.identifier);
    assert.is(held?.region, region);
  }
});

test('an update keeps numbers that JavaScript cannot hold', () => {
  const organization = createOrganization({
    accounts: 1,
    regions: 1,
    resourcesPerScope: 100,
    kinds: ['AWS::DynamoDB::Table'],
  });
  const big = [...organization.snapshot()].find((held) => held.json.includes('9007199254740993'));
  if (big === undefined) throw new Error('no large number');
  organization.update(big, { BillingMode: 'X' });
  assert.ok(organization.find(big)?.json.includes('"ItemCount":9007199254740993'));
});

test('reading and writing JSON without loss is exact', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.bigInt({ min: 0n, max: 2n ** 70n }), (value, big) => {
      const json = `{"a":${JSON.stringify(value)},"n":${big},"m":[${-big}]}`;
      assert.is(stringifyLossless(parseLossless(json)), json);
    }),
  );
});

test('reordered tags are the same tags in another order', () => {
  const organization = createOrganization({
    accounts: 1,
    regions: 1,
    resourcesPerScope: 50,
    kinds: ['AWS::EC2::Instance'],
  });
  const held = [...organization.snapshot()].find(
    ({ properties }) => Array.isArray(properties['Tags']) && properties['Tags'].length > 1,
  );
  if (held === undefined) throw new Error('no tags');
  organization.reorderTags(held);
  const after = organization.find(held);
  assert.is.not(after?.json, held.json);
  assert.equal(after?.properties, {
    ...held.properties,
    Tags: [...(held.properties['Tags'] as unknown[])].reverse(),
  });
});

test('accounts and regions come and go', () => {
  const organization = createOrganization({ accounts: 2, regions: 2, resourcesPerScope: 2 });
  const count = organization.count();
  const added = organization.addAccount({ name: 'New' });
  assert.is(organization.count(), (count / 2) * 3);
  organization.setStatus(added.id, 'SUSPENDED');
  assert.is(organization.count(), count);
  organization.setStatus(added.id, 'ACTIVE');
  organization.removeAccount(added.id);
  assert.is(organization.count(), count);
  const member = organization.accounts[1]?.id ?? '';
  organization.disableRegion(member, organization.regions[1] as string);
  const left = [...organization.snapshot()].filter(
    (held) => held.accountId === member && held.region === organization.regions[1],
  );
  assert.ok(left.every((held) => held.kind === 'AWS::S3::Bucket'));
  assert.throws(() => organization.removeAccount('nobody'), /no account/);
});

test('an unknown kind or too many regions are refused', () => {
  assert.throws(() => createOrganization({ kinds: ['AWS::Nope::Nope'] }), /knows no kind/);
  assert.throws(() => createOrganization({ regions: 99 }), /1 to/);
});

test.run();

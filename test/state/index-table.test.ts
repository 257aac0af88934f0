import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeEntityKey } from '../../src/model/entity.js';
import { encodeResourceKey, GLOBAL } from '../../src/model/resource-key.js';
import { encodeScope } from '../../src/model/scope.js';
import { decodeRecord, encodeRecord } from '../../src/state/index-codec.js';
import type { IndexRecord, OwnedEntity } from '../../src/state/index-record.js';
import { IndexTable } from '../../src/state/index-table.js';
import { MemoryStore } from '../../src/state/memory-store.js';

const test = suite('index table');

const text = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '😀', '\u0001', '/'), maxLength: 5 });
const part = fc.constantFrom('AWS::S3::Bucket', 'AWS::EC2::Instance', '111111111111', 'eu-west-1');
const key = fc
  .record({
    kind: part,
    accountId: part,
    region: fc.constantFrom('eu-west-1', GLOBAL),
    identifier: text,
  })
  .map(encodeResourceKey);
const hash = fc.oneof(fc.constant(null), fc.string());
const entity: fc.Arbitrary<OwnedEntity> = fc
  .record(
    {
      blueprint: fc.constantFrom('service', 'bucket'),
      identifier: text,
      mapping: fc.nat({ max: 3 }),
      hash,
      leaving: fc.constant(true as const),
      foreign: fc.constant(true as const),
    },
    { requiredKeys: ['blueprint', 'identifier', 'mapping', 'hash'] },
  )
  .map((made) => ({ ...made }));
const record = (resourceKey: string): fc.Arbitrary<IndexRecord> =>
  fc
    .record({
      scope: fc.oneof(
        fc.constant(resourceKey.split('\u0001').slice(0, 3).join('\u0001')),
        fc.constant([...resourceKey.split('\u0001').slice(0, 2), GLOBAL].join('\u0001')),
        fc.constant(resourceKey),
        fc.string(),
      ),
      tick: fc.maxSafeNat(),
      program: fc.string(),
      listHash: hash,
      readHash: hash,
      generation: fc.nat(),
      entities: fc.array(entity, { maxLength: 4 }),
    })
    .map((made) => ({ ...made }));

function simple(scope: string, entities: readonly Partial<OwnedEntity>[]): IndexRecord {
  return {
    scope,
    tick: 1,
    program: 'p',
    listHash: null,
    readHash: null,
    generation: 1,
    entities: entities.map((made) => ({
      blueprint: 'b',
      identifier: 'e',
      mapping: 0,
      hash: null,
      ...made,
    })),
  };
}

test('gives records back as they were put', () => {
  fc.assert(
    fc.property(
      key.chain((k) => fc.tuple(fc.constant(k), record(k))),
      ([k, made]) => assert.equal(decodeRecord(k, encodeRecord(k, made)), made),
    ),
    { numRuns: 500 },
  );
});

test('knows the owners of every entity, whatever was put and deleted', async () => {
  const step = fc
    .constantFrom('x', 'x\u0001y', '\u0001', 'z')
    .map((identifier) => encodeResourceKey({ kind: 'K', accountId: '1', region: 'r', identifier }))
    .chain((k) => fc.tuple(fc.constant(k), fc.option(record(k), { nil: undefined })));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
      const store = new MemoryStore();
      const index = new IndexTable(store);
      const model = new Map<string, IndexRecord>();
      for (const [k, made] of steps) {
        await store.commit(made === undefined ? index.delete(k) : index.put(k, made));
        if (made === undefined) model.delete(k);
        else model.set(k, made);
      }
      const expected = new Map<string, Map<string, number>>();
      for (const [k, { entities }] of model) {
        for (const owned of entities) {
          const owners = expected.get(encodeEntityKey(owned)) ?? new Map<string, number>();
          expected.set(
            encodeEntityKey(owned),
            owners.set(k, Math.max(owned.mapping, owners.get(k) ?? 0)),
          );
        }
      }
      for (const [entityKey, owners] of expected) {
        const found = index.owners(entityKey);
        assert.equal(new Map(found.map((o) => [o.resourceKey, o.mapping])), owners);
        const order = found.map(({ mapping, resourceKey: k }) => [mapping, k] as const);
        const sorted = [...order].sort(([m, a], [n, b]) => m - n || (a < b ? -1 : 1));
        assert.equal(order, sorted);
      }
      const rows = [...expected.values()].reduce((n, owners) => n + owners.size, 0);
      assert.is(store.count('owners'), rows, 'and no row is left over');
    }),
    { numRuns: 200 },
  );
});

test('names what may be of a scope: its own region, or all regions of an account', async () => {
  const store = new MemoryStore();
  const index = new IndexTable(store);
  const at = (region: string, identifier: string, accountId = '1') =>
    encodeResourceKey({ kind: 'K', accountId, region, identifier });
  const regional = encodeScope({ kind: 'K', accountId: '1', region: 'r1' });
  const parent = encodeScope({ kind: 'K', accountId: '1', region: 'r1', parent: 'p' });
  const account = encodeScope({ kind: 'K', accountId: '1', region: GLOBAL });
  await store.commit([
    ...index.put(at('r1', 'a'), simple(regional, [])),
    ...index.put(at('r1', 'b'), simple(parent, [])),
    ...index.put(at('r1', 'c'), simple(account, [])),
    ...index.put(at('r2', 'd'), simple(account, [])),
    ...index.put(
      at('r1', 'e', '12'),
      simple(encodeScope({ kind: 'K', accountId: '12', region: 'r1' }), []),
    ),
  ]);
  const keys = (scope: string) => [...index.keysAround(scope)];
  assert.equal(keys(regional), [at('r1', 'a'), at('r1', 'b'), at('r1', 'c')]);
  assert.equal(keys(parent), keys(regional));
  assert.equal(keys(account), [at('r1', 'a'), at('r1', 'b'), at('r1', 'c'), at('r2', 'd')]);
  assert.is(index.count(), 5);
  assert.is(Array.from(index.scan('K\u00011\u0001')).length, 4);
  assert.equal(
    [...index.groups()].map(({ accountId, region }) => `${accountId}/${region}`),
    ['1/r1', '1/r2', '12/r1'],
  );
});

test('knows at once whom an entity comes from, in a store that was empty and in one that was not', async () => {
  const store = new MemoryStore();
  const first = new IndexTable(store);
  const entity = encodeEntityKey({ blueprint: 'b', identifier: 'shared\u0001x' });
  const free = encodeEntityKey({ blueprint: 'b', identifier: 'free' });
  const record = simple('', [{ blueprint: 'b', identifier: 'shared\u0001x' }]);
  assert.equal(first.owners(entity), []);
  await store.commit(first.put('r1', record));
  assert.equal(first.owners(entity), [{ resourceKey: 'r1', mapping: 0 }]);
  assert.equal(first.owners(free), []);

  const second = new IndexTable(store);
  for (let i = 0; i < 2_000; i += 1) assert.is(second.owners(entity).length, 1);
  // Written while the rows are being gathered.
  await store.commit(second.put('r2', record));
  for (let i = 0; i < 5; i += 1) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(
    second.owners(entity).map(({ resourceKey }) => resourceKey),
    ['r1', 'r2'],
  );
  assert.equal(second.owners(free), []);
  await store.commit(second.delete('r1'));
  assert.is(second.owners(entity).length, 1);
});

test('counts distinct entities by kind', async () => {
  const store = new MemoryStore();
  const index = new IndexTable(store);
  const at = (kind: string, identifier: string) =>
    encodeResourceKey({ kind, accountId: '1', region: 'r', identifier });
  await store.commit([
    ...index.put(at('A', '1'), simple('', [{ identifier: 'x' }, { identifier: 'y' }])),
    ...index.put(at('A', '2'), simple('', [{ identifier: 'x' }])),
    ...index.put(at('B', '1'), simple('', [{ identifier: 'x' }])),
    ...index.put(at('B', '2'), simple('', [{ identifier: 'x', blueprint: 'c' }])),
  ]);
  const { total, byKind } = await index.countEntities();
  assert.is(total, 3);
  assert.equal(
    [...byKind],
    [
      ['A', 2],
      ['B', 2],
    ],
  );
});

test('keeps a record small: what its key says is not said again', () => {
  const scope = { kind: 'AWS::EC2::Instance', accountId: '111111111111', region: 'eu-west-1' };
  const identifier = 'i-0123456789abcdef0';
  const made = {
    ...simple(encodeScope(scope), [
      { blueprint: 'cloudResource', identifier, hash: 'h'.repeat(22) },
    ]),
    program: 'p'.repeat(22),
    listHash: 'l'.repeat(22),
  };
  const stored = JSON.stringify(encodeRecord(encodeResourceKey({ ...scope, identifier }), made));
  assert.ok(stored.length < 130, stored);
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeEntityKey } from '../../src/model/entity.js';
import { RelatedClaims } from '../../src/pipeline/related-claims.js';
import { MemoryStore } from '../../src/state/memory-store.js';
import { UnclaimedTable } from '../../src/state/unclaimed.js';

const test = suite('related claims');

async function adopted(...keys: readonly (readonly [string, string])[]) {
  const store = new MemoryStore();
  const unclaimed = new UnclaimedTable(store);
  for (const [blueprint, identifier] of keys) {
    await store.commit(unclaimed.adopt(encodeEntityKey({ blueprint, identifier })));
  }
  return { store, unclaimed, claims: new RelatedClaims(unclaimed) };
}

test('what an entity relates to is claimed, whatever its blueprint', async () => {
  const { store, unclaimed, claims } = await adopted(
    ['account', '1'],
    ['team', '1'],
    ['account', '2'],
  );
  const relations = {
    account: '1',
    groups: ['2', 'absent'],
    none: null,
    found: { combinator: 'and' },
  };
  await store.commit(claims.claim(JSON.stringify({ identifier: 'x', relations })));
  assert.is(unclaimed.count(), 0);
});

test('what nothing relates to stays unclaimed; a property is no relation', async () => {
  const { store, unclaimed, claims } = await adopted(['account', '1']);
  await store.commit(claims.claim(JSON.stringify({ properties: { account: '1' }, relations: {} })));
  await store.commit(claims.claim(JSON.stringify({ properties: { account: '1' } })));
  assert.is(unclaimed.count(), 1);
});

test('entities adopted later are found after a reset', async () => {
  const { store, unclaimed, claims } = await adopted();
  const entity = JSON.stringify({ relations: { account: '1' } });
  assert.equal(claims.claim(entity), []);
  const key = encodeEntityKey({ blueprint: 'account', identifier: '1' });
  await store.commit(unclaimed.adopt(key));
  claims.reset();
  await store.commit(claims.claim(entity));
  assert.not(unclaimed.has(key));
});

test.run();

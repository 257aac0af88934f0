import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { World, oracle } from './convergence-world.js';
import type { Body, Yield } from './convergence-world.js';
import { idOf, turn } from './flights.js';

/** Races that the model found, or that it meets too rarely, each told step by step. */
const test = suite('flow: convergence (races)');

const body = (
  ...yields: (readonly [entity: string, mapping: number, content?: string])[]
): Body => ({
  yields: yields.map(([entity, mapping, content = 'x']): Yield => ({ entity, mapping, content })),
  unsound: [],
});

/** A world at rest in which AWS holds these, and Port all of it. */
async function settled(merge: boolean, aws: Record<string, Body>): Promise<World> {
  const world = new World(merge);
  for (const [name, held] of Object.entries(aws)) change(world, name, held);
  await drain(world);
  assert.equal(world.port, oracle(world, merge));
  return world;
}

function change(world: World, name: string, held: Body | undefined): void {
  if (held) world.aws.set(name, held);
  else world.aws.delete(name);
  world.observe(name, 'live');
}

async function drain(world: World): Promise<void> {
  await world.rest();
  for (let round = 0; world.rewrites.size > 0; round += 1) {
    assert.ok(round < 20, 'shares are rewritten without end');
    for (const id of world.rewrites.keys()) world.rewrite(id);
    await world.rest();
  }
}

/** Everything that is under way is decided, nothing is committed or answered. */
async function decide(world: World): Promise<void> {
  world.arrive(world.underway.splice(0));
  world.map(world.mapping.splice(0));
  await turn();
}

for (const merge of [false, true]) {
  const mode = merge ? 'merged' : 'replaced';

  test(`two owners that leave one entity together do not leave it behind (${mode})`, async () => {
    const world = await settled(merge, { a: body(['e', 0]), b: body(['e', 0]) });
    change(world, 'a', undefined);
    change(world, 'b', undefined);
    await decide(world);
    await drain(world);
    assert.equal([...world.port.keys()], []);
    assert.is(world.records.size, 0);
  });

  test(`one leaves while the other joins: it lives (${mode})`, async () => {
    for (const [leaver, joiner] of [
      ['a', 'b'],
      ['b', 'a'],
    ] as const) {
      const world = await settled(merge, { [leaver]: body(['e', 0]) });
      change(world, leaver, undefined);
      change(world, joiner, body(['e', 0]));
      await decide(world);
      await drain(world);
      assert.equal(world.port, oracle(world, merge), `${joiner} joins`);
    }
  });

  test(`peers that map to each other's entity do not have each other written for ever (${mode})`, async () => {
    const world = await settled(merge, {
      a: body(['a', 0, 'of a'], ['b', 1, 'of a']),
      b: body(['b', 0, 'of b'], ['a', 1, 'of b']),
    });
    change(world, 'a', body(['a', 0, 'of a anew'], ['b', 1, 'of a anew']));
    await drain(world);
    assert.equal(world.port, oracle(world, merge));
  });

  test(`another mapping yields the entity: its place among the owners counts (${mode})`, async () => {
    const world = await settled(merge, { a: body(['e', 2, 'a']), b: body(['e', 1, 'b']) });
    change(world, 'a', body(['e', 0, 'a']));
    await drain(world);
    const [fields] = world.port.values();
    assert.is(fields!['shared'], 'b');
    change(world, 'a', body(['e', 2, 'a']));
    await drain(world);
    assert.is([...world.port.values()][0]!['shared'], 'a');
  });

  test(`a delete that came before an owner's last write does not count for it (${mode})`, async () => {
    const world = await settled(merge, { r3: body(['e0', 0], ['e1', 0]) });
    change(world, 'r3', undefined);
    await decide(world);
    world.commit();
    await turn();
    const deletes = world.sent.splice(0);
    world.answer(deletes[0]!, 'taken');
    change(world, 'r1', body(['e0', 0]));
    await decide(world);
    world.commit();
    await turn();
    world.answer(world.sent.splice(0)[0]!, 'taken');
    await turn();
    world.commit();
    await turn();
    assert.is(world.port.size, 2);
    // r3 waits for the answer to its other delete: the index still shows it as leaving e0.
    change(world, 'r1', undefined);
    await decide(world);
    world.answer(deletes[1]!, 'taken');
    await drain(world);
    assert.equal([...world.port.keys()], []);
  });

  test(`an owner that is gone when its share must follow hands that on (${mode})`, async () => {
    const world = await settled(merge, { r0: body(['e', 2, 'r0']), r1: body(['e', 1, 'r1']) });
    world.observe('r1', 'live');
    change(world, 'r0', undefined);
    await decide(world);
    assert.equal([...world.rewrites.keys()], [idOf('r1')]);
    // The read that was to have it written again finds nothing: not enough to delete.
    world.aws.delete('r1');
    world.rewrite(idOf('r1'));
    await drain(world);
    world.aws.set('r1', body(['e', 1, 'r1']));
    world.observe('r1', 'resync');
    await drain(world);
    assert.is([...world.port.values()][0]!['shared'], 'r1');
  });

  test(`killed after the intent: who must follow still does (${mode})`, async () => {
    const world = await settled(merge, {
      r0: body(['e', 1, 'r0']),
      r1: body(['e', 2, 'r1'], ['f', 0, 'old']),
    });
    change(world, 'r1', body(['f', 0, 'new']));
    await decide(world);
    world.commit();
    world.crash([true]);
    for (const name of world.aws.keys()) world.observe(name, 'resync');
    await drain(world);
    assert.is(world.port.get('b\u0001e')!['shared'], 'r0');
    assert.is(world.port.get('b\u0001f')!['shared'], 'new');
  });
}

test('a body that comes back before the one between is settled is looked at again', async () => {
  const [one, none] = [body(['e', 0]), body()];
  const world = await settled(false, { a: one });
  world.aws.set('a', none);
  world.observe('a', 'resync');
  await decide(world);
  // Nothing is written: e only begins to leave. Then a maps to it again, before that is settled.
  world.aws.set('a', one);
  world.observe('a', 'resync');
  world.arrive(world.underway.splice(0));
  assert.is(world.mapping.length, 1, 'passed over as unchanged');
  await drain(world);
  assert.equal(
    world.records.get(idOf('a'))!.entities.map(({ leaving }) => leaving),
    [undefined],
  );
});

test('killed between an intent and its settling: the body before does not pass as unchanged', async () => {
  const shared = body(['e', 0]);
  const world = await settled(false, { a: shared, b: shared });
  change(world, 'a', body());
  await decide(world);
  world.commit();
  world.crash([false]);
  world.aws.set('a', shared);
  world.observe('a', 'resync');
  await drain(world);
  change(world, 'b', undefined);
  await drain(world);
  assert.equal(world.port, oracle(world, false));
});

test('what awaits the end of its resync is left to it: deleted once, by whom it waits for', async () => {
  const world = await settled(false, { a: body(['e', 0]), b: body(['e', 0]) });
  for (const name of ['a', 'b']) world.aws.set(name, body());
  world.observe('a', 'resync');
  world.observe('b', 'resync');
  await drain(world);
  assert.is(world.port.size, 1, 'a listing deletes nothing by itself');
  assert.equal(
    ['a', 'b'].map((name) => world.records.get(idOf(name))!.entities.length),
    [0, 1],
  );
  world.purge(idOf('b'));
  await decide(world);
  world.commit();
  await turn();
  assert.is(world.sent.length, 1);
  await drain(world);
  assert.is(world.port.size, 0);
});

test('of several owners with one content, each new one writes nothing', async () => {
  const world = await settled(false, { a: body(['e', 0]) });
  change(world, 'b', body(['e', 0]));
  change(world, 'c', body(['e', 0]));
  await decide(world);
  while (world.commits.length > 0) world.commit();
  await turn();
  assert.is(world.sent.length, 0);
  await drain(world);
});

test.run();

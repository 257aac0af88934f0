import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MAPPINGS, World, oracle } from './convergence-world.js';
import type { Body } from './convergence-world.js';
import { turn } from './flights.js';

/**
 * Promise 2 and 3 as a model: several resources map to overlapping entities, everything that takes
 * time ends in any order, Port refuses and defers, the process is killed. At rest Port holds what AWS
 * maps to, and nothing was deleted that had an owner.
 */
const test = suite('flow: convergence (model)');

const NAMES = ['r0', 'r1', 'r2', 'r3'];

const body: fc.Arbitrary<Body> = fc.record({
  yields: fc.uniqueArray(
    fc.record({
      entity: fc.constantFrom('e0', 'e1', 'e2'),
      mapping: fc.constantFrom(...MAPPINGS),
      content: fc.constantFrom('x', 'y'),
    }),
    { maxLength: 3, selector: ({ entity, mapping }) => `${entity} ${mapping}` },
  ),
  unsound: fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.uniqueArray(fc.constantFrom(...MAPPINGS), { maxLength: 2 }) },
  ),
});

const name = fc.constantFrom(...NAMES);
const pick = fc.nat({ max: 20 });
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constant('change' as const),
      name,
      body: fc.option(body, { nil: undefined, freq: 3 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      op: fc.constant('observe' as const),
      name,
      cause: fc.constantFrom('live' as const, 'resync' as const),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      op: fc.constant('arrive' as const),
      pick,
      count: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      op: fc.constant('map' as const),
      pick,
      count: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 6, arbitrary: fc.record({ op: fc.constant('commit' as const) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      op: fc.constant('answer' as const),
      pick,
      how: fc.constantFrom(
        'taken' as const,
        'taken' as const,
        'taken' as const,
        'refused' as const,
        'deferred' as const,
      ),
    }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('rewrite' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('rest' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('crash' as const),
      reached: fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function take<T>(from: T[], at: number, count = 1): T[] {
  return from.length === 0 ? [] : from.splice(at % from.length, count);
}

async function carryOut(world: World, action: Step): Promise<void> {
  switch (action.op) {
    case 'change':
      if (action.body) world.aws.set(action.name, action.body);
      else world.aws.delete(action.name);
      break;
    case 'observe':
      world.observe(action.name, action.cause);
      break;
    case 'arrive':
      world.arrive(take(world.underway, action.pick, action.count));
      break;
    case 'map':
      world.map(take(world.mapping, action.pick, action.count));
      break;
    case 'commit':
      world.commit();
      break;
    case 'answer':
      for (const one of take(world.sent, action.pick)) world.answer(one, action.how);
      break;
    case 'rewrite': {
      const [id] = take([...world.rewrites.keys()], action.pick);
      if (id !== undefined) world.rewrite(id);
      break;
    }
    case 'rest':
      await world.rest();
      break;
    case 'crash':
      world.crash(action.reached);
      break;
  }
  await turn();
}

/** What the retry table makes of shares that must follow: rounds, until nothing waits. */
async function drainRewrites(world: World): Promise<void> {
  for (let round = 0; world.rewrites.size > 0; round += 1) {
    assert.ok(round < 50, 'shares are rewritten without end');
    for (const id of world.rewrites.keys()) world.rewrite(id);
    await world.rest();
  }
}

/** A resync: lists what there is, reads what is missing, purges what leaves. */
async function resync(world: World): Promise<void> {
  for (const listed of world.aws.keys()) world.observe(listed, 'resync');
  await world.rest();
  await drainRewrites(world);
  for (const known of NAMES) if (!world.aws.has(known)) world.observe(known, 'resync');
  for (const [id, { entities }] of world.records) {
    if (entities.some(({ leaving }) => leaving)) world.purge(id);
  }
  await world.rest();
  await drainRewrites(world);
}

function assertEqualsOracle(world: World, merge: boolean): void {
  const expected = oracle(world, merge);
  assert.equal([...world.port.keys()].sort(), [...expected.keys()].sort());
  for (const [entity, fields] of expected) {
    const held = Object.entries(world.port.get(entity)!);
    // Merging leaves the fields of a mapping that yields the entity no more: Port keeps them.
    const counted = merge ? held.filter(([field]) => field in fields) : held;
    assert.equal(Object.fromEntries(counted), fields);
  }
}

/** Every change is followed by a live read, Port takes all, nothing dies: no resync is needed then. */
async function carryOutLive(world: World, action: Step): Promise<void> {
  if (action.op === 'crash') return;
  if (action.op === 'answer') return carryOut(world, { ...action, how: 'taken' });
  if (action.op !== 'change') return carryOut(world, action);
  const body = action.body && { ...action.body, unsound: [] };
  await carryOut(world, { ...action, body });
  world.observe(action.name, 'live');
}

for (const merge of [false, true]) {
  test(`without a resync, ${merge ? 'shares merged' : 'the last owner wins'}`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80, size: 'max' }), async (steps) => {
        const world = new World(merge);
        for (const action of steps) await carryOutLive(world, action);
        await world.rest();
        await drainRewrites(world);
        for (const [id, { entities }] of world.records) {
          if (entities.some(({ leaving }) => leaving)) world.purge(id);
        }
        await world.rest();
        await drainRewrites(world);
        assertEqualsOracle(world, merge);
      }),
      { numRuns: 300 },
    );
  });

  test(`Port equals the mapping of AWS at rest, ${merge ? 'shares merged' : 'the last owner wins'}`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80, size: 'max' }), async (steps) => {
        const world = new World(merge);
        for (const action of steps) await carryOut(world, action);
        await world.rest();
        for (const [listed, { yields }] of world.aws)
          world.aws.set(listed, { yields, unsound: [] });
        await resync(world);

        assertEqualsOracle(world, merge);
        const before = JSON.stringify([...world.port]);
        for (const listed of world.aws.keys()) world.observe(listed, 'resync');
        world.arrive(world.underway.splice(0));
        assert.is(world.mapping.length, 0, 'at rest nothing is looked at again');
        assert.is(JSON.stringify([...world.port]), before);
      }),
      { numRuns: 300 },
    );
  });
}

test.run();

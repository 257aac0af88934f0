import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { SimResource } from '../../src/sim/organization/organization.js';
import { instances, variant, volumes, type Expected, type Fixture } from './support/fixtures.js';
import { drift, heldNames } from './support/oracle.js';
import { deleteAll, keyOf, resourcesOf } from './support/resources.js';
import { World } from './support/world.js';

const test = suite('an entity that several resources map to');

const shared = (note: string): Fixture => ({
  kind: note === 'volume' ? 'AWS::EC2::Volume' : 'AWS::EC2::Instance',
  yaml: `
kind: ${note === 'volume' ? 'AWS::EC2::Volume' : 'AWS::EC2::Instance'}
selector: { query: .Properties.Share != null }
port:
  entity:
    mappings:
      identifier: .Properties.Share
      title: .Identifier
      blueprint: '"archive"'
      properties: { note: .Properties.Note, region: .__Region, size: .Properties.Weight }
`,
  entities: ({ Identifier, Properties, __Region }) =>
    Properties.Share === undefined
      ? []
      : [
          {
            blueprint: 'archive',
            identifier: Properties.Share,
            title: Identifier,
            properties: { note: Properties.Note, region: __Region, size: Properties.Weight },
          },
        ],
});
const byVolume = shared('volume');
const byInstance = shared('instance');
const fixtures = [byInstance, byVolume];
let world: World;
let vols: SimResource[];
let ins: SimResource[];

/** Name of a resource by which owners of the same mapping are ordered. */
const order = ({ kind, accountId, region, identifier }: SimResource): string =>
  [kind, accountId, region, identifier].join('\u0001');

const sorted = (kind: string): SimResource[] =>
  resourcesOf(world, { kind }).sort((a, b) => (order(a) < order(b) ? -1 : 1));

test.before(async () => {
  world = await World.start({ accounts: 2, regions: 2, resourcesPerScope: 4 });
  await world.pipeline(fixtures);
  vols = sorted('AWS::EC2::Volume');
  ins = sorted('AWS::EC2::Instance');
});
test.after(() => world.close());

function share(resource: SimResource, name: string | undefined, note: string): void {
  world.sim.organization.update(keyOf(resource), { Share: name, Note: note, Weight: note.length });
}

function held(name: string): Partial<Expected> | undefined {
  const entity = world.sim.port.entity('archive', name);
  return entity && { title: entity.title, properties: entity.properties };
}

function says(name: string, resource: SimResource, note: string): void {
  assert.equal(
    held(name),
    {
      title: resource.identifier,
      properties: { note, region: resource.region, size: note.length },
    },
    name,
  );
}

async function settles(): Promise<void> {
  const { code, stderr } = await world.run();
  assert.is(code, 0, stderr);
  const again = await world.run();
  assert.is(again.code, 0);
  assert.is(again.entityWrites, 0, 'a second run writes nothing');
}

test('the last owner in the order of resource keys wins', async () => {
  share(vols[0]!, 'a', 'first of a');
  share(vols[3]!, 'a', 'middle of a');
  share(vols[9]!, 'a', 'last of a');
  share(vols[1]!, 'b', 'only of b');
  share(vols[4]!, 'c', 'volume of c');
  share(ins[15]!, 'c', 'instance of c');
  await settles();
  says('a', vols[9]!, 'last of a');
  says('b', vols[1]!, 'only of b');
  // The mapping of volumes stands behind that of instances.
  says('c', vols[4]!, 'volume of c');
});

test('a change of the loser changes nothing, one of the winner is written', async () => {
  share(vols[0]!, 'a', 'loser changed');
  share(ins[15]!, 'c', 'loser changed too');
  await settles();
  says('a', vols[9]!, 'last of a');
  says('c', vols[4]!, 'volume of c');
  share(vols[9]!, 'a', 'winner changed');
  await settles();
  says('a', vols[9]!, 'winner changed');
});

test('a new owner that is last wins', async () => {
  share(vols[12]!, 'a', 'new last');
  await settles();
  says('a', vols[12]!, 'new last');
});

test('when the winner leaves, by deletion or by its mapping, the next one is written; the entity stays', async () => {
  deleteAll(world, [vols[12]!]);
  share(vols[4]!, undefined, '');
  const { summary } = await world.run();
  assert.is(summary.entities.deleted, 0);
  await settles();
  says('a', vols[9]!, 'winner changed');
  says('c', ins[15]!, 'loser changed too');
});

test('a winner that moves to another entity wins there', async () => {
  share(vols[9]!, 'b', 'moved over');
  await settles();
  says('b', vols[9]!, 'moved over');
  says('a', vols[3]!, 'middle of a');
});

test('two owners swap their entities', async () => {
  share(vols[5]!, 'x', 'five');
  share(vols[6]!, 'y', 'six');
  await settles();
  share(vols[5]!, 'y', 'five');
  share(vols[6]!, 'x', 'six');
  await settles();
  says('y', vols[5]!, 'five');
  says('x', vols[6]!, 'six');
});

test('the entity lives until the last owner is gone', async () => {
  deleteAll(world, [vols[0]!]);
  await settles();
  says('a', vols[3]!, 'middle of a');
  deleteAll(world, [vols[3]!, ins[15]!]);
  await settles();
  assert.not.ok(held('a'));
  assert.not.ok(held('c'));
  assert.equal(heldNames(world), ['archive b', 'archive x', 'archive y']);
});

test('a kind that leaves the file gives its share to the other kind', async () => {
  share(ins[0]!, 'x', 'instance');
  await settles();
  says('x', vols[6]!, 'six');
  await world.pipeline([byInstance]);
  await world.run();
  await world.run();
  await settles();
  says('x', ins[0]!, 'instance');
  assert.equal(heldNames(world), ['archive x']);
});

test('the order of mappings decides, and a new order is followed', async () => {
  await world.pipeline([byVolume, byInstance]);
  await settles();
  says('x', ins[0]!, 'instance');
  await world.pipeline([byInstance, byVolume]);
  await settles();
  says('x', vols[6]!, 'six');
});

test('resources of two mappings of one kind that yield the same entity are one entity', async () => {
  const plain = variant(
    volumes,
    [['identifier: .Identifier', 'identifier: .__AccountId']],
    () => [],
  );
  await world.pipeline([plain, instances]);
  await world.run();
  await settles();
  const ids = [
    ...new Set(resourcesOf(world, { kind: 'AWS::EC2::Volume' }).map((one) => one.accountId)),
  ];
  assert.equal(heldNames(world, 'volume'), ids.map((id) => `volume ${id}`).sort());
  for (const id of ids) {
    const last = sorted('AWS::EC2::Volume')
      .filter(({ accountId }) => accountId === id)
      .at(-1)!;
    assert.is(world.sim.port.entity('volume', id)?.title, last.identifier);
  }
  assert.equal(
    drift(world, [instances]).filter((line) => line.startsWith('instance')),
    [],
  );
});

test.run();

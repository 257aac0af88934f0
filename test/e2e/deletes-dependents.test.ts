import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { groups, variant, volumes } from './support/fixtures.js';
import { heldNames } from './support/oracle.js';
import { keyOf, resourcesOf } from './support/resources.js';
import { World } from './support/world.js';

const test = suite('entities that relate to a deleted one');

/** Volumes that say which group they belong to. */
const attached = variant(volumes, [['account: .__AccountId', 'group: .Properties.Group']]);
let world: World;

test.before(async () => {
  world = await World.start({ accounts: 2, regions: 1, resourcesPerScope: 10 });
  world.sim.port.blueprints.patch('volume', {
    relations: { account: { target: 'account' }, group: { target: 'group' } },
  });
  await world.pipeline([groups, attached]);
});
test.after(() => world.close());

for (const dependents of ['true', 'false']) {
  test(`what AWS still holds is in Port although what it relates to went (deleteDependentEntities: ${dependents})`, async () => {
    await world.pipeline([groups, attached], { top: `deleteDependentEntities: ${dependents}` });
    const [group] = resourcesOf(world, { kind: 'AWS::EC2::SecurityGroup' });
    const some = resourcesOf(world, { kind: 'AWS::EC2::Volume' }).slice(0, 3);
    for (const volume of some) {
      world.sim.organization.update(keyOf(volume), { Group: group!.identifier });
    }
    assert.is((await world.run()).code, 0);
    const before = heldNames(world, 'volume');
    world.sim.organization.delete(keyOf(group!));
    await world.run();
    // Whether it is the same run or the next that makes up for what Port took along.
    const { code } = await world.run();
    assert.is(code, 0);
    assert.equal(heldNames(world, 'volume'), before);
    assert.not.ok(heldNames(world, 'group').includes(`group ${group!.identifier}`));
  });
}

test.run();

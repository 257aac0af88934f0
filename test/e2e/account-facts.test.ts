import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Fixture } from './support/fixtures.js';
import { drift } from './support/oracle.js';
import { World } from './support/world.js';

const test = suite('what the organization says of an account, in entities');

const KIND = 'AWS::EC2::Volume';
let world: World;

/** Volumes that tell their account's tags and units, by the library too. */
const volumes: Fixture = {
  kind: KIND,
  yaml: `
kind: ${KIND}
selector:
  query: .__Account.tags.stage == "prod"
port:
  entity:
    mappings:
      identifier: .__AccountId + "/" + .__Region + "/" + .Identifier
      title: (.__Account | tag("team")) // "nobody"
      blueprint: '"volume"'
      properties:
        region: arn_build("ec2"; "volume/" + .Identifier) | arn_parse | .region
        note: '[.__Partition, .__Account.name, .__Account.email, .__Account.unitPath] | join("|")'
      relations:
        account: .__Account.id
`,
  entities({ Identifier, __AccountId, __Region }) {
    const { organization } = world.sim;
    const { name, email, tags, parentId } = organization.account(__AccountId)!;
    if (tags['stage'] !== 'prod') return [];
    const parents: string[] = [];
    for (let at = parentId; at !== organization.rootId;) {
      const unit = organization.units.find(({ id }) => id === at)!;
      parents.unshift(unit.name);
      at = unit.parentId;
    }
    return [
      {
        blueprint: 'volume',
        identifier: `${__AccountId}/${__Region}/${Identifier}`,
        title: tags['team'] ?? 'nobody',
        properties: {
          region: __Region,
          note: ['aws', name, email, ['/Root', ...parents].join('/')].join('|'),
        },
        relations: { account: __AccountId },
      },
    ];
  },
};

test.before(async () => {
  world = await World.start({ accounts: 5, regions: 2, kinds: [KIND], resourcesPerScope: 4 });
  await world.pipeline([volumes]);
});
test.after(() => world.close());

test('entities tell it; a changed tag writes those of its account, and no other', async () => {
  const first = await world.run();
  assert.is(first.code, 0, first.stderr);
  assert.equal(drift(world, [volumes]), []);
  assert.is((await world.run()).entityWrites, 0, 'nothing has changed');

  const account = world.sim.organization.accounts[2]!;
  account.tags['team'] = 'blue';
  const second = await world.run();
  assert.equal(drift(world, [volumes]), []);
  assert.is(second.summary.entities.updated, 2 * 4);
});

test('an account that changes sides takes its entities along', async () => {
  const { accounts } = world.sim.organization;
  accounts[2]!.tags['stage'] = 'dev';
  accounts[1]!.tags['stage'] = 'prod';
  const { summary } = await world.run({ args: ['--allow-deletes', '100'] });
  assert.equal(drift(world, [volumes]), []);
  assert.is(summary.entities.deleted, 2 * 4);
});

test('tags that can not be had fail the listing and delete nothing', async () => {
  const match = { service: 'organizations', operation: 'ListTagsForResource' };
  const before = world.sim.port.entities('volume').length;
  world.sim.faults.add({ match, effect: { type: 'error', status: 500, code: 'Odd' } });
  const { code, summary } = await world.run();
  assert.is(code, 3);
  assert.is(summary.entities.deleted + summary.entities.updated, 0);
  assert.is(world.sim.port.entities('volume').length, before);
  world.sim.faults.clear();
  assert.is((await world.run()).code, 0);
  assert.equal(drift(world, [volumes]), []);
});

test.run();

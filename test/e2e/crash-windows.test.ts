import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DELETES, UPSERTS, killWhile, pick, settledRun, stampOf } from './crash-runs.js';
import {
  FUNCTION,
  INSTANCE,
  ROLE,
  actualEntities,
  expectedEntities,
  inWorld,
  pipelineText,
} from './crash-world.js';

const crash = suite('crashes between intent, Port and commit');

crash('what AWS does while Sluice is dead decides, whatever Port was told before', () =>
  inWorld({ resourcesPerScope: 3 }, async (world) => {
    const { sim } = world;
    const { organization } = sim;
    const changed = pick(sim, INSTANCE);
    organization.update(changed, { Stamp: 'A' });
    await settledRun(world);
    assert.is(stampOf(sim, changed), 'A');

    // Port learns of B and of a newborn, and Sluice dies before it hears that Port did.
    const born = organization.create({
      kind: FUNCTION,
      accountId: changed.accountId,
      region: changed.region,
      identifier: 'newborn',
    });
    organization.update(changed, { Stamp: 'B' });
    await killWhile(
      world,
      UPSERTS,
      'applied',
      () => stampOf(sim, changed) === 'B' && stampOf(sim, born) === 'none',
    );
    organization.update(changed, { Stamp: 'A' });
    organization.delete(born);
    await settledRun(world);
    assert.is(stampOf(sim, changed), 'A');
    assert.is(stampOf(sim, born), undefined, 'an intent counts for deletion');

    // Port loses two entities, and Sluice dies before it hears of it; then one comes back in AWS.
    const [back, gone] = [pick(sim, ROLE), pick(sim, INSTANCE, 1)];
    for (const key of [back, gone]) organization.delete(key);
    await killWhile(
      world,
      DELETES,
      'applied',
      () => stampOf(sim, back) === undefined && stampOf(sim, gone) === undefined,
    );
    organization.create(back);
    await settledRun(world);
    assert.is(stampOf(sim, back), 'none');
    assert.is(stampOf(sim, gone), undefined);
  }),
);

crash('a mapping that moves entities, killed midway and taken back, leaves only the old ones', () =>
  inWorld({ resourcesPerScope: 3, accounts: 2 }, async (world) => {
    const { sim } = world;
    await settledRun(world);
    const text = pipelineText(sim);
    const moved = text.replaceAll('[.__AccountId, .__Region', '["moved", .__AccountId, .__Region');
    await world.write('pipeline.yaml', moved);
    const count = expectedEntities(sim).length;
    await killWhile(world, UPSERTS, 'applied', () => sim.port.entities().length > count + 10);
    await world.write('pipeline.yaml', text);
    await settledRun(world);

    // And once more, this time killed while the old ones are deleted, and then left at the new mapping.
    await world.write('pipeline.yaml', moved);
    await killWhile(world, DELETES, 'applied', (asked) => asked > 0, '--allow-deletes', '1000');
    const last = await world.once('--allow-deletes', '1000');
    assert.is(last.code, 0, last.stderr);
    assert.equal(
      actualEntities(sim).map((row) => row.replace(' moved:', ' ')),
      expectedEntities(sim),
    );
  }),
);

crash.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startSim } from '../../../src/sim/sim.js';
import { AccountDirectory } from '../../../src/sources/account-directory.js';
import { resourceSources } from '../../../src/sources/resource-sources.js';
import { ORGANIZATION_ACCOUNT } from '../../../src/sources/special-kinds.js';
import { openTestAws } from '../../aws/harness.js';
import { bodies, collect, pipelineOf, TestPermits } from '../harness.js';

const test = suite('sources/listing/organization-account');

test('lists and reads accounts as Organizations describes them, with dates as text', async () => {
  const sim = await startSim({ accounts: 7, organizationsPageSize: 3 });
  const aws = await openTestAws(sim.env);
  const source = resourceSources(
    aws,
    new AccountDirectory(aws, pipelineOf([ORGANIZATION_ACCOUNT])),
    pipelineOf([]),
  )(ORGANIZATION_ACCOUNT);
  const permits = new TestPermits();
  const scope = {
    kind: ORGANIZATION_ACCOUNT,
    accountId: sim.organization.managementAccountId,
    region: 'global',
  };
  try {
    const pages = await collect(source.list(scope, permits.acquire));
    assert.equal(
      pages.map(({ page }) => page.resources.length),
      [3, 3, 1],
    );
    const resources = pages.flatMap(({ page }) => page.resources);
    const [first] = bodies(resources);
    const [held] = sim.organization.accounts;
    assert.is(first?.['Id'], held?.id);
    assert.is(first?.['JoinedTimestamp'], held?.joinedAt.toISOString());
    assert.not.ok(Object.keys(first ?? {}).some((name) => name.startsWith('__')));
    const read = await source.read(scope, held?.id ?? '', 'global', permits.acquire);
    assert.is(read.state === 'present' && read.body, resources[0]?.body);
    assert.is(
      (await source.read(scope, '999999999999', 'global', permits.acquire)).state,
      'absent',
    );
    assert.is(permits.observations, 9);
    assert.is(permits.open, 0);
  } finally {
    await aws.close();
    await sim.close();
  }
});

test.run();

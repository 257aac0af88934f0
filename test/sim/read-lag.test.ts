import {
  CloudControlClient,
  GetResourceCommand,
  ListResourcesCommand,
} from '@aws-sdk/client-cloudcontrol';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ReadLag } from '../../src/sim/aws/read-lag.js';
import { createOrganization } from '../../src/sim/organization/organization.js';
import { startSim } from '../../src/sim/sim.js';

const test = suite('sim/read-lag');

const kind = 'AWS::SQS::Queue';

function make(lag: number) {
  const organization = createOrganization({ accounts: 1, regions: 1, resourcesPerScope: 2 });
  let now = 0;
  let lagMs = lag;
  const readLag = new ReadLag(
    organization,
    () => lagMs,
    () => now,
  );
  const accountId = organization.managementAccountId;
  const region = organization.regions[0] as string;
  const [held] = [...organization.snapshot()].filter((one) => one.kind === kind);
  if (held === undefined) throw new Error('nothing held');
  const scope = organization.store(kind, accountId, region)?.id ?? '';
  return {
    organization,
    held,
    key: (identifier: string) => ({ kind, accountId, region, identifier }),
    shown: (identifier: string) => readLag.shown(scope, identifier),
    pass: (ms: number) => (now += ms),
    setLag: (ms: number) => (lagMs = ms),
  };
}

test('what was created is not there yet, what was deleted still is, what was changed is as before', () => {
  const { organization, held, key, shown, pass } = make(100);
  organization.create(key('https://sqs/new'));
  organization.update(held, { DelaySeconds: 9 });
  assert.equal(shown('https://sqs/new'), { json: undefined });
  assert.equal(shown(held.identifier), { json: held.json });
  pass(99);
  organization.delete(held);
  assert.equal(shown(held.identifier), { json: held.json }, 'the first change is not shown yet');
  pass(1);
  assert.is(shown('https://sqs/new'), undefined);
  assert.match(shown(held.identifier)?.json ?? '', /"DelaySeconds":9/);
  pass(99);
  assert.is(shown(held.identifier), undefined);
});

test('without a lag, or after it was ended, reads show what is held', () => {
  const { organization, held, shown, setLag } = make(0);
  organization.update(held, { DelaySeconds: 9 });
  assert.is(shown(held.identifier), undefined);
  setLag(100);
  assert.is(shown(held.identifier), undefined, 'it counts from now on');
  organization.update(held, { DelaySeconds: 10 });
  assert.match(shown(held.identifier)?.json ?? '', /"DelaySeconds":9/);
  setLag(0);
  assert.is(shown(held.identifier), undefined);
});

test('GetResource lags, and ListResources does not', async () => {
  const sim = await startSim({
    accounts: 1,
    regions: 1,
    resourcesPerScope: 1,
    readLagMs: 3_600_000,
  });
  const client = new CloudControlClient({
    endpoint: sim.awsUrl,
    region: 'us-east-1',
    credentials: {
      accessKeyId: sim.env['AWS_ACCESS_KEY_ID'] as string,
      secretAccessKey: sim.env['AWS_SECRET_ACCESS_KEY'] as string,
    },
    maxAttempts: 1,
  });
  const read = (Identifier: string) =>
    client.send(new GetResourceCommand({ TypeName: kind, Identifier })).then(
      ({ ResourceDescription }) => ResourceDescription?.Properties,
      (error: Error) => error.name,
    );
  try {
    const accountId = sim.organization.managementAccountId;
    const key = { kind, accountId, region: 'us-east-1', identifier: 'https://sqs/new' };
    sim.organization.create(key);
    assert.is(await read(key.identifier), 'ResourceNotFoundException');
    const { ResourceDescriptions } = await client.send(
      new ListResourcesCommand({ TypeName: kind }),
    );
    assert.ok(ResourceDescriptions?.some(({ Identifier }) => Identifier === key.identifier));
    sim.aws.settings.readLagMs = 0;
    assert.match((await read(key.identifier)) ?? '', 'https://sqs/new');
    sim.aws.settings.readLagMs = 3_600_000;
    sim.organization.delete(key);
    assert.match((await read(key.identifier)) ?? '', 'https://sqs/new');
    sim.aws.settings.readLagMs = 0;
    assert.is(await read(key.identifier), 'ResourceNotFoundException');
  } finally {
    client.destroy();
    await sim.close();
  }
});

test.run();

import { pino } from 'pino';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parsePipeline } from '../../src/config/load-pipeline.js';
import { Dependents } from '../../src/pipeline/dependents.js';
import { PortClient } from '../../src/port/port-client.js';
import { startSim } from '../../src/sim/sim.js';

const test = suite('dependents');
const log = pino({ level: 'silent' });

function pipelineOf(relations: string) {
  return parsePipeline(
    `resources:
  - kind: AWS::EC2::Instance
    selector: { query: 'true' }
    port:
      entity:
        mappings:
          identifier: .Identifier
          blueprint: '"instance"'
          properties: { region: .__Region }
${relations}`,
    'pipeline.yaml',
  );
}

const RELATED = pipelineOf('          relations: { account: .__AccountId }');

test('entities that blueprints relate to may have dependents, others not', async () => {
  const sim = await startSim({ accounts: 1, regions: 1, resourcesPerScope: 1 });
  const client = new PortClient({
    baseUrl: sim.portUrl,
    clientId: 'sim-client',
    clientSecret: 'sim-secret',
    integration: 'i',
    version: '0',
  });
  try {
    const dependents = new Dependents(client, RELATED, log);
    assert.ok(dependents.mayHave('instance'), 'before Port was asked, any may');
    for (const blueprint of [
      { identifier: 'account', title: 'a', schema: { properties: {}, required: [] } },
      {
        identifier: 'instance',
        title: 'i',
        schema: { properties: {}, required: [] },
        relations: { account: { target: 'account', many: false, required: false } },
      },
    ]) {
      await client.request({
        method: 'POST',
        path: '/blueprints',
        body: JSON.stringify(blueprint),
      });
    }
    await dependents.refresh();
    assert.ok(dependents.mayHave('account'));
    assert.not(dependents.mayHave('instance'));
  } finally {
    await client.close();
    await sim.close();
  }
});

test('without relations in the pipeline nothing of ours depends on anything', () => {
  const never = {} as PortClient;
  assert.not(new Dependents(never, pipelineOf(''), log).mayHave('instance'));
});

test.run();

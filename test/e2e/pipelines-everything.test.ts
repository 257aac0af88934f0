import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Summary } from '../../src/model/summary.js';
import { runCli } from './support/run-cli.js';
import { World } from './support/world.js';

const test = suite('the everything pack against the simulation');

let world: World;
test.before(async () => {
  world = await World.start({ accounts: 2, regions: 2, resourcesPerScope: 3 });
});
test.after(() => world.close());

const packed = (name: string) => fileURLToPath(new URL(`../../pipelines/${name}`, import.meta.url));

/** One resync of the pack over the simulated organization, with the blueprints that it brings. */
async function resync(): Promise<{ code: number | null; summary: Summary; stderr: string }> {
  const { managementAccountId, partition } = world.sim.organization;
  const roleArn = `arn:${partition}:iam::${managementAccountId}:role/OrgReader`;
  const organization = `aws: { organization: { roleArn: '${roleArn}' } }\n`;
  const text = await readFile(packed('everything.yaml'), 'utf8');
  await writeFile(world.pipelineFile, text.replace(/^port:/m, `${organization}port:`));
  const { code, summary, stderr } = await runCli(
    ['run', world.pipelineFile, '--once', '--json', '--state', world.path('state')].concat([
      '--log-level',
      'warn',
      '--blueprints',
      packed('everything.blueprints.json'),
    ]),
    world.sim.env,
  );
  assert.ok(summary, stderr);
  return { code, summary, stderr };
}

test('maps every resource of the simulation, relates them, and writes nothing twice', async () => {
  const { code, summary, stderr } = await resync();
  assert.is(code, 0, `${stderr}${JSON.stringify(summary.failures.slice(0, 5))}`);
  assert.is(summary.deadLetters, 0);
  assert.is(summary.entities.failed, 0);
  const kinds = new Set([...world.sim.organization.snapshot()].map(({ kind }) => kind));
  const entities = world.sim.port.entities();
  const blueprints = new Set(entities.filter(({ stub }) => !stub).map((it) => it.blueprint));
  for (const [kind, blueprint] of [
    ['AWS::EC2::Instance', 'ec2Instance'],
    ['AWS::Lambda::Function', 'lambdaFunction'],
    ['AWS::IAM::Role', 'iamRole'],
    ['AWS::S3::Bucket', 's3Bucket'],
    ['AWS::SQS::Queue', 'sqsQueue'],
  ] as const) {
    assert.ok(kinds.has(kind) && blueprints.has(blueprint), blueprint);
  }
  const again = await resync();
  assert.is(again.code, 0);
  assert.equal([again.summary.entities.created, again.summary.entities.updated], [0, 0]);
});

test.run();

import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { initCommand } from '../../src/cli/init.js';
import { loadPipeline } from '../../src/config/load-pipeline.js';
import { ConfigError } from '../../src/errors/config-error.js';
import { RecordedIo } from './io.js';

const test = suite('cli/init');

let directory = '';

test.before.each(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-init-'));
});
test.after.each(() => rm(directory, { recursive: true }));

async function init(...args: string[]): Promise<RecordedIo> {
  const io = new RecordedIo();
  await initCommand(io).parseAsync([...args, '--out', directory], { from: 'user' });
  return io;
}

test('writes a pipeline that loads, its blueprints, and says how to go on', async () => {
  const io = await init(
    'AWS::EC2::Instance',
    'AWS::Glue::Job',
    '--name=aws',
    '--integration=aws-production',
    '--organization-role=arn:aws:iam::111111111111:role/Reader',
  );
  const file = join(directory, 'aws.yaml');
  const pipeline = await loadPipeline(file);
  assert.equal(
    pipeline.kinds.map(({ kind }) => kind),
    ['AWS::EC2::Instance', 'AWS::Glue::Job'],
  );
  assert.is(pipeline.port.integration, 'aws-production');
  assert.is(pipeline.aws.organization?.memberRoleName, 'SluiceReadOnly');
  const blueprints = JSON.parse(
    await readFile(join(directory, 'aws.blueprints.json'), 'utf8'),
  ) as readonly { identifier: string }[];
  assert.equal(blueprints.map(({ identifier }) => identifier).sort(), [
    'awsAccount',
    'awsResource',
    'ec2Instance',
  ]);
  assert.match(io.stdout.join('\n'), /No mapping is ready for AWS::Glue::Job/);
  assert.match(io.stdout.join('\n'), /sluice run .*aws\.yaml --blueprints .*aws\.blueprints\.json/);
});

test('replaces nothing unless it is told to', async () => {
  await init('AWS::S3::Bucket');
  const error: unknown = await init('AWS::EC2::VPC').catch((e: unknown) => e);
  assert.instance(error, ConfigError);
  assert.match((error as ConfigError).message, /sluice\.yaml is there already/);
  await init('AWS::EC2::VPC', '--force');
  const { kinds } = await loadPipeline(join(directory, 'sluice.yaml'));
  assert.equal(
    kinds.map(({ kind }) => kind),
    ['AWS::EC2::VPC'],
  );
});

test('what is unknown is named, and nothing is written', async () => {
  const wrong = ['AWS::EC2::Instanc', 'AWS::EC2::VPC', 'AWS::None::*'];
  const error: unknown = await init(...wrong).catch((e: unknown) => e);
  assert.instance(error, ConfigError);
  const { message } = error as ConfigError;
  assert.match(message, /unknown kind "AWS::EC2::Instanc"; did you mean AWS::EC2::Instance/);
  assert.match(message, /"AWS::None::\*" chooses none/);
  const role = await init('AWS::EC2::VPC', '--organization-role=nonsense').catch((e: unknown) => e);
  assert.instance(role, ConfigError);
  assert.equal(await readdir(directory), []);
});

test.run();

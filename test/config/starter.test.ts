import { readFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parse, stringify } from 'yaml';
import { parsePipeline } from '../../src/config/load-pipeline.js';
import { formatProblem } from '../../src/config/problem.js';
import { starterOf } from '../../src/config/starter.js';
import type { Ready } from '../../src/config/starter.js';
import { checkBlueprints } from '../../src/pipeline/check-blueprints.js';

const test = suite('config/starter');

let ready: Ready;

test.before(async () => {
  const read = (file: string): Promise<string> =>
    readFile(new URL(`../../pipelines/${file}`, import.meta.url), 'utf8');
  ready = {
    resources: (parse(await read('everything.yaml')) as Ready).resources,
    blueprints: JSON.parse(await read('everything.blueprints.json')) as Ready['blueprints'],
  };
});

/** What Port would say of a pipeline of these resources with these blueprints. */
function problemsOf({ resources, blueprints }: Ready): readonly string[] {
  const text = stringify({ resources }, { lineWidth: 0, aliasDuplicateObjects: false });
  return checkBlueprints(parsePipeline(text, 'p.yaml'), blueprints).problems.map(formatProblem);
}

for (const wanted of [
  ['*'],
  ['AWS::EC2::*'],
  ['AWS::S3::Bucket'],
  ['AWS::Glue::Job', 'AWS::Lambda::Function'],
]) {
  test(`${wanted.join(', ')}: mappings and blueprints fit, and every relation has its target`, () => {
    const starter = starterOf(wanted, ready);
    assert.equal(starter.unmatched, []);
    assert.ok(starter.resources.length > 0);
    assert.equal(problemsOf(starter), []);
  });
}

test('relations to what was not chosen are left out, but for the account', () => {
  const { resources, blueprints } = starterOf(['AWS::EC2::Instance'], ready);
  const [{ port }] = resources as [Ready['resources'][number]];
  assert.equal(Object.keys(port.entity.mappings.relations ?? {}), ['account']);
  assert.equal(blueprints.map(({ identifier }) => identifier).sort(), [
    'awsAccount',
    'ec2Instance',
  ]);
  const two = starterOf(['AWS::EC2::Instance', 'AWS::EC2::VPC'], ready).resources;
  const relations = two.find(({ kind }) => kind === 'AWS::EC2::Instance')!.port.entity.mappings
    .relations;
  assert.equal(Object.keys(relations ?? {}).sort(), ['account', 'vpc']);
});

test('kinds without a mapping have the general one; a glob chooses only among what is ready', () => {
  const starter = starterOf(['AWS::Glue::Job', 'AWS::Nope::*', 'aws::s3::bucket'], ready);
  assert.equal(starter.general, ['AWS::Glue::Job']);
  assert.equal(starter.unmatched, ['AWS::Nope::*']);
  assert.equal(
    starter.resources.map(({ kind }) => kind),
    ['AWS::S3::Bucket', 'AWS::Glue::Job'],
  );
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parsePipeline } from '../../src/config/load-pipeline.js';
import { formatProblem } from '../../src/config/problem.js';
import { checkBlueprints } from '../../src/pipeline/check-blueprints.js';

const test = suite('pipeline/check-blueprints');

/** A pipeline of one kind whose mapping is given, unindented. */
function pipelineOf(mapping: string): string {
  const indented = mapping.trim().replaceAll('\n', '\n          ');
  return `resources:
  - kind: AWS::EC2::Instance
    selector: { query: 'true' }
    port:
      entity:
        mappings:
          ${indented}
`;
}

const BLUEPRINTS = [
  {
    identifier: 'vm',
    schema: {
      properties: {
        region: { type: 'string' },
        cores: { type: 'number' },
        live: { type: 'boolean' },
        tags: { type: 'object' },
        groups: { type: 'array' },
        tier: { type: 'string', enum: ['gold', 'silver'] },
      },
      required: [],
    },
    calculationProperties: { age: { type: 'number' } },
    relations: {
      account: { target: 'account', required: false, many: false },
      team: { target: '_team', required: false, many: false },
      site: { target: 'site', required: false, many: false },
    },
  },
  { identifier: 'account', schema: { properties: {} }, relations: {} },
  {
    identifier: 'strict',
    schema: { properties: { name: { type: 'string' } }, required: ['name'] },
    relations: { owner: { target: 'account', required: true } },
  },
];

function problems(mapping: string): readonly string[] {
  const pipeline = parsePipeline(pipelineOf(mapping), 'p.yaml');
  return checkBlueprints(pipeline, BLUEPRINTS).problems.map(formatProblem);
}

test('what fits has no problem, JQ is not judged', () => {
  const mapping = `
identifier: .Identifier
blueprint: '"vm"'
properties:
  region: .__Region
  cores: '"not a number, says " + .Identifier'
  live: 'true'
  tags: { a: .Identifier }
  groups: [.Identifier]
  tier: '"gold"'
relations:
  account: .__AccountId
  team: '"platform"'
`;
  assert.equal(problems(mapping), []);
});

test('a blueprint that Port does not have', () => {
  assert.equal(problems(`{ identifier: .Identifier, blueprint: '"vms"' }`), [
    'p.yaml:7:50: Port has no blueprint "vms"; did you mean "vm"?',
  ]);
});

test('properties that are not there, or not for us', () => {
  const mapping = `
identifier: .Identifier
blueprint: '"vm"'
properties:
  regoin: .__Region
  age: '"1"'
  else: [{ deep: .Identifier }]
`;
  assert.equal(problems(mapping), [
    'p.yaml:10:21: "vm" has no property "regoin"; did you mean "region"?',
    'p.yaml:11:19: Port computes the property "age" of "vm" itself; leave it out',
    'p.yaml:12:28: "vm" has no property "else"',
  ]);
});

test('what is written as it stands must be of the type', () => {
  const mapping = `
identifier: .Identifier
blueprint: '"vm"'
properties:
  region: { of: .__Region }
  cores: '"four"'
  live: '"yes"'
  tags: [.Identifier]
  groups: '"all"'
  tier: '"bronze"'
`;
  assert.equal(problems(mapping), [
    'p.yaml:10:27: the property "region" of "vm" is of type string, and this is an object',
    'p.yaml:11:21: the property "cores" of "vm" is of type number, and this is a string',
    'p.yaml:12:20: the property "live" of "vm" is of type boolean, and this is a string',
    'p.yaml:13:20: the property "tags" of "vm" is of type object, and this is an array',
    'p.yaml:14:22: the property "groups" of "vm" is of type array, and this is a string',
    'p.yaml:15:20: the property "tier" of "vm" can\'t be "bronze"; expected one of "gold", "silver"',
  ]);
});

test('relations that are not there, or lead nowhere', () => {
  const mapping = `
identifier: .Identifier
blueprint: '"vm"'
relations:
  acount: .__AccountId
  site: .__Region
`;
  assert.equal(problems(mapping), [
    'p.yaml:10:21: "vm" has no relation "acount"; did you mean "account"?',
    'p.yaml:11:19: the relation "site" of "vm" leads to "site", which Port does not have; create the blueprint first',
  ]);
});

test('what a blueprint requires must be mapped', () => {
  assert.equal(problems(`{ identifier: .Identifier, blueprint: '"strict"' }`), [
    'p.yaml:7:50: "strict" requires the property "name"',
    'p.yaml:7:50: "strict" requires the relation "owner"',
  ]);
});

test('a blueprint that only JQ can tell is counted, not judged', () => {
  const text = pipelineOf(
    `{ identifier: .Identifier, blueprint: .__Kind, properties: { any: .x } }`,
  );
  assert.equal(checkBlueprints(parsePipeline(text, 'p.yaml'), BLUEPRINTS), {
    problems: [],
    unknown: 1,
  });
});

test('one place that several mappings share is told once', () => {
  const text = `
shared: &shared { identifier: .Identifier, blueprint: '"vms"' }
`.trim();
  assert.throws(() => parsePipeline(text, 'p.yaml'), /unknown key/);
  const aliased = pipelineOf(`- &one { identifier: .Identifier, blueprint: '"vms"' }\n- *one`);
  const { problems: found } = checkBlueprints(parsePipeline(aliased, 'p.yaml'), BLUEPRINTS);
  assert.is(found.length, 1);
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parsePipeline } from '../../src/config/load-pipeline.js';
import { MAX_PROBLEMS, PipelineError } from '../../src/config/problem.js';
import { errorOf, VALID } from './pipelines.js';

const test = suite('config/bad-input');

/** Each: what is wrong, the text, and the whole message. */
const GOLDEN: readonly (readonly [string, string, string])[] = [
  [
    'an empty file',
    '',
    'p.yaml:1:1: the file is empty; expected a pipeline with at least a list "resources"',
  ],
  [
    'comments alone',
    '# nothing\n',
    'p.yaml:1:1: the file is empty; expected a pipeline with at least a list "resources"',
  ],
  ['a list', '- a\n', 'p.yaml:1:1: the pipeline is a list; expected a map'],
  ['a text', 'hello\n', 'p.yaml:1:1: the pipeline is "hello"; expected a map'],
  [
    'no resources',
    'resync: { every: 1h }\n',
    'p.yaml:1:1: missing key "resources"; expected a list',
  ],
  [
    'empty resources',
    'resources: []\n',
    'p.yaml:1:12: resources is empty; expected at least one element',
  ],
  ['resources without value', 'resources:\n', 'p.yaml:1:11: resources is empty; expected a list'],
  [
    'a key that nobody reads',
    `deleteDependantEntities: true\n${VALID}`,
    'p.yaml:1:1: unknown key "deleteDependantEntities"; expected one of aws, live, resync, port, deleteDependentEntities, createMissingRelatedEntities, enableMergeEntity, entityDeletionThreshold, resources; did you mean deleteDependentEntities?',
  ],
  [
    'an unknown key that is like no other',
    VALID.replace("query: 'true'", "query: 'true'\n      zzz: 1"),
    'p.yaml:5:7: unknown key "zzz" in resources[0].selector; expected one of query, useGetResourceAPI, regionPolicy, includeActions, listGroupResources',
  ],
  [
    'a selector key of Ocean that is gone',
    VALID.replace("query: 'true'", "query: 'true'\n      resourceKinds: [AWS::S3::Bucket]"),
    'p.yaml:5:7: unknown key "resourceKinds" in resources[0].selector; expected one of query, useGetResourceAPI, regionPolicy, includeActions, listGroupResources',
  ],
  [
    'a key twice',
    `${VALID}resources: []\n`,
    'p.yaml:15:1: key "resources" twice in one map; remove or rename one of them',
  ],
  [
    'a key twice deep down',
    VALID.replace('region: .__Region', 'region: .__Region\n            region: .x'),
    'p.yaml:13:13: key "region" twice in one map; remove or rename one of them',
  ],
  [
    'YAML that does not parse',
    'resources: [\n',
    'p.yaml:2:1: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
  ],
  [
    'a tab',
    'aws:\n\tregions: {}\n',
    'p.yaml:2:1: not valid YAML: Tabs are not allowed as indentation; indent with spaces',
  ],
  [
    'two documents',
    'a: 1\n---\nb: 2\n',
    'p.yaml:2:1: not valid YAML: Source contains multiple documents; please use YAML.parseAllDocuments(); put each pipeline into a file of its own',
  ],
  ['a tag', 'resources: !Ref x\n', 'p.yaml:1:12: not valid YAML: Unresolved tag: !Ref'],
  ['an alias of nothing', 'resources: *all\n', 'p.yaml:1:12: unknown alias "*all"'],
  [
    'an alias that holds itself',
    'resources: &a [*a]\n',
    'p.yaml:1:15: nested too deeply, or an alias that holds itself; expected at most 64 levels and 500000 values',
  ],
  [
    'a merge key of no map',
    'x: &x 1\n<<: *x\n',
    'p.yaml:2:1: a merge key "<<" of something else than a map; expected a map',
  ],
  [
    'a key that is a map',
    '? { a: 1 }\n: 2\n',
    'p.yaml:1:3: a key that is no text; expected a name before the colon',
  ],
  [
    'an unknown kind',
    VALID.replace('EC2::Instance', 'EC2::Instanze'),
    'p.yaml:2:11: resources[0].kind: unknown kind "AWS::EC2::Instanze"; did you mean AWS::EC2::Instance, AWS::SSO::Instance, AWS::Connect::Instance?',
  ],
  [
    'a kind in lower case',
    VALID.replace('AWS::EC2::Instance', 'aws::ec2::instance'),
    'p.yaml:2:11: resources[0].kind: unknown kind "aws::ec2::instance"; did you mean AWS::EC2::Instance, AWS::SSO::Instance, AWS::Connect::Instance?',
  ],
  [
    'a kind that is no type name',
    VALID.replace('AWS::EC2::Instance', 'cloudResource'),
    'p.yaml:2:11: resources[0].kind: unknown kind "cloudResource"; expected a CloudFormation type such as AWS::S3::Bucket; see `sluice kinds` for all that there are',
  ],
  [
    'a kind that cannot be listed',
    VALID.replace('AWS::EC2::Instance', 'AWS::IAM::Policy'),
    'p.yaml:2:11: resources[0].kind: AWS cannot list AWS::IAM::Policy; expected a kind that Cloud Control lists; see `sluice kinds` for those it can',
  ],
  [
    'a kind below a parent that nobody lists',
    VALID.replace('AWS::EC2::Instance', 'AWS::Lambda::LayerVersion'),
    'p.yaml:2:11: resources[0].kind: AWS lists AWS::Lambda::LayerVersion only by its LayerName, and nothing that can be listed tells all that there are; expected a kind that AWS lists whole, or below a parent that Sluice knows; remove it from the resources; `sluice kinds` shows those that can be listed, and their parents',
  ],
  [
    'mappings kept somewhere else',
    `port: { mappingFrom: prot }\n${VALID}`,
    'p.yaml:1:22: port.mappingFrom is "prot"; expected "file" or "port"',
  ],
  [
    'Port asked too often',
    `port: { pollEvery: 10ms }\n${VALID}`,
    'p.yaml:1:20: port.pollEvery: "10ms"; expected a duration of at least 1s, such as 60s',
  ],
  [
    'no resources, and a mapping that is not in Port',
    'port: { mappingFrom: file }\n',
    'p.yaml:1:1: missing key "resources"; expected a list',
  ],
  [
    'a missing key',
    VALID.replace('          blueprint: \'"vm"\'\n', ''),
    'p.yaml:8:11: missing key "blueprint" in resources[0].port.entity.mappings; expected text',
  ],
  [
    'a wrong type: a number for JQ',
    VALID.replace('title: .Identifier', 'title: 5'),
    "p.yaml:9:18: resources[0].port.entity.mappings.title is 5; expected text; put it in quotes: '5'",
  ],
  [
    'a wrong type: a list for a map',
    VALID.replace('properties:\n            region: .__Region', 'properties: [region]'),
    'p.yaml:11:23: resources[0].port.entity.mappings.properties is a list; expected a map',
  ],
  [
    'a word that is no boolean',
    `enableMergeEntity: maybe\n${VALID}`,
    'p.yaml:1:20: enableMergeEntity: "maybe"; expected true or false',
  ],
  [
    'an empty expression',
    VALID.replace("query: 'true'", "query: ' '"),
    'p.yaml:4:15: resources[0].selector.query: an empty expression; expected a JQ expression',
  ],
  [
    'a number that JSON cannot hold',
    VALID.replace('region: .__Region', 'region: .inf'),
    'p.yaml:12:21: resources[0].port.entity.mappings.properties.region is Infinity; expected text or a number or true or false or a list or a map',
  ],
  [
    'a search without rules',
    VALID.replace('account: .__AccountId', `account: { combinator: '"and"', rules: [] }`),
    'p.yaml:14:52: resources[0].port.entity.mappings.relations.account.rules is empty; expected at least one element',
  ],
  [
    'a rule without operator',
    VALID.replace(
      'account: .__AccountId',
      `account: { combinator: '"and"', rules: [{ property: '"a"' }] }`,
    ),
    'p.yaml:14:53: missing key "operator" in resources[0].port.entity.mappings.relations.account.rules[0]; expected text',
  ],
  [
    'a threshold in percent',
    `entityDeletionThreshold: 90\n${VALID}`,
    'p.yaml:1:26: entityDeletionThreshold is 90; expected at most 1',
  ],
  [
    'a duration without unit',
    `resync: { every: 30 }\n${VALID}`,
    'p.yaml:1:18: resync.every: 30 is no duration; expected a number with a unit (ms, s, m, h, d), such as 6h',
  ],
  [
    'a duration that is too short',
    `resync: { every: 5s }\n${VALID}`,
    'p.yaml:1:18: resync.every: "5s" is too short; expected at least 60000 ms',
  ],
  [
    'a role ARN that is none',
    `aws: { organization: { roleArn: arn:aws:iam::1:user/x } }\n${VALID}`,
    'p.yaml:1:33: aws.organization.roleArn: "arn:aws:iam::1:user/x"; expected a role ARN such as arn:aws:iam::123456789012:role/Reader',
  ],
  [
    'a role ARN for a role name',
    `aws: { organization: { memberRoleName: "arn:aws:iam::111111111111:role/x" } }\n${VALID}`,
    'p.yaml:1:41: aws.organization.memberRoleName: "arn:aws:iam::111111111111:role/x"; expected the name of a role, without its ARN',
  ],
  [
    'a stream ARN that is none',
    `live: { kinesis: { streamArn: my-stream } }\n${VALID}`,
    'p.yaml:1:31: live.kinesis.streamArn: "my-stream"; expected a stream ARN such as arn:aws:kinesis:eu-west-1:123456789012:stream/events',
  ],
  [
    'a position in the stream that is none',
    `live: { kinesis: { streamArn: "arn:aws:kinesis:eu-west-1:111111111111:stream/x", startFrom: now } }\n${VALID}`,
    'p.yaml:1:93: live.kinesis.startFrom: "now"; expected latest, trim_horizon or a time such as 2026-01-31T12:00:00Z',
  ],
  [
    'an account id that lost its zeros',
    `aws: { accounts: [012345678901] }\n${VALID}`,
    'p.yaml:1:19: aws.accounts[0]: the number 12345678901 is no account id; expected twelve digits; YAML drops leading zeros of numbers: put it in quotes ("012345678901")',
  ],
  [
    'an account id with too few digits',
    `aws: { accounts: { exclude: ["12345"] } }\n${VALID}`,
    'p.yaml:1:31: aws.accounts.exclude[0]: "12345"; expected an account id of twelve digits, or digits with * and ?',
  ],
  [
    'a glob in the plain list',
    `aws: { accounts: ["2*"] }\n${VALID}`,
    'p.yaml:1:20: aws.accounts[0]: "2*"; expected an account id of twelve digits or a role ARN; write globs under include or exclude',
  ],
  [
    'an account twice',
    `aws: { accounts: ["222222222222", "arn:aws:iam::222222222222:role/x"] }\n${VALID}`,
    'p.yaml:1:36: aws.accounts[1]: account 222222222222 twice; remove one of them',
  ],
  [
    'a region that is none',
    `aws: { regions: { allow: [us-east1] } }\n${VALID}`,
    'p.yaml:1:27: aws.regions.allow[0]: "us-east1" is no region; expected a region code such as eu-west-1; * and ? may stand in it',
  ],
  [
    'glob syntax that is none of ours',
    `aws: { organization: { units: { include: ["{a,b}"] } } }\n${VALID}`,
    'p.yaml:1:44: aws.organization.units.include[0]: "{a,b}"; expected a name, an id, or one with * and ?; list alternatives one by one',
  ],
  [
    'an integration name that cannot stand in a datasource',
    `port: { integration: a/b }\n${VALID}`,
    'p.yaml:1:22: port.integration: "a/b"; expected at most 100 letters, digits or any of @_.+:=-',
  ],
  [
    'a quota of nothing',
    `aws: { quotas: { readPerSecond: 0 } }\n${VALID}`,
    'p.yaml:1:33: aws.quotas.readPerSecond is 0; expected more than 0',
  ],
];

for (const [name, text, message] of GOLDEN) {
  test(name, () => {
    assert.is(errorOf(text), message);
  });
}

test('tells all problems at once, in the order of the file, at most twenty', () => {
  const keys = Array.from({ length: 25 }, (_, at) => `zz${at}: 1\n`).join('');
  const lines = errorOf(keys + VALID.replace('title: .Identifier', 'title: 5')).split('\n');
  assert.is(lines.length, MAX_PROBLEMS + 1);
  assert.equal(
    lines.slice(0, 3).map((line) => line.split(':').slice(0, 3).join(':')),
    ['p.yaml:1:1', 'p.yaml:2:1', 'p.yaml:3:1'],
  );
  assert.is(lines.at(-1), 'and 6 more');
});

test('keeps every problem as data, with the code of the only one', () => {
  try {
    parsePipeline(`port: { integration: a/b }\nresources: []\n`, 'p.yaml');
    assert.unreachable();
  } catch (error) {
    assert.instance(error, PipelineError);
    const { problems, code, exitCode } = error as PipelineError;
    assert.equal(
      problems.map((problem) => problem.code),
      ['config.invalid-value', 'config.empty'],
    );
    assert.is(code, 'config.invalid');
    assert.is(exitCode, 2);
  }
  try {
    parsePipeline('resources: []\n', 'p.yaml');
    assert.unreachable();
  } catch (error) {
    assert.is((error as PipelineError).code, 'config.empty');
  }
});

test('a billion laughs are refused, soon', () => {
  const levels = Array.from({ length: 12 }, (_, at) => {
    const inner = at === 0 ? 'x' : `*a${at - 1}`;
    return `a${at}: &a${at} [${Array(10).fill(inner).join(', ')}]`;
  });
  assert.match(errorOf(levels.join('\n')), /nested too deeply, or an alias/);
});

test('depth that would overflow the stack is refused', () => {
  assert.match(errorOf('['.repeat(50_000)), /nested too deeply/);
  assert.match(errorOf(`resources: ${'['.repeat(100)}${']'.repeat(100)}`), /nested too deeply/);
});

test.run();

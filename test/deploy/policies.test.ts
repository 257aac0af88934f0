import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { grants, trusts } from './policies.js';
import type { Statement } from './policies.js';
import { isObject, templateOf, templates } from './template.js';
import type { Json, Template } from './template.js';

const test = suite('IAM policies of the templates');
const all = templates();

/** Actions with a wildcard that are granted, and why. Each stands for reading alone. */
const WILDCARDS: Readonly<Record<string, string>> = {
  'autoscaling:Describe*': 'has no other kind of read; returns configuration',
  'dynamodb:Describe*': 'about tables, backups and limits; items are read by other verbs',
  'ec2:Describe*': 'a dozen kinds need some fifty of its 200, and new ones with each property',
  'ecs:Describe*': 'clusters, services, task definitions: configuration',
  'ecs:List*': 'returns ARNs and tags',
  'eks:Describe*': 'clusters and what belongs to them: configuration',
  'eks:List*': 'returns names and tags',
  'elasticache:Describe*': 'about clusters; keys are not reachable by IAM',
  'elasticfilesystem:Describe*': 'about file systems; files are not reachable by it',
  'elasticloadbalancing:Describe*': 'has no other kind of read; returns configuration',
  'es:Describe*': 'about domains; documents are read by es:ESHttp…',
  'kafka:Describe*': 'about clusters; topics are read by kafka-cluster:…',
  'kafka:List*': 'returns names and tags',
  'rds:Describe*': 'about databases; rows are not reachable by IAM',
  's3:GetBucket*':
    "a bucket's configuration comes from some fifteen calls; objects by s3:GetObject…",
};

/** Actions that AWS weighs against no resource [service authorization reference]. */
const WITHOUT_RESOURCE = new Set([
  'cloudformation:GetResource',
  'cloudformation:ListResources',
  'ecr:GetAuthorizationToken',
  'organizations:ListAccounts',
  'organizations:ListRoots',
]);

const MIRROR =
  'the member role mirrors every resource of its account, as AWS’s ReadOnlyAccess does';

/** Statements that grant on every resource although some of their actions know resources, and why. */
const ON_EVERYTHING: Readonly<Record<string, string>> = {
  'member-role.yaml Discovery Discovery':
    'account:ListRegions names the own account alone; the others know no resource',
  'member-role.yaml Discovery MoreKinds': MIRROR,
  'member-role.yaml ReadCompute ReadCompute': MIRROR,
  'member-role.yaml ReadData ReadStores': MIRROR,
  'member-role.yaml ReadIdentity ReadIdentity': MIRROR,
  'member-role.yaml ReadServices ReadServices': MIRROR,
};

const allowed = (statements: readonly Statement[]): Statement[] =>
  statements.filter(({ effect }) => effect === 'Allow');

const isWild = (action: string): boolean => /[*?]/.test(action);

const onEverything = ({ resources, actions }: Statement): boolean =>
  resources.includes('*') &&
  (actions.length === 0 || !actions.every((action) => WITHOUT_RESOURCE.has(action)));

test('actions are named; a wildcard has a reason', () => {
  const actions = all
    .flatMap((template) => allowed(grants(template)))
    .flatMap((one) => one.actions);
  assert.ok(actions.length > 100);
  for (const action of actions) assert.match(action, /^[a-z0-9-]+:[A-Z][A-Za-z0-9]*\*?$/);
  assert.equal([...new Set(actions.filter(isWild))].sort(), Object.keys(WILDCARDS).sort());
});

test('rights are on named resources, but where AWS knows none or there is a reason', () => {
  const found = all.flatMap((template) => allowed(grants(template))).filter(onEverything);
  assert.equal(found.map(({ at }) => at).sort(), Object.keys(ON_EVERYTHING).sort());
});

test('every statement says whether, what and on what', () => {
  for (const template of all)
    for (const { at, effect, actions, resources } of grants(template)) {
      assert.ok(effect === 'Allow' || effect === 'Deny', at);
      // The actions of MoreKinds are a parameter.
      assert.ok(actions.length > 0 || at.endsWith(' MoreKinds'), at);
      assert.ok(resources.length > 0, at);
    }
});

test('roles that read AWS can do nothing else', () => {
  for (const file of ['member-role.yaml', 'organization-role.yaml'])
    for (const { at, actions } of allowed(grants(templateOf(file))))
      for (const action of actions)
        assert.match(action, /:(Describe|Get|List)[A-Z*]|^apigateway:GET$/, `${at}: ${action}`);
});

test('no role that Sluice uses may read data, secrets or change roles', () => {
  const forbidden =
    /^(s3:GetObject|dynamodb:(GetItem|Scan|Query|BatchGet)|secretsmanager:GetSecretValue|ssm:GetParam|iam:(Pass|Put|Create|Attach)|sts:(?!AssumeRole$))/;
  for (const file of ['member-role.yaml', 'organization-role.yaml', 'sluice-identity.yaml'])
    for (const { at, actions } of allowed(grants(templateOf(file))))
      for (const action of actions) assert.not.match(action, forbidden, at);
});

test('the stream is read with what Sluice calls, and no more', () => {
  const calls = [
    'kinesis:DescribeStreamConsumer',
    'kinesis:DescribeStreamSummary',
    'kinesis:GetRecords',
    'kinesis:GetShardIterator',
    'kinesis:ListShards',
    'kinesis:RegisterStreamConsumer',
    'kinesis:SubscribeToShard',
  ];
  for (const [file, resource] of [
    ['sluice-identity.yaml', 'ReadStream'],
    ['change-stream.yaml', 'StreamReaderRole'],
  ] as const) {
    const actions = grants(templateOf(file))
      .filter(({ at }) => at.startsWith(`${file} ${resource} `))
      .flatMap((one) => one.actions);
    assert.equal(actions.filter((action) => action.startsWith('kinesis:')).sort(), calls);
  }
});

/** Whether a statement trusts only whom it means; the reason where not. */
function tooTrusting({ principal, conditions, effect }: Statement): string | undefined {
  const has = (...keys: string[]): boolean => keys.some((key) => conditions.includes(key));
  if (effect === 'Deny') return undefined;
  if (principal === '*') return has('aws:PrincipalOrgID') ? undefined : 'anybody at all';
  if (!isObject(principal ?? null)) return 'it is unclear who';
  const { Service, AWS } = principal as Record<string, Json>;
  if (Service !== undefined) {
    // EC2 tells no source [IAM user guide]; iam:PassRole decides which instance gets the role.
    if (Service === 'ec2.amazonaws.com') return undefined;
    return has('aws:SourceArn', 'aws:SourceAccount') ? undefined : 'the service for anybody';
  }
  if (AWS === '${LogsSenderAccountId}') return undefined;
  if (!has('aws:PrincipalArn')) return 'the whole account';
  return has('sts:ExternalId', 'aws:PrincipalOrgID') ? undefined : 'without external id';
}

test('trust is limited: to a source, a role with external id, an account, the organization', () => {
  const statements = all.flatMap(trusts);
  assert.ok(statements.length >= 14, String(statements.length));
  assert.equal(
    statements.flatMap((one) => {
      const why = tooTrusting(one);
      return why === undefined ? [] : [`${one.at}: ${why}`];
    }),
    [],
  );
});

test('the roles that Sluice assumes ask for its external id', () => {
  for (const file of ['member-role.yaml', 'organization-role.yaml']) {
    const [trust, ...more] = trusts(templateOf(file));
    assert.is(more.length, 0);
    assert.equal([...(trust?.conditions ?? [])].sort(), ['aws:PrincipalArn', 'sts:ExternalId']);
  }
});

test('the check of trust refuses what it should', () => {
  const base = { at: 'x', effect: 'Allow', actions: [], resources: [], conditions: [] };
  assert.ok(tooTrusting({ ...base, principal: '*' }));
  assert.ok(tooTrusting({ ...base, principal: { Service: 'events.amazonaws.com' } }));
  assert.ok(tooTrusting({ ...base, principal: { AWS: 'arn:aws:iam::1:root' } }));
  assert.ok(tooTrusting({ ...base, principal: { AWS: 'x' }, conditions: ['aws:PrincipalArn'] }));
});

test('policies fit into IAM’s bounds', () => {
  for (const template of all)
    for (const [role, characters] of sizes(template))
      assert.ok(characters <= 10_240, `${template.file} ${role}: ${characters} characters`);
});

/** Characters of the inline policies of each role; white space does not count. */
function sizes(template: Template): Map<string, number> {
  const found = new Map<string, number>();
  const add = (role: string, policy: Json | undefined): void => {
    const characters = policy === undefined ? 0 : JSON.stringify(policy).length;
    found.set(role, (found.get(role) ?? 0) + characters);
  };
  for (const [name, { Type, Properties = {} }] of Object.entries(template.Resources)) {
    if (Type === 'AWS::IAM::Role') add(name, Properties.Policies);
    if (Type === 'AWS::IAM::RolePolicy')
      add((Properties.RoleName as { Ref: string }).Ref, Properties.PolicyDocument);
  }
  return found;
}

test.run();

import { readFileSync } from 'node:fs';
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { kindFacts } from '../../src/catalog/catalog.js';
import { jqProblems } from '../../src/config/jq-problems.js';
import { loadPipeline } from '../../src/config/load-pipeline.js';
import { jqLeaves } from '../../src/config/mapping-nodes.js';
import type { KindConfig } from '../../src/config/pipeline.js';
import { compileKind } from '../../src/jq/compile-kind.js';
import type { JqEngine } from '../../src/jq/jq-engine.js';
import { createWasmEngine } from '../../src/jq/wasm/wasm-engine.js';
import type { Blueprint } from '../../src/sim/port/blueprints.js';
import { checkIdentifier, checkProperties } from '../../src/sim/port/check-entity.js';
import { PACKS } from '../../scripts/packs/kinds.js';
import { packFiles } from '../../scripts/packs/render.js';
import { propertyAt, sampleOf } from './type-samples.js';

const test = suite('packs');

const spec = loadAwsServiceSpecSync();
const folder = new URL('../../pipelines/', import.meta.url);
const names = [...Object.keys(PACKS), 'everything'];
const load = (name: string) => loadPipeline(new URL(`${name}.yaml`, folder).pathname);
const blueprintsOf = (name: string) =>
  JSON.parse(readFileSync(new URL(`${name}.blueprints.json`, folder), 'utf8')) as Blueprint[];

interface Entity {
  readonly identifier: string;
  readonly title: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly relations: Readonly<Record<string, unknown>>;
}

let engine: JqEngine;
test.before(async () => {
  engine = await createWasmEngine({ workers: 1 });
  // First, as expressions of a program are taken to compile.
  for (const name of names) {
    assert.equal(await jqProblems(await load(name), (jq) => engine.check(jq)), [], name);
  }
});
test.after(async () => {
  await engine.close();
});

/** A refusal of Port as a failed assertion that says of what. */
function holds(what: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    assert.unreachable(`${what}: ${String(error)}`);
  }
}

async function map({ mappings }: KindConfig, body: object) {
  const program = compileKind(mappings.map((mapping) => mapping.spec));
  const [outcome] = await engine.map(program, [JSON.stringify(body)]);
  assert.ok(outcome?.ok, JSON.stringify(outcome));
  assert.is(outcome.entities.length, 1, JSON.stringify(outcome));
  const { blueprint, json } = outcome.entities[0]!;
  return { blueprint, faults: outcome.faults, entity: JSON.parse(json) as Entity };
}

function bodyOf(kind: string, identifier: string, properties: object): object {
  const region = kindFacts(kind).global ? 'global' : 'eu-west-1';
  const place = { __Kind: kind, __AccountId: '111122223333', __Region: region };
  return { Identifier: identifier, Properties: properties, ...place };
}

async function kindOf(kind: string): Promise<KindConfig> {
  const found = (await load('everything')).kinds.find((it) => it.kind === kind);
  assert.ok(found, kind);
  return found;
}

test('the files are what the table of kinds says', async () => {
  for (const [name, text] of await packFiles()) {
    assert.is(readFileSync(new URL(name, folder), 'utf8'), text, name);
  }
});

test('forty kinds and more, each once, that Sluice can list', () => {
  const kinds = Object.values(PACKS).flat();
  assert.ok(kinds.length >= 40);
  assert.is(new Set(kinds.map(({ kind }) => kind)).size, kinds.length);
  assert.is(new Set(kinds.map(({ blueprint }) => blueprint)).size, kinds.length);
  for (const { kind } of kinds) assert.ok(kindFacts(kind).listable, kind);
});

test('every relation of the table has its target, and no kind is related to by what it is not named by', () => {
  const kinds = Object.values(PACKS).flat();
  for (const { kind, relations } of kinds) {
    for (const { target, by } of Object.values(relations)) {
      const named = kinds.find(({ blueprint }) => blueprint === target)?.named;
      assert.ok(named, `${kind}: ${target}`);
      assert.ok(by === named || (by === 'arn' && named !== 'plain'), `${kind}: ${target} by ${by}`);
    }
  }
});

for (const name of names) {
  test(`${name}: relations point to blueprints that stand before`, () => {
    const known = new Set<string>();
    for (const { identifier, relations } of blueprintsOf(name)) {
      for (const { target } of Object.values(relations)) assert.ok(known.has(target), target);
      known.add(identifier);
    }
  });

  test(`${name}: asks for no property that its type has not`, async () => {
    for (const { kind, mappings } of (await load(name)).kinds) {
      if (kind === 'AWS::Organizations::Account') continue;
      for (const mapping of mappings) {
        for (const { jq } of jqLeaves(mapping.spec)) {
          for (const [path] of jq.matchAll(/\.Properties(\.\w+|\[\])[\w.[\]?]*/g)) {
            const steps = path
              .replace(/[[\]?]/g, '')
              .split('.')
              .slice(2)
              .filter(Boolean);
            assert.ok(propertyAt(spec, kind, steps), `${kind}: ${path}`);
          }
        }
      }
    }
  });

  test(`${name}: maps full, minimal and empty resources into entities that fit the blueprints`, async () => {
    const blueprints = new Map(blueprintsOf(name).map((it) => [it.identifier, it]));
    for (const config of (await load(name)).kinds) {
      if (config.kind === 'AWS::Organizations::Account') continue;
      for (const depth of ['full', 'minimal', 'empty'] as const) {
        const odd = Object.values(PACKS)
          .flat()
          .some((it) => it.kind === config.kind && it.odd);
        const identifier = `arn:aws:x:eu-west-1:111122223333:thing/${odd ? 'a näme, #1~' : 'name'}`;
        const properties = depth === 'empty' ? {} : sampleOf(spec, config.kind, depth === 'full');
        const mapped = await map(config, bodyOf(config.kind, identifier, properties));
        const { blueprint, entity } = mapped;
        holds(config.kind, () => checkIdentifier(entity.identifier));
        assert.ok(entity.title, config.kind);
        const schema = blueprints.get(blueprint);
        assert.ok(schema, blueprint);
        const faults = mapped.faults.filter(({ message }) => message !== 'no output');
        assert.equal(faults, [], `${config.kind}, ${depth}`);
        holds(`${config.kind}, ${depth}`, () => {
          checkProperties(schema, entity.properties);
        });
        assert.equal(Object.keys(entity.relations).sort(), Object.keys(schema.relations).sort());
        for (const [key, value] of Object.entries(entity.relations)) {
          const { many } = schema.relations[key]!;
          assert.is(Array.isArray(value), many && value !== null, `${config.kind}: ${key}`);
          for (const target of [value ?? []].flat())
            holds(`${config.kind}: ${key}`, () => checkIdentifier(target));
        }
        if (depth !== 'full') continue;
        for (const [key, value] of Object.entries(entity.properties)) {
          assert.ok(value !== null, `${config.kind}: ${key} is null`);
        }
      }
    }
  });
}

/** Resources that relate to each other, as AWS shows them: [kind, identifier, properties]. */
const A = 'arn:aws';
const WORLD: readonly (readonly [string, string, object])[] = [
  ['AWS::EC2::VPC', 'vpc-1', { VpcId: 'vpc-1' }],
  ['AWS::EC2::Subnet', 'subnet-1', { SubnetId: 'subnet-1', VpcId: 'vpc-1' }],
  ['AWS::EC2::SecurityGroup', 'sg-1', { GroupId: 'sg-1', VpcId: 'vpc-1' }],
  [
    'AWS::EC2::Volume',
    'vol-1',
    { VolumeId: 'vol-1', KmsKeyId: `${A}:kms:eu-west-1:111122223333:key/k-1` },
  ],
  ['AWS::KMS::Key', 'k-1', { KeyId: 'k-1' }],
  [
    'AWS::IAM::Role',
    'worker',
    {
      RoleName: 'worker',
      ManagedPolicyArns: [`${A}:iam::111122223333:policy/p`, `${A}:iam::aws:policy/Admin`],
    },
  ],
  ['AWS::IAM::ManagedPolicy', `${A}:iam::111122223333:policy/p`, {}],
  ['AWS::IAM::InstanceProfile', 'profile', { Roles: ['worker'] }],
  ['AWS::IAM::Group', 'admins', {}],
  ['AWS::IAM::User', 'ann', { Groups: ['admins'] }],
  [
    'AWS::EC2::Instance',
    'i-1',
    {
      SubnetId: 'subnet-1',
      VpcId: 'vpc-1',
      SecurityGroupIds: ['sg-1'],
      IamInstanceProfile: 'profile',
      Volumes: [{ VolumeId: 'vol-1', Device: '/dev/xvda' }],
    },
  ],
  [
    'AWS::Lambda::Function',
    'worker-fn',
    {
      Role: `${A}:iam::111122223333:role/service/worker`,
      VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] },
    },
  ],
  ['AWS::SQS::Queue', 'https://sqs.eu-west-1.amazonaws.com/111122223333/jobs', {}],
  [
    'AWS::SNS::Topic',
    `${A}:sns:eu-west-1:111122223333:news`,
    {
      Subscription: [
        { Protocol: 'sqs', Endpoint: `${A}:sqs:eu-west-1:111122223333:jobs` },
        { Protocol: 'lambda', Endpoint: `${A}:lambda:eu-west-1:111122223333:function:worker-fn` },
        { Protocol: 'email', Endpoint: 'ann@example.com' },
      ],
    },
  ],
  [
    'AWS::CloudWatch::Alarm',
    'late',
    { AlarmActions: [`${A}:sns:eu-west-1:111122223333:news`, `${A}:automate:eu-west-1:ec2:stop`] },
  ],
  [
    'AWS::ElasticLoadBalancingV2::LoadBalancer',
    `${A}:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/l/1`,
    { Subnets: ['subnet-1'], SecurityGroups: ['sg-1'] },
  ],
  [
    'AWS::ElasticLoadBalancingV2::TargetGroup',
    `${A}:elasticloadbalancing:eu-west-1:111122223333:targetgroup/t/1`,
    {
      VpcId: 'vpc-1',
      LoadBalancerArns: [`${A}:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/l/1`],
    },
  ],
  ['AWS::RDS::DBCluster', 'db', {}],
  ['AWS::RDS::DBInstance', 'db-1', { DBClusterIdentifier: 'db', VPCSecurityGroups: ['sg-1'] }],
  ['AWS::Events::EventBus', 'orders', { Name: 'orders' }],
  [
    'AWS::Events::Rule',
    `${A}:events:eu-west-1:111122223333:rule/orders/r`,
    { EventBusName: 'orders' },
  ],
  ['AWS::ECS::Cluster', 'shop', {}],
  ['AWS::ECS::TaskDefinition', `${A}:ecs:eu-west-1:111122223333:task-definition/web:3`, {}],
  [
    'AWS::ECS::Service',
    `${A}:ecs:eu-west-1:111122223333:service/shop/web|shop`,
    {
      Cluster: `${A}:ecs:eu-west-1:111122223333:cluster/shop`,
      TaskDefinition: `${A}:ecs:eu-west-1:111122223333:task-definition/web:3`,
    },
  ],
  ['AWS::EKS::Cluster', 'k8s', {}],
  ['AWS::EKS::Nodegroup', 'k8s|spot', { ClusterName: 'k8s', Subnets: ['subnet-1'] }],
  ['AWS::EC2::NetworkInterface', 'eni-1', { SubnetId: 'subnet-1', GroupSet: ['sg-1'] }],
];

test('relations give exactly the identifiers of their targets', async () => {
  const identifiers = new Set<string>();
  const wanted: string[] = [];
  const blueprints = new Map(blueprintsOf('everything').map((it) => [it.identifier, it]));
  for (const [kind, identifier, properties] of WORLD) {
    const { blueprint, entity } = await map(
      await kindOf(kind),
      bodyOf(kind, identifier, properties),
    );
    identifiers.add(`${blueprint} ${entity.identifier}`);
    const relations = Object.entries(entity.relations).filter(([key]) => key !== 'account');
    for (const [key, value] of relations) {
      const { target } = blueprints.get(blueprint)!.relations[key]!;
      for (const one of [value ?? []].flat()) wanted.push(`${target} ${one as string}`);
    }
  }
  assert.is(wanted.length, 30, wanted.join('\n'));
  assert.equal(
    wanted.filter((it) => !identifiers.has(it)),
    [],
  );
});

test('the same name in two accounts or regions is two entities', async () => {
  const config = await kindOf('AWS::Lambda::Function');
  const body = bodyOf('AWS::Lambda::Function', 'f', {});
  const places = [{}, { __AccountId: '444455556666' }, { __Region: 'us-east-1' }];
  const made = await Promise.all(places.map((place) => map(config, { ...body, ...place })));
  assert.is(new Set(made.map(({ entity }) => entity.identifier)).size, 3);
});

test.run();

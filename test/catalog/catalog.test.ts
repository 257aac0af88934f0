import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { allTypes, kindFacts, suggestTypes, typeFacts } from '../../src/catalog/catalog.js';
import { GLOBAL_TYPES, OPTIONAL_LIST_INPUTS } from '../../src/catalog/overlays.js';

const test = suite('catalog/catalog');

test('knows the types of the registry', () => {
  assert.ok(allTypes().size > 1500, String(allTypes().size));
  assert.equal(typeFacts('AWS::EC2::Instance'), {
    name: 'AWS::EC2::Instance',
    identifier: ['InstanceId'],
    listable: true,
    readable: true,
    listNeeds: [],
    global: false,
  });
  assert.equal(typeFacts('AWS::ECS::Service')?.identifier, ['ServiceArn', 'Cluster']);
  assert.is(typeFacts('AWS::IAM::Policy')?.listable, false);
  assert.equal(typeFacts('AWS::ApiGateway::Resource')?.listNeeds, ['RestApiId']);
  assert.is(typeFacts('AWS::No::Such'), undefined);
  assert.is(typeFacts('toString'), undefined);
});

test('every type is well-formed', () => {
  for (const [name, facts] of allTypes()) {
    assert.is(facts.name, name);
    assert.match(name, /^AWS::[A-Za-z0-9]+::[A-Za-z0-9]+$/);
    for (const property of [...facts.identifier, ...facts.listNeeds]) {
      assert.match(property, /^[A-Za-z0-9/_]+$/, name);
    }
    if (facts.readable) assert.ok(facts.identifier.length > 0, name);
  }
});

test('services without regions, and buckets, are global', () => {
  for (const name of [
    'AWS::IAM::Role',
    'AWS::CloudFront::Distribution',
    'AWS::Route53::HostedZone',
    'AWS::Organizations::Account',
    'AWS::S3::Bucket',
  ]) {
    assert.is(typeFacts(name)?.global, true, name);
  }
  for (const name of [
    'AWS::S3::AccessPoint',
    'AWS::WAFv2::WebACL',
    'AWS::WAFRegional::WebACL',
    'AWS::Route53Resolver::ResolverRule',
    'AWS::IAMRolesAnywhere::Profile',
  ]) {
    assert.is(typeFacts(name)?.global ?? false, false, name);
  }
});

test('inputs that only narrow a listing are not needed', () => {
  assert.equal(typeFacts('AWS::Logs::LogGroup')?.listNeeds, []);
  for (const name of OPTIONAL_LIST_INPUTS) assert.equal(typeFacts(name)?.listNeeds, [], name);
});

test('the tables kept by hand name types that exist', () => {
  for (const name of [...GLOBAL_TYPES, ...OPTIONAL_LIST_INPUTS]) assert.ok(typeFacts(name), name);
});

test('assumes the usual of types that it does not hold', () => {
  assert.equal(kindFacts('MongoDB::Atlas::Cluster'), {
    name: 'MongoDB::Atlas::Cluster',
    identifier: [],
    listable: true,
    readable: true,
    listNeeds: [],
    global: false,
  });
  assert.is(kindFacts('AWS::S3::Bucket'), typeFacts('AWS::S3::Bucket'));
});

test('suggests what was meant', () => {
  assert.is(suggestTypes('AWS::EC2::Instances')[0], 'AWS::EC2::Instance');
  assert.is(suggestTypes('AWS::s3::bucket')[0], 'AWS::S3::Bucket');
  assert.is(suggestTypes('AWS::EKS::Clsuter')[0], 'AWS::EKS::Cluster');
  assert.is(suggestTypes('AWS::RDS::Instance')[0], 'AWS::RDS::DBInstance');
  assert.ok(
    suggestTypes('AWS::ELB::LoadBalancer').includes('AWS::ElasticLoadBalancingV2::LoadBalancer'),
  );
  assert.equal(suggestTypes('AWS::Foo::Bar'), []);
  assert.equal(suggestTypes(''), []);
  for (const name of ['AWS::EC2::X', 'Instance', 'x'.repeat(2000)]) {
    assert.ok(suggestTypes(name).length <= 3);
  }
});

test.run();

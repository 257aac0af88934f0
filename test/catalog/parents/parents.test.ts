import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { deriveParent } from '../../../scripts/derive-parents.js';
import type { ParentFacts } from '../../../scripts/derive-parents.js';
import { allTypes, kindFacts, typeFacts } from '../../../src/catalog/catalog.js';
import { CONSTANT_INPUTS } from '../../../src/catalog/parents/constants.js';
import { CURATED_PARENTS } from '../../../src/catalog/parents/curated.js';
import type { ParentInputs } from '../../../src/catalog/parents/list-inputs.js';
import {
  ancestorsOf,
  isFamily,
  listInputs,
  parentInIdentifier,
  unknownInputs,
} from '../../../src/catalog/parents/parents.js';
import {
  modelOfIdentifier,
  modelOfProperties,
} from '../../../src/catalog/parents/resource-model.js';
import { OCEAN_SPECIAL_KINDS } from '../../../src/catalog/special-kinds.js';
import { kindProblem } from '../../../src/config/kind-problem.js';

const test = suite('catalog/parents');

const needy = [...allTypes().values()].filter(({ listNeeds }) => listNeeds.length > 0);
const childrenOf = needy.flatMap(({ name }) => {
  const inputs = listInputs(name);
  return inputs?.type === 'parent' ? [{ kind: name, inputs }] : [];
});

test('knows how most kinds that need inputs are listed; the rest are clear errors', () => {
  const known = needy.filter(({ name }) => listInputs(name) !== undefined);
  assert.ok(known.length >= 298, `${known.length} of ${needy.length}`);
  for (const { name, listNeeds } of needy) {
    const problem = kindProblem(name);
    // A kind of Ocean's may have the name of a type and another listing.
    if (listInputs(name) !== undefined || OCEAN_SPECIAL_KINDS.includes(name)) continue;
    assert.equal(unknownInputs(name), listNeeds, name);
    assert.is(problem?.code, 'config.unsupported', name);
  }
  for (const { name } of known) {
    assert.equal(unknownInputs(name), []);
    assert.is(kindProblem(name), undefined, name);
  }
});

test('the tables kept by hand name types that exist and need what they fill', () => {
  for (const name of [...Object.keys(CURATED_PARENTS), ...Object.keys(CONSTANT_INPUTS)]) {
    const facts = typeFacts(`AWS::${name}`);
    assert.ok(facts && facts.listNeeds.length > 0, name);
    const inputs = listInputs(facts.name);
    assert.ok(inputs, `${name} has a parent that can be listed`);
    const filled =
      inputs.type === 'parent' ? inputs.fills.map(({ property }) => property) : [inputs.property];
    for (const property of filled) {
      assert.ok(facts.listNeeds.includes(property.split('/')[0]!), `${name} ${property}`);
    }
  }
});

test('every chain of parents ends at a kind that is listed whole, in the same place', () => {
  for (const { kind } of childrenOf) {
    const ancestors = ancestorsOf(kind);
    const top = ancestors.at(-1)!;
    assert.is(isFamily(top), false, `${kind}: ${top}`);
    for (const ancestor of ancestors) {
      assert.is(typeFacts(ancestor)?.listable, true, `${kind}: ${ancestor}`);
      assert.is(kindFacts(ancestor).global, kindFacts(kind).global, `${kind}: ${ancestor}`);
    }
  }
});

test('what a parent is asked for beyond its identifier, it can be read for', () => {
  for (const { kind, inputs } of childrenOf) {
    const { identifier, readable } = kindFacts(inputs.parent);
    const told = inputs.fills.every(({ from }) => identifier.includes(from));
    assert.ok(told || readable, kind);
  }
});

test('known relations', () => {
  const shown = (kind: string): unknown => {
    const { parent, fills } = listInputs(kind) as ParentInputs;
    return [parent, Object.fromEntries(fills.map(({ property, from }) => [property, from]))];
  };
  assert.equal(shown('AWS::EKS::Nodegroup'), ['AWS::EKS::Cluster', { ClusterName: 'Name' }]);
  assert.equal(shown('AWS::ApiGateway::Stage'), [
    'AWS::ApiGateway::RestApi',
    { RestApiId: 'RestApiId' },
  ]);
  assert.equal(shown('AWS::AppSync::ChannelNamespace'), ['AWS::AppSync::Api', { ApiId: 'ApiId' }]);
  assert.equal(ancestorsOf('AWS::ElasticLoadBalancingV2::ListenerRule'), [
    'AWS::ElasticLoadBalancingV2::Listener',
    'AWS::ElasticLoadBalancingV2::LoadBalancer',
  ]);
  assert.equal(ancestorsOf('AWS::IdentityStore::GroupMembership'), [
    'AWS::IdentityStore::Group',
    'AWS::SSO::Instance',
  ]);
  assert.is(isFamily('AWS::WAFv2::WebACL'), true);
  assert.is(isFamily('AWS::QuickSight::Dashboard'), false);
  // Known parent, but nobody lists all layers.
  assert.is(listInputs('AWS::Lambda::LayerVersionPermission'), undefined);
  assert.is(listInputs('AWS::EC2::Instance'), undefined);
});

test('models are made of identifiers, properties, constants and accounts', () => {
  const made = (kind: string, parent?: string): unknown => {
    const model = modelOfIdentifier(kind, '111111111111', parent);
    return model === undefined ? undefined : JSON.parse(model);
  };
  assert.equal(made('AWS::EKS::Addon', 'blue'), { ClusterName: 'blue' });
  assert.equal(made('AWS::AppConfig::Deployment', 'app|env'), {
    ApplicationId: 'app',
    EnvironmentId: 'env',
  });
  assert.is(made('AWS::AppConfig::Deployment', 'app'), undefined);
  assert.equal(made('AWS::Glue::SchemaVersion', 'arn:x'), { Schema: { SchemaArn: 'arn:x' } });
  assert.equal(made('AWS::WAFv2::WebACL', 'REGIONAL'), { Scope: 'REGIONAL' });
  assert.equal(made('AWS::QuickSight::Theme'), { AwsAccountId: '111111111111' });
  assert.is(made('AWS::EC2::Instance', 'x'), undefined);
  // The server's identifier is its ARN; its id is a property.
  assert.is(made('AWS::Transfer::User', 'arn:server'), undefined);
  const inputs = listInputs('AWS::Transfer::User');
  assert.is(modelOfProperties(inputs, { ServerId: 's-1' }), '{"ServerId":"s-1"}');
  for (const properties of [{}, { ServerId: '' }, { ServerId: 7 }, { ServerId: null }]) {
    assert.is(modelOfProperties(inputs, properties), undefined);
  }
});

test('where a child names its parent, the parent is found in it', () => {
  assert.is(parentInIdentifier('AWS::ApiGateway::Stage', 'api|live'), 'api');
  assert.is(parentInIdentifier('AWS::EKS::AccessEntry', 'arn:role|blue'), 'blue');
  assert.is(parentInIdentifier('AWS::AppConfig::Deployment', 'app|env|7'), 'app|env');
  assert.is(parentInIdentifier('AWS::WAFv2::IPSet', 'name|id|REGIONAL'), 'REGIONAL');
  assert.is(parentInIdentifier('AWS::WAFv2::IPSet', 'name|id|ELSEWHERE'), undefined);
  assert.is(parentInIdentifier('AWS::EKS::Nodegroup', 'blue/nodes'), undefined);
  assert.is(parentInIdentifier('AWS::ApiGateway::Stage', 'api|live|more'), undefined);
  assert.is(parentInIdentifier('AWS::EC2::Instance', 'i-1'), undefined);
});

test('property: a parent found in a child is the one whose model lists the child', () => {
  const part = fc.stringMatching(/^[A-Za-z0-9:/_-]{1,20}$/);
  fc.assert(
    fc.property(
      fc.constantFrom(...childrenOf),
      fc.array(part, { minLength: 6, maxLength: 6 }),
      ({ kind }, values) => {
        const names = kindFacts(kind).identifier;
        const parent = parentInIdentifier(kind, values.slice(0, names.length).join('|'));
        if (parent === undefined) return;
        const model = modelOfIdentifier(kind, '111111111111', parent);
        assert.ok(model, kind);
        for (const [property, value] of Object.entries(JSON.parse(model) as object)) {
          if (names.includes(property)) assert.is(value, values[names.indexOf(property)], kind);
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('property: no rule finds a parent of another service, itself, or one that cannot be listed', () => {
  const name = fc.constantFrom('Id', 'Arn', 'Name', 'AppId', 'AppArn', 'UnitId', 'UnitName');
  const type = fc.record({
    type: fc.tuple(fc.constantFrom('A', 'B'), fc.constantFrom('App', 'Unit', 'Other')),
    identifier: fc.uniqueArray(name, { minLength: 1, maxLength: 3 }),
    listable: fc.boolean(),
    listNeeds: fc.uniqueArray(name, { maxLength: 2 }),
  });
  fc.assert(
    fc.property(fc.uniqueArray(type, { selector: (one) => one.type.join() }), (types) => {
      const facts: ParentFacts[] = types.map((one) => ({
        ...one,
        type: `AWS::${one.type.join('::')}`,
      }));
      for (const child of facts.filter(({ listNeeds }) => listNeeds.length > 0)) {
        const found = deriveParent(child, facts);
        if (found === undefined) continue;
        const parent = facts.find((one) => one.type === found.parent);
        assert.ok(parent?.listable === true && parent.type !== child.type);
        assert.is(parent.type.split('::')[1], child.type.split('::')[1]);
        assert.equal(
          found.fills.map(([property]) => property),
          child.listNeeds,
        );
        for (const [, from] of found.fills) assert.ok(parent.identifier.includes(from));
      }
    }),
  );
});

test.run();

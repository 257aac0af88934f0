import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { kindAllowed, regionAllowed } from '../../src/sources/region-policy.js';
import { kindConfig } from './harness.js';

const test = suite('sources/region-policy');

const ROWS: readonly (readonly [
  allow: string[],
  deny: string[],
  region: string,
  allowed: boolean,
])[] = [
  [[], [], 'us-east-1', true],
  [['us-east-1'], [], 'us-east-1', true],
  [['us-east-1'], [], 'us-east-2', false],
  [[], ['us-east-1'], 'us-east-1', false],
  [[], ['us-east-1'], 'us-east-2', true],
  [['us-*'], ['us-east-?'], 'us-east-1', false],
  [['us-*'], ['us-east-?'], 'us-west-2', true],
  [['eu-west-1'], ['eu-west-1'], 'eu-west-1', false],
  [['us-gov-*'], [], 'us-gov-west-1', true],
  [['us-{east,west}-1'], [], 'us-east-1', false],
  [['!us-east-1'], [], 'eu-west-1', false],
];

for (const [allow, deny, region, allowed] of ROWS) {
  test(`allow ${JSON.stringify(allow)} deny ${JSON.stringify(deny)} ${allowed ? 'lets' : 'does not let'} ${region} through`, () => {
    assert.is(regionAllowed({ allow, deny }, region), allowed);
  });
}

const region = fc.constantFrom('us-east-1', 'us-west-2', 'eu-west-1', 'eu-central-1', 'ap-south-1');
const globs = fc.array(fc.oneof(region, fc.constantFrom('us-*', 'eu-*', '*-1', '*')), {
  maxLength: 3,
});
const policy = fc.record({ allow: globs, deny: globs });

test('denying more never lets more through, and an allowed name is let through unless denied', () => {
  fc.assert(
    fc.property(policy, globs, region, ({ allow, deny }, more, name) => {
      const before = regionAllowed({ allow, deny }, name);
      const after = regionAllowed({ allow, deny: [...deny, ...more] }, name);
      if (after && !before) return false;
      if (deny.includes(name) && before) return false;
      return !(allow.includes(name) && deny.length === 0) || before;
    }),
  );
});

test('a kind is listed wherever any of its mappings wants it', () => {
  fc.assert(
    fc.property(fc.array(policy, { minLength: 1, maxLength: 4 }), region, (policies, name) => {
      const wanted = policies.some((one) => regionAllowed(one, name));
      return kindAllowed(kindConfig('AWS::EC2::Instance', ...policies), name) === wanted;
    }),
  );
});

test.run();

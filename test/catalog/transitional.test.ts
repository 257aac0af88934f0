import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { typeFacts } from '../../src/catalog/catalog.js';
import { OCEAN_SPECIAL_KINDS } from '../../src/catalog/special-kinds.js';
import { TRANSITIONAL_KINDS, isTransitional } from '../../src/catalog/transitional.js';

const test = suite('catalog/transitional');

function body(properties: unknown): string {
  return JSON.stringify({ Identifier: 'x', Properties: properties });
}

const CASES: readonly (readonly [
  kind: string,
  properties: (state: string) => unknown,
  passing: readonly string[],
  resting: readonly string[],
])[] = [
  [
    'AWS::EC2::Instance',
    (Name) => ({ State: { Code: '0', Name } }),
    ['pending', 'stopping', 'shutting-down'],
    ['running', 'stopped', 'terminated'],
  ],
  [
    'AWS::RDS::DBInstance',
    (DBInstanceStatus) => ({ DBInstanceStatus }),
    [
      'creating',
      'deleting',
      'modifying',
      'configuring-enhanced-monitoring',
      'storage-optimization',
    ],
    ['available', 'failed', 'stopped', 'storage-full', 'incompatible-network'],
  ],
  [
    'AWS::CloudFormation::Stack',
    (StackStatus) => ({ StackStatus }),
    ['CREATE_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS'],
    ['CREATE_COMPLETE', 'ROLLBACK_FAILED'],
  ],
  ['AWS::ELBV2::LoadBalancer', (Code) => ({ State: { Code } }), ['provisioning'], ['active']],
  [
    'AWS::ElastiCache::Cluster',
    (CacheClusterStatus) => ({ CacheClusterStatus }),
    ['creating', 'rebooting cluster nodes'],
    ['available', 'incompatible-network'],
  ],
  ['AWS::ImageBuilder::Image', (State) => ({ State }), ['pending'], ['available', 'failed']],
  [
    'AWS::EC2::TransitGatewayPeeringAttachment',
    (State) => ({ State }),
    ['pending', 'deleting'],
    ['available', 'pendingAcceptance', 'rejected'],
  ],
  [
    'AWS::ElastiCache::ServerlessCache',
    (Status) => ({ Status }),
    ['creating', 'MODIFYING'],
    ['available', 'create-failed'],
  ],
  ['AWS::MemoryDB::Cluster', (Status) => ({ Status }), ['Updating'], ['Available']],
  [
    'AWS::RedshiftServerless::Workgroup',
    (Status) => ({ Workgroup: { Status } }),
    ['CREATING'],
    ['AVAILABLE'],
  ],
  [
    'AWS::RedshiftServerless::Namespace',
    (Status) => ({ Namespace: { Status } }),
    ['DELETING'],
    ['AVAILABLE'],
  ],
];

test('a kind that its service describes has its fields beside each other', () => {
  const stack = (StackStatus: string) => JSON.stringify({ StackStatus, __Region: 'r' });
  assert.ok(isTransitional('AWS::CloudFormation::Stack', stack('UPDATE_IN_PROGRESS')));
  assert.not(isTransitional('AWS::CloudFormation::Stack', stack('UPDATE_COMPLETE')));
});

for (const [kind, properties, passing, resting] of CASES) {
  test(`states of ${kind}`, () => {
    for (const state of passing) assert.ok(isTransitional(kind, body(properties(state))), state);
    for (const state of resting) assert.not(isTransitional(kind, body(properties(state))), state);
  });
}

test('every kind of the table is tested, and can be read', () => {
  assert.equal([...TRANSITIONAL_KINDS].sort(), CASES.map(([kind]) => kind).sort());
  for (const kind of TRANSITIONAL_KINDS) {
    assert.ok(OCEAN_SPECIAL_KINDS.includes(kind) || typeFacts(kind)?.readable === true, kind);
  }
});

test('what says nothing of a state is in none', () => {
  for (const properties of [
    undefined,
    null,
    {},
    { State: null },
    { State: 'pending' },
    'pending',
  ]) {
    assert.not(isTransitional('AWS::EC2::Instance', body(properties)));
  }
  assert.not(isTransitional('AWS::EC2::Instance', '{"Properties":'));
  assert.not(isTransitional('AWS::S3::Bucket', body({ Status: 'creating' })));
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { kindsCommand } from '../../src/cli/kinds.js';
import type { KindRow } from '../../src/cli/kinds.js';
import { RecordedIo } from './io.js';

const test = suite('cli/kinds');

async function kinds(...args: string[]): Promise<RecordedIo> {
  const io = new RecordedIo();
  await kindsCommand(io).parseAsync(args, { from: 'user' });
  return io;
}

async function rows(...args: string[]): Promise<readonly KindRow[]> {
  const { stdout } = await kinds('--json', ...args);
  assert.is(stdout.length, 1);
  return JSON.parse(stdout[0] ?? '') as KindRow[];
}

test('prints a table', async () => {
  const { stdout, stderr, code } = await kinds('s3::bucket');
  assert.equal([stderr, code], [[], 0]);
  assert.match(stdout[0] ?? '', /^KIND +SCOPE +CAN +BELOW +LIVE +SHAPE +IDENTIFIER$/);
  assert.match(
    stdout[1] ?? '',
    /^AWS::S3::Bucket +global +list, read +curated +special +BucketName$/,
  );
  const addon = await kinds('eks::addon');
  assert.match(
    addon.stdout[1] ?? '',
    /^AWS::EKS::Addon +regional +list, read +AWS::EKS::Cluster +(curated|generated) +ClusterName\|AddonName$/,
  );
});

test('shows of every type how it is listed, read and followed', async () => {
  const all = await rows('--all');
  const row = (kind: string): KindRow => all.find((one) => one.kind === kind)!;
  assert.ok(all.length > 1600);
  assert.equal(row('AWS::ElasticLoadBalancingV2::ListenerRule'), {
    kind: 'AWS::ElasticLoadBalancingV2::ListenerRule',
    supported: true,
    scope: 'regional',
    listable: true,
    readable: true,
    parent: 'AWS::ElasticLoadBalancingV2::Listener',
    live: row('AWS::ElasticLoadBalancingV2::ListenerRule').live,
    special: false,
    identifier: ['RuleArn'],
  });
  assert.equal(row('AWS::WAFv2::WebACL').listedBy, ['Scope=REGIONAL', 'Scope=CLOUDFRONT']);
  assert.is(row('AWS::EC2::Instance').live, 'curated');
  assert.is(row('AWS::IAM::Policy').listable, false);
  assert.is(row('AWS::Lambda::LayerVersion').parent, undefined);
  assert.match(row('AWS::Lambda::LayerVersion').reason ?? '', 'LayerName');
  for (const one of all) {
    assert.ok(['curated', 'generated', 'none'].includes(one.live), one.kind);
    if (one.parent !== undefined) assert.is(row(one.parent).supported, true, one.kind);
  }
  assert.ok(new Set(all.map(({ live }) => live)).size === 3);
});

test('lists what a pipeline may name, and no more', async () => {
  const all = await rows();
  const names = all.map(({ kind }) => kind);
  assert.ok(all.length > 900, String(all.length));
  assert.equal(names, [...names].sort());
  for (const kind of [
    'AWS::EC2::Instance',
    'AWS::Organizations::Account',
    'AWS::SQS::Queue',
    'AWS::EKS::Addon',
    'AWS::ELBV2::LoadBalancer',
  ]) {
    assert.ok(names.includes(kind), kind);
  }
  for (const kind of ['AWS::IAM::Policy', 'AWS::Lambda::LayerVersion']) {
    assert.not.ok(names.includes(kind), kind);
  }
  assert.ok(all.every(({ supported, reason }) => supported && reason === undefined));
});

test('--all tells why the others are not supported', async () => {
  const all = await rows('--all', 'AWS::IAM::');
  const unlisted = all.find(({ kind }) => kind === 'AWS::IAM::Policy');
  assert.is(unlisted?.supported, false);
  assert.match(unlisted?.reason ?? '', 'AWS cannot list AWS::IAM::Policy');
  assert.ok(all.some(({ supported }) => supported));
  const { stdout } = await kinds('--all', 'AWS::IAM::Policy');
  assert.match(stdout.join('\n'), /NOT SUPPORTED\n.*AWS cannot list AWS::IAM::Policy/);
});

test('says where nothing fits', async () => {
  const { stdout, stderr } = await kinds('no such thing');
  assert.equal(stdout, []);
  assert.match(stderr[0] ?? '', 'no kind fits');
});

test.run();

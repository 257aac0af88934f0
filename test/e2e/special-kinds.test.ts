import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Expected, Fixture } from './support/fixtures.js';
import { drift } from './support/oracle.js';
import { World } from './support/world.js';

const test = suite('kinds that services of their own describe');

/** A mapping of such a kind: its fields stand at the top. `arn` holds the name of its identifier. */
function described(kind: string, name: string, title: string, selector = ''): Fixture {
  return {
    kind,
    yaml: `
kind: ${kind}
selector:
  query: 'true'
${selector}port:
  entity:
    mappings:
      identifier: |-
        .__ExtraContext.AccountId + "/" + .__Region + "/" + (.${name} | gsub("[^A-Za-z0-9:/-]"; "-"))
      title: .${title}
      blueprint: '"volume"'
      properties:
        region: .__ExtraContext.Region
        note: .__Kind
`,
    entities: ({ Properties, __AccountId, __Region, __Kind }): readonly Expected[] => [
      {
        blueprint: 'volume',
        identifier: `${__AccountId}/${__Region}/${String(Properties[name]).replace(/[^A-Za-z0-9:/-]/g, '-')}`,
        title: Properties[title] as string,
        properties: { region: __Region, note: __Kind },
      },
    ],
  };
}

const KINDS: readonly Fixture[] = [
  described('AWS::ACM::Certificate', 'CertificateArn', 'DomainName'),
  described('AWS::CloudFormation::Stack', 'StackId', 'StackName'),
  described('AWS::ELBV2::LoadBalancer', 'LoadBalancerArn', 'DNSName'),
  described('AWS::ElastiCache::Cluster', 'CacheClusterId', 'Engine'),
  described('AWS::ImageBuilder::Image', 'ImageId', 'Architecture'),
  described('AWS::ResourceGroups::Group', 'Name', 'Description', '  listGroupResources: true\n'),
];

let world: World;
test.before(async () => {
  world = await World.start({
    accounts: 3,
    regions: 2,
    kinds: KINDS.map(({ kind }) => kind),
    resourcesPerScope: 5,
    pageSize: 2,
  });
  await world.pipeline(KINDS);
});
test.after(() => world.close());

test('a resync makes Port equal to them', async () => {
  const { code, summary, stderr } = await world.run();
  assert.is(code, 0, stderr);
  assert.equal(drift(world, KINDS), []);
  assert.is(summary.resources.listed, 3 * 2 * 5 * KINDS.length);
});

test('what is gone is deleted once a read confirms it, and a denied region deletes nothing', async () => {
  const { organization, faults } = world.sim;
  const [region = '', other = ''] = organization.regions;
  for (const { kind } of KINDS) {
    for (const place of [region, other]) {
      const first = [...organization.snapshot()].find(
        (one) => one.kind === kind && one.region === place,
      );
      organization.delete(first!);
    }
  }
  faults.add({ match: { region: other }, effect: { type: 'accessDenied' } });
  const { code, summary } = await world.run();
  assert.is(code, 3);
  assert.is(summary.entities.deleted, KINDS.length);
  faults.clear();
  const { code: again, summary: rest } = await world.run();
  assert.is(again, 0);
  assert.is(rest.entities.deleted, KINDS.length);
  assert.equal(drift(world, KINDS), []);
});

test.run();

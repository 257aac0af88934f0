import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { jqProblems } from '../../src/config/jq-problems.js';
import { parsePipeline } from '../../src/config/load-pipeline.js';
import { jqLeaves } from '../../src/config/mapping-nodes.js';
import { compileKind } from '../../src/jq/compile-kind.js';
import { createWasmEngine } from '../../src/jq/wasm/wasm-engine.js';
import { checkJq } from './jq-wasm.js';

const test = suite('config/ocean-mappings');

/** Mapping files as users of Ocean have them; each must load unmodified. */
const FILES: Readonly<Record<string, string>> = {
  'the smallest one': `
resources:
  - kind: AWS::S3::Bucket
    selector: { query: 'true' }
    port: { entity: { mappings: { identifier: .Identifier, blueprint: '"bucket"' } } }
`,
  'booleans in quotes, as in the default mapping': `
deleteDependentEntities: true
createMissingRelatedEntities: 'true'
enableMergeEntity: 'False'
resources:
  - kind: AWS::ECS::Cluster
    selector:
      query: 'true'
      useGetResourceAPI: 'true'
    port:
      entity:
        mappings:
          identifier: .Properties.Arn
          title: .Identifier
          blueprint: '"cloudResource"'
          properties:
            link: '.Properties | select(.Arn != null) | "https://console.aws.amazon.com/go/view?arn=" + .Arn'
          relations:
            account: .__AccountId
`,
  'an unquoted query': `
resources:
  - kind: AWS::Lambda::Function
    selector: { query: true }
    port: { entity: { mappings: { identifier: .Identifier, blueprint: '"lambda"' } } }
`,
  'region policies and two mappings of one kind': `
resources:
  - kind: AWS::EC2::Instance
    selector:
      query: .Properties.State.Name == 'running'
      regionPolicy:
        allow: [eu-west-1, us-east-1]
    port: { entity: { mappings: { identifier: .Identifier, blueprint: '"server"' } } }
  - kind: AWS::SQS::Queue
    selector: { query: 'true', regionPolicy: { deny: [us-west-2] } }
    port: { entity: { mappings: { identifier: .Properties.Arn, blueprint: '"queue"' } } }
  - kind: AWS::EC2::Instance
    selector: { query: 'true', useGetResourceAPI: true }
    port: { entity: { mappings: { identifier: '"all-" + .Identifier', blueprint: '"any"' } } }
`,
  'a list split into entities': `
resources:
  - kind: AWS::EC2::SecurityGroup
    selector: { query: 'true' }
    port:
      itemsToParse: .Properties.SecurityGroupIngress // []
      itemsToParseName: rule
      itemsToParseTopLevelTransform: false
      entity:
        mappings:
          identifier: .Identifier + "-" + (.rule | @base64)
          title: '"\\(.rule.FromPort)-\\(.rule.ToPort)"'
          blueprint: '"rule"'
          properties: { cidr: .rule.CidrIp }
          relations: { group: .Identifier }
`,
  'searches for identifier, team and relations': `
resources:
  - kind: AWS::ECS::Service
    selector: { query: 'true' }
    port:
      entity:
        mappings:
          identifier:
            combinator: '"and"'
            rules:
              - { property: '"arn"', operator: '"="', value: .Properties.ServiceArn }
          blueprint: '"service"'
          team:
            combinator: '"or"'
            rules:
              - { property: '"$title"', operator: '"contains"', value: '.Properties.Tags[0].Value' }
          relations:
            owner:
              combinator: '"and"'
              rules:
                - property: '"$blueprint"'
                  operator: '"="'
                  value: '"person"'
                - combinator: '"or"'
                  rules:
                    - { property: '"mail"', operator: '"="', value: .Properties.Mail }
                    - { property: '"mail"', operator: '"isEmpty"' }
`,
  'block scalars and comments in JQ': `
resources:
  - kind: AWS::S3::Bucket
    selector:
      query: >-
        .Identifier
        | startswith("prod-")
    port:
      entity:
        mappings:
          identifier: |
            # the name itself
            .Identifier # and nothing else
          blueprint: '"bucket"'
          properties:
            region: >-
              .Properties.RegionalDomainName |
              capture(".*\\\\.(?<region>[^\\\\.]+)\\\\.amazonaws\\\\.com") | .region
`,
  'anchors and merge keys': `
resources:
  - kind: AWS::SNS::Topic
    selector: &all { query: 'true' }
    port:
      entity:
        mappings:
          <<: &base { identifier: .Identifier, title: .Identifier }
          blueprint: '"topic"'
          relations: &account { account: .__AccountId }
  - kind: AWS::SQS::Queue
    selector: *all
    port:
      entity:
        mappings:
          <<: *base
          title: .Properties.QueueName
          blueprint: '"queue"'
          relations: *account
`,
  'constants, nested properties and empty values': `
resources:
  - kind: AWS::DynamoDB::Table
    selector: { query: 'true' }
    port:
      entity:
        mappings:
          identifier: .Identifier
          title:
          team: null
          icon: '"Database"'
          blueprint: '"table"'
          properties:
            managed: true
            tier: 3
            note: null
            keys: { hash: '.Properties.KeySchema[0].AttributeName', more: [.a, 1] }
          relations:
`,
  'special kinds and third-party types': `
entityDeletionThreshold: 0
resources:
  - kind: AWS::Organizations::Account
    selector: { query: .Status == "ACTIVE" }
    port: { entity: { mappings: { identifier: .Id, blueprint: '"account"' } } }
  - kind: AWS::CloudFormation::Stack
    selector: { query: 'true', listGroupResources: true }
    port: { entity: { mappings: { identifier: .Identifier, blueprint: '"stack"' } } }
  - kind: AWS::ResourceGroups::Group
    selector: { query: 'true', listGroupResources: false }
    port: { entity: { mappings: { identifier: .Identifier, blueprint: '"group"' } } }
  - kind: MongoDB::Atlas::Cluster
    selector: { query: 'true' }
    port: { entity: { mappings: { identifier: .Identifier, blueprint: '"cluster"' } } }
`,
  'keys where documented mappings have them': `
resources:
  - kind: AWS::S3::Bucket
    selector:
      query: 'true'
      includeActions:
        # - none of them
    useGetResourceAPI: true
    port:
      entity:
        mappings:
          identifier: .Properties.Arn
          blueprint: '"bucket"'
          relations: { account: .__ExtraContext.AccountId }
  - kind: AWS::EC2::Instance
    selector: { query: 'true', includeActions: [] }
    port: { entity: { mappings: { identifier: .Properties.InstanceId, blueprint: '"vm"' } } }
`,
  'expressions as documented mappings write them': `
resources:
  - kind: AWS::CloudFront::Distribution
    selector: { query: 'true' }
    port:
      entity:
        mappings:
          identifier: .Identifier
          title: (.Properties.Tags[]? | select(.Key == "Name") | .Value | tostring) // .Identifier
          blueprint: '"distribution"'
          properties:
            console: "'https://console.aws.amazon.com/go/view?arn=' + .Properties.Arn"
            origins: .Properties.Origins[].DomainName
            joined: .JoinedAt | sub(" "; "T")
            role: >-
              .Role | if . == null then null else
              'https://console.aws.amazon.com/go/view?arn=' + . end
            blocked: >-
              .Properties.Access | (.BlockPublicAcls and
              .IgnorePublicAcls)
          relations:
            account: .__AccountId
            service: .Properties.TagMap | keys[] | select(startswith("port-")) | .[5:]
`,
  'a list of mappings': `
resources:
  - kind: AWS::RDS::DBInstance
    selector: { query: 'true' }
    port:
      entity:
        mappings:
          - { identifier: .Identifier, blueprint: '"database"' }
          - { identifier: .Properties.DBInstanceArn, blueprint: '"cloudResource"' }
  - kind: AWS::Logs::LogGroup
    selector: { query: 'true' }
    port: { entity: { mappings: { identifier: .Identifier, blueprint: '"logs"' } } }
`,
};

const load = (name: string) => parsePipeline(FILES[name] ?? '', 'ocean.yml');
const kindsOf = (name: string) => load(name).kinds;
const mappingOf = (name: string, kind = 0, mapping = 0) => {
  const found = kindsOf(name)[kind]?.mappings[mapping];
  if (found === undefined) throw new Error(`no mapping ${mapping} of kind ${kind}`);
  return found;
};

for (const name of Object.keys(FILES)) {
  test(`${name}: loads, and all its JQ compiles`, async () => {
    assert.equal(await jqProblems(load(name), checkJq), []);
  });

  test(`${name}: every expression stands where its position says`, () => {
    const lines = (FILES[name] ?? '').split('\n');
    for (const { spec } of kindsOf(name).flatMap((kind) => kind.mappings)) {
      for (const { jq, position } of jqLeaves(spec)) {
        const there = lines[position.line - 1]?.slice(position.column - 1) ?? '';
        const start = jq.split('\n')[0]?.slice(0, 4) ?? '';
        // Texts in single quotes are taken as JQ's, which have double ones.
        const same = there.replaceAll("'", '"').startsWith(start.replaceAll("'", '"'));
        assert.ok(start !== '' && same, `${start} at ${there}`);
      }
    }
  });
}

test('has the defaults of Ocean', () => {
  const pipeline = load('the smallest one');
  assert.is(pipeline.deleteDependentEntities, true);
  assert.is(pipeline.createMissingRelatedEntities, true);
  assert.is(pipeline.enableMergeEntity, true);
  assert.is(pipeline.entityDeletionThreshold, 0.9);
  const { spec, regionPolicy } = mappingOf('the smallest one');
  assert.is(spec.itemsToParse, undefined);
  assert.is(spec.itemsToParseName, 'item');
  assert.is(spec.itemsToParseTopLevelTransform, true);
  assert.equal(
    [spec.properties, spec.relations, spec.title, spec.team],
    [[], [], undefined, undefined],
  );
  assert.equal(regionPolicy, { allow: [], deny: [] });
  assert.is(pipeline.kinds[0]?.useGetResourceApi, false);
});

test('takes useGetResourceAPI beside the selector too', () => {
  const kinds = kindsOf('keys where documented mappings have them');
  assert.equal(
    kinds.map(({ useGetResourceApi }) => useGetResourceApi),
    [true, false],
  );
});

test('actions read the resource, ask more, or change nothing; unknown ones are named', () => {
  const text = FILES['keys where documented mappings have them'] ?? '';
  const actions = (list: string) =>
    parsePipeline(text.replace('includeActions: []', `includeActions: [${list}]`), 'ocean.yml')
      .kinds[1]!;
  const asked = actions('GetInstanceStatusAction, DescribeInstancesAction');
  assert.equal([asked.useGetResourceApi, asked.actions], [false, ['GetInstanceStatusAction']]);
  assert.is(actions('DescribeInstancesAction').actions, undefined);
  assert.throws(
    () => actions('GetInstanceStatus'),
    /ocean\.yml:\d+:\d+: resources\[1\]\.selector\.includeActions\[0\]: unknown action "GetInstanceStatus" of AWS::EC2::Instance; expected one of DescribeInstancesAction, GetInstanceStatusAction/,
  );
  const tags = text
    .replace('AWS::EC2::Instance', 'AWS::ECR::Repository')
    .replace('includeActions: []', 'includeActions: [ListTagsForResourceAction]');
  assert.is(parsePipeline(tags, 'ocean.yml').kinds[1]!.useGetResourceApi, true);
  const none = text.replace('AWS::EC2::Instance', 'AWS::EKS::Cluster');
  assert.throws(
    () => parsePipeline(none.replace('includeActions: []', 'includeActions: [Any]'), 'ocean.yml'),
    /this kind has none/,
  );
});

test('queues are read one by one, whatever the mapping says', () => {
  const queue = text('AWS::SQS::Queue');
  assert.is(parsePipeline(queue, 'ocean.yml').kinds[0]!.useGetResourceApi, true);
  assert.is(parsePipeline(text('AWS::SNS::Topic'), 'ocean.yml').kinds[0]!.useGetResourceApi, false);
});

function text(kind: string): string {
  return `resources:
  - kind: ${kind}
    selector: { query: 'true' }
    port: { entity: { mappings: { identifier: .Identifier, blueprint: '"any"' } } }
`;
}

test('maps expressions of documented mappings as Ocean does: first output, null on error', async () => {
  const { spec } = mappingOf('expressions as documented mappings write them');
  const engine = await createWasmEngine({ workers: 1 });
  const body = (properties: object) =>
    JSON.stringify({ Identifier: 'D1', Properties: properties, __AccountId: '111122223333' });
  try {
    const outcomes = await engine.map(compileKind([spec]), [
      body({
        Arn: 'arn:a',
        Origins: [{ DomainName: 'one' }, { DomainName: 'two' }],
        Tags: [
          { Key: 'Name', Value: 'first' },
          { Key: 'Name', Value: 'second' },
        ],
        Access: { BlockPublicAcls: true, IgnorePublicAcls: false },
        TagMap: { other: '', 'port-auth': '', 'port-shop': '' },
      }),
      body({}),
    ]);
    const entities = outcomes.map((outcome) => {
      assert.ok(outcome.ok);
      return JSON.parse(outcome.entities[0]?.json ?? 'null') as unknown;
    });
    const link = 'https://console.aws.amazon.com/go/view?arn=';
    assert.equal(entities, [
      {
        identifier: 'D1',
        title: 'first',
        properties: {
          console: `${link}arn:a`,
          origins: 'one',
          joined: null,
          role: null,
          blocked: false,
        },
        relations: { account: '111122223333', service: 'auth' },
      },
      {
        identifier: 'D1',
        title: 'D1',
        properties: { console: link, origins: null, joined: null, role: null, blocked: false },
        relations: { account: '111122223333', service: null },
      },
    ]);
  } finally {
    await engine.close();
  }
});

test('takes booleans in quotes', () => {
  const name = 'booleans in quotes, as in the default mapping';
  assert.is(load(name).createMissingRelatedEntities, true);
  assert.is(load(name).enableMergeEntity, false);
  assert.is(kindsOf(name)[0]?.useGetResourceApi, true);
  assert.is(mappingOf('an unquoted query').spec.selector.jq, 'true');
});

test('groups the mappings of a kind, in order, each with its regions', () => {
  const name = 'region policies and two mappings of one kind';
  const kinds = kindsOf(name);
  assert.equal(
    kinds.map(({ kind }) => kind),
    ['AWS::EC2::Instance', 'AWS::SQS::Queue'],
  );
  assert.equal(
    kinds[0]?.mappings.map(({ spec }) => spec.position),
    [0, 2],
  );
  assert.is(kinds[0]?.useGetResourceApi, true);
  assert.equal(mappingOf(name).regionPolicy, { allow: ['eu-west-1', 'us-east-1'], deny: [] });
  assert.equal(mappingOf(name, 0, 1).regionPolicy, { allow: [], deny: [] });
  assert.is(mappingOf(name).spec.selector.jq, '.Properties.State.Name == "running"');
});

test('numbers a list of mappings on, so that the order of owners is whole', () => {
  const positions = kindsOf('a list of mappings').flatMap(({ mappings }) =>
    mappings.map(({ spec }) => [spec.position, spec.blueprint.jq]),
  );
  assert.equal(positions, [
    [0, '"database"'],
    [1, '"cloudResource"'],
    [2, '"logs"'],
  ]);
});

test('reads itemsToParse', () => {
  const { spec } = mappingOf('a list split into entities');
  assert.is(spec.itemsToParse?.jq, '.Properties.SecurityGroupIngress // []');
  assert.is(spec.itemsToParseName, 'rule');
  assert.is(spec.itemsToParseTopLevelTransform, false);
});

test('keeps searches as objects', () => {
  const { spec } = mappingOf('searches for identifier, team and relations');
  assert.is(spec.identifier.type, 'object');
  assert.is(spec.team?.type, 'object');
  const [, owner] = spec.relations[0] ?? [];
  assert.is(owner?.type, 'object');
  assert.equal(owner?.type === 'object' && owner.entries.map(([key]) => key), [
    'combinator',
    'rules',
  ]);
});

test('places block scalars on their first line of content', () => {
  const { spec } = mappingOf('block scalars and comments in JQ');
  assert.is(spec.selector.jq, '.Identifier | startswith("prod-")');
  assert.equal([spec.selector.position.line, spec.selector.position.column], [6, 9]);
  assert.equal(spec.identifier.type === 'jq' && spec.identifier.leaf.position.line, 12);
});

test('resolves merge keys; what stands beside them wins', () => {
  const { spec } = mappingOf('anchors and merge keys', 1);
  assert.is(spec.title?.type === 'jq' && spec.title.leaf.jq, '.Properties.QueueName');
  assert.is(spec.identifier.type === 'jq' && spec.identifier.leaf.position.line, 8);
  assert.is(spec.relations.length, 1);
});

test('takes numbers, booleans and null as themselves, and empty values as absent', () => {
  const { spec } = mappingOf('constants, nested properties and empty values');
  assert.equal([spec.title, spec.team, spec.relations], [undefined, undefined, []]);
  const byName = Object.fromEntries(spec.properties);
  assert.equal(byName['managed'], { type: 'constant', value: true });
  assert.equal(byName['tier'], { type: 'constant', value: 3 });
  assert.equal(byName['note'], { type: 'constant', value: null });
  assert.is(byName['keys']?.type, 'object');
});

test.run();

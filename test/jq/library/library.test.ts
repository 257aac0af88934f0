import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compileKind } from '../../../src/jq/compile-kind.js';
import type { JqEngine } from '../../../src/jq/jq-engine.js';
import { LIBRARY, LIBRARY_VERSION, libraryFor } from '../../../src/jq/library/library.js';
import { findNativeJq } from '../../../src/jq/native/find-jq.js';
import { createNativeEngine } from '../../../src/jq/native/native-engine.js';
import { createWasmEngine } from '../../../src/jq/wasm/wasm-engine.js';
import { mapping } from '../mapping-fixture.js';

/** A call of each function, for an input of any kind. */
const CALLS: Readonly<Record<string, string>> = {
  arn_parse: 'arn_parse',
  arn_name: 'arn_name',
  arns: 'arns',
  arn_build: 'arn_build("ec2"; "instance/i-1")',
  resource_arn: 'resource_arn',
  tags_object: 'tags_object',
  tag: 'tag("Name")',
  blank_to_null: 'blank_to_null',
  json_or_null: 'json_or_null',
  iso_time: 'iso_time',
  console_url: 'console_url',
};

const definitions = suite('jq/library');

definitions('brings what an expression mentions, with what that needs, and nothing else', () => {
  const names = (...expressions: string[]): string[] =>
    libraryFor(expressions).map((text) => /^def (\w+)/.exec(text)?.[1] ?? '');
  assert.equal(names('.tag', '$tag', '.Properties.console_url', 'tags', 'tagged', 'mytag'), []);
  assert.equal(names('tag("x")'), ['tags_object', 'tag']);
  assert.equal(names('.a|arn_name', '"\\(arns|length)"'), ['arn_parse', 'arn_name', 'arns']);
  assert.equal(names('[console_url]'), [
    'arn_parse',
    'arn_name',
    'arn_build',
    'resource_arn',
    'console_url',
  ]);
  assert.equal(Object.keys(CALLS).sort(), LIBRARY.map(({ name }) => name).sort());
});

definitions('stands on one line, each function behind those that it needs', () => {
  const seen = new Set<string>();
  for (const { name, needs = [], text } of LIBRARY) {
    for (const need of needs) assert.ok(seen.has(need), `${name} needs ${need}`);
    seen.add(name);
    assert.not.match(text, '#\n');
  }
  for (const text of libraryFor(Object.values(CALLS))) assert.not.match(text, '\n');
});

definitions('a program that does not use it is as it was; one that does changes with it', () => {
  const plain = compileKind([mapping({ properties: { a: '.tag' } })]);
  const using = compileKind([mapping({ properties: { a: 'tag("a")' } })]);
  assert.not.match(plain.text, 'tags_object');
  assert.match(using.text, 'def tags_object');
  assert.is.not(plain.hash, using.hash);
});

definitions('its version tells of every change of its text', () => {
  const text = LIBRARY.map((one) => one.text.replace(/\s+/g, ' ')).join('\n');
  // Where this fails: raise LIBRARY_VERSION, tell the change in docs/jq-library.md, note the new digest.
  assert.equal(
    [LIBRARY_VERSION, createHash('sha256').update(text).digest('hex').slice(0, 16)],
    [1, 'd76c2126c31ba51c'],
  );
});

definitions.run();

/** What every engine makes of the library. */
function librarySuite(name: string, open: () => Promise<JqEngine>): void {
  const test = suite(`${name}: jq library`);
  let jq: JqEngine;
  test.before(async () => {
    jq = await open();
  });
  test.after(() => jq.close());

  const of = async (expression: string, input: unknown): Promise<unknown> => {
    const outputs = await jq.evaluate(expression, JSON.stringify(input));
    assert.is(outputs.length, 1, `${expression} of ${JSON.stringify(input)}`);
    return outputs[0];
  };

  test('answers once and never fails, whatever it is given', async () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom('arn:', 'arn:a:b', 'arn:aws:s3:::', 'arn:aws:ec2:::/', '::', '-', '{"a":'),
      fc.array(fc.constantFrom('arn', 'aws', ':', '/', 'x', '', '%', '{'), { maxLength: 12 }),
    );
    const key = fc.constantFrom(
      'Properties',
      'Tags',
      'tags',
      'Key',
      'Value',
      'key',
      'Arn',
      'Identifier',
      '__Kind',
      'Type',
      '__AccountId',
      '__Region',
      '__Partition',
      'HostedZoneTags',
    );
    const kind = fc.constantFrom('AWS::EC2::Instance', 'AWS::S3::Bucket', 'AWS::', '::', 'x');
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        text,
        kind,
        fc.double({ noNaN: true }),
        fc.constantFrom(null, true, false, 0, 1_700_000_000_000),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(key, tie('value'), { maxKeys: 7 }),
      ),
    }));
    const program = Object.values(CALLS).map((call) => `([${call}] | length)`);
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 20, maxLength: 60 }), async (values) => {
        const counts = (await of(`map([${program.join(', ')}])`, values)) as number[][];
        for (const count of counts) assert.equal(count, Array(program.length).fill(1));
      }),
      { numRuns: 40 },
    );
  });

  test('reads ARNs of every form', async () => {
    const forms: readonly (readonly [string, string | null, string, string])[] = [
      ['arn:aws:ec2:eu-west-1:111111111111:instance/i-0a', 'instance', 'i-0a', 'i-0a'],
      [
        'arn:aws:iam::111111111111:role/service-role/Deploy',
        'role',
        'service-role/Deploy',
        'Deploy',
      ],
      ['arn:aws:iam::111111111111:root', null, 'root', 'root'],
      [
        'arn:aws:iam::aws:policy/AdministratorAccess',
        'policy',
        'AdministratorAccess',
        'AdministratorAccess',
      ],
      ['arn:aws:s3:::bucket', null, 'bucket', 'bucket'],
      ['arn:aws:s3:::bucket/a/key', null, 'bucket/a/key', 'key'],
      ['arn:aws:s3:eu-west-1:111111111111:accesspoint/x', 'accesspoint', 'x', 'x'],
      ['arn:aws:sns:eu-west-1:111111111111:topic', null, 'topic', 'topic'],
      ['arn:aws:sqs:eu-west-1:111111111111:queue.fifo', null, 'queue.fifo', 'queue.fifo'],
      ['arn:aws:lambda:eu-west-1:111111111111:function:f', 'function', 'f', 'f'],
      ['arn:aws:rds:eu-west-1:111111111111:db:main', 'db', 'main', 'main'],
      ['arn:aws:dynamodb:eu-west-1:111111111111:table/t/index/i', 'table', 't/index/i', 'i'],
      ['arn:aws:apigateway:eu-west-1::/restapis/a1/stages/p', 'restapis', 'a1/stages/p', 'p'],
      ['arn:aws:logs:eu-west-1:111111111111:log-group:api:*', 'log-group', 'api:*', 'api'],
      [
        'arn:aws:secretsmanager:eu-west-1:111111111111:secret:prod/db-a1',
        'secret',
        'prod/db-a1',
        'db-a1',
      ],
      ['arn:aws:ssm:eu-west-1:111111111111:parameter/prod/key', 'parameter', 'prod/key', 'key'],
      ['arn:aws:codepipeline:eu-west-1:111111111111:release', null, 'release', 'release'],
      ['arn:aws-cn:ecs:cn-north-1:111111111111:service/c/s', 'service', 'c/s', 's'],
      ['arn:aws:route53:::hostedzone/Z1', 'hostedzone', 'Z1', 'Z1'],
      [
        'arn:aws:states:eu-west-1:111111111111:stateMachine:Änderung',
        'stateMachine',
        'Änderung',
        'Änderung',
      ],
    ];
    const parsed = (await of(
      'map([arn_parse, arn_name])',
      forms.map(([arn]) => arn),
    )) as [Record<string, unknown>, unknown][];
    forms.forEach(([arn, type, id, last], at) => {
      const [, partition, service, region, account, ...rest] = arn.split(':');
      assert.equal(parsed[at], [
        {
          partition,
          service,
          region: region === '' ? null : region,
          account: account === '' ? null : account,
          resource: rest.join(':'),
          resourceType: type,
          resourceId: id,
        },
        last,
      ]);
    });
  });

  test('what it reads of an ARN is the whole ARN', async () => {
    const part = fc.stringMatching(/^[a-z0-9-]{1,8}$/);
    const resource = fc.stringMatching(/^[A-Za-z0-9:/._-]{1,20}$/);
    const arn = fc.tuple(
      part,
      part,
      fc.oneof(part, fc.constant('')),
      fc.oneof(part, fc.constant('')),
      resource,
    );
    await fc.assert(
      fc.asyncProperty(fc.array(arn, { minLength: 20, maxLength: 50 }), async (all) => {
        const texts = all.map((parts) => `arn:${parts.join(':')}`);
        const program =
          'map(arn_parse | ([.partition, .service, .region // "", .account // "", .resource] | join(":")), .resource, .resourceType, .resourceId)';
        const out = (await of(program, texts)) as string[];
        texts.forEach((text, at) => {
          const [whole, raw = '', type, id = ''] = out.slice(4 * at, 4 * at + 4);
          assert.is(`arn:${whole}`, text);
          const named = raw === '/' ? raw : raw.replace(/^\//, '');
          assert.ok(
            type === null ? named === id : [`${type}:${id}`, `${type}/${id}`].includes(named),
            text,
          );
        });
      }),
      { numRuns: 20 },
    );
  });

  test('what is no ARN has no parts, and is its own name where it is a text', async () => {
    for (const odd of [null, 1, true, [], {}, '', 'role', 'arn:', 'arn:aws', 'arn:aws:iam::1:'])
      assert.is(await of('arn_parse', odd), null);
    assert.equal(await of('map(arn_name)', ['role', 'arn:aws', 7, null]), [
      'role',
      null,
      null,
      null,
    ]);
    assert.equal(await of('arns', { b: ['arn:b', 'x', { c: 'arn:a' }], d: 'arn:b' }), [
      'arn:a',
      'arn:b',
    ]);
  });

  test('builds the ARN of a resource from its account and region', async () => {
    const at = (region: string, partition?: string): unknown => ({
      __AccountId: '1',
      __Region: region,
      ...(partition !== undefined && { __Partition: partition }),
    });
    const built = (resource: unknown) => of('arn_build("iam"; "role/r")', resource);
    assert.is(await built(at('global')), 'arn:aws:iam::1:role/r');
    assert.is(await built(at('cn-north-1')), 'arn:aws-cn:iam:cn-north-1:1:role/r');
    assert.is(await built(at('global', 'aws-us-gov')), 'arn:aws-us-gov:iam::1:role/r');
    assert.is(await of('arn_build("iam"; 7)', at('global')), null);
  });

  test('finds the ARN of a resource', async () => {
    const cases: readonly (readonly [object, string | null])[] = [
      [{ Properties: { Arn: 'arn:a' } }, 'arn:a'],
      [{ __Kind: 'AWS::RDS::DBInstance', Properties: { DBInstanceArn: 'arn:db' } }, 'arn:db'],
      [{ __Kind: 'AWS::ELBV2::LoadBalancer', LoadBalancerArn: 'arn:lb' }, 'arn:lb'],
      [{ __Kind: 'AWS::CloudFormation::Stack', StackId: 'arn:st' }, 'arn:st'],
      [{ Type: 'AWS::SNS::Topic', Identifier: 'arn:t', Properties: {} }, 'arn:t'],
      [
        {
          __Kind: 'AWS::EC2::VPC',
          Identifier: 'vpc-1',
          __AccountId: '1',
          __Region: 'r',
          Properties: {},
        },
        'arn:aws:ec2:r:1:vpc/vpc-1',
      ],
      [{ __Kind: 'AWS::EC2::EIP', Identifier: '1.2.3.4|eipalloc-1', Properties: {} }, null],
      [{ Properties: { Arn: 'no arn' } }, null],
    ];
    for (const [resource, arn] of cases) assert.is(await of('resource_arn', resource), arn);
  });

  test('finds tags in every form and place', async () => {
    const lists = [
      [{ Key: 'Name', Value: 'a' }, { Key: 'empty' }],
      [
        { key: 'Name', value: 'a' },
        { key: 'empty', value: null },
      ],
      [
        { TagKey: 'Name', TagValue: 'a' },
        { TagKey: 'empty', TagValue: '' },
      ],
      { Name: 'a', empty: '' },
    ];
    for (const tags of lists) {
      const places = [
        tags,
        { Properties: { Tags: tags } },
        { Properties: { HostedZoneTags: tags, Name: 'no' }, Tags: { Name: 'no' } },
        { __Kind: 'AWS::X::Y', TagList: tags, Name: 'no' },
        { Tags: tags },
        { id: '1', name: 'no', tags },
      ];
      for (const place of places) {
        assert.equal(await of('tags_object', place), { Name: 'a', empty: '' });
        assert.equal(await of('[tag("Name"), tag("empty"), tag("other"), tag(1)]', place), [
          'a',
          '',
          null,
          null,
        ]);
      }
    }
    for (const none of [
      null,
      7,
      'x',
      [],
      {},
      [1, null, {}],
      { Properties: {} },
      { Tags: null, Name: 'x' },
    ])
      assert.equal(await of('tags_object', none), {}, JSON.stringify(none));
  });

  test('opens the console where the resource is', async () => {
    const resource = {
      __Kind: 'AWS::EC2::Instance',
      Identifier: 'i-1',
      __AccountId: '111111111111',
      __Region: 'eu-west-1',
      __Partition: 'aws',
      Properties: {} as object,
    };
    const url = (changes: object) => of('console_url', { ...resource, ...changes });
    assert.is(
      await url({}),
      'https://eu-west-1.console.aws.amazon.com/ec2/home?region=eu-west-1#InstanceDetails:instanceId=i-1',
    );
    assert.is(
      await url({ __Partition: 'aws-cn', __Region: 'cn-north-1' }),
      'https://cn-north-1.console.amazonaws.cn/ec2/home?region=cn-north-1#InstanceDetails:instanceId=i-1',
    );
    assert.is(
      await url({ __Partition: 'aws-us-gov', __Region: 'us-gov-west-1' }),
      'https://console.amazonaws-us-gov.com/ec2/home?region=us-gov-west-1#InstanceDetails:instanceId=i-1',
    );
    assert.is(
      await url({ __Kind: 'AWS::IAM::Role', __Region: 'global', Identifier: 'a b' }),
      'https://console.aws.amazon.com/iam/home#/roles/details/a%20b',
    );
    assert.match(
      String(await url({ __Kind: 'AWS::Logs::LogGroup', Identifier: '/aws/x' })),
      /log-group\/\$252Faws\$252Fx$/,
    );
    assert.match(
      String(
        await url({
          __Kind: 'AWS::ACM::Certificate',
          Properties: null,
          CertificateArn: 'arn:aws:acm:r:1:certificate/c1',
        }),
      ),
      /#\/certificates\/c1$/,
    );
    // A page that wants what the resource does not tell, and a kind without a page of its own.
    const secret = { Arn: 'arn:aws:secretsmanager:eu-west-1:1:secret:s' };
    const view =
      'https://console.aws.amazon.com/go/view?arn=arn%3Aaws%3Asecretsmanager%3Aeu-west-1%3A1%3Asecret%3As';
    assert.is(await url({ __Kind: 'AWS::SecretsManager::Secret', Properties: secret }), view);
    assert.is(await url({ __Kind: 'AWS::X::Y', Properties: secret }), view);
    assert.is(await of('.Arn | console_url', secret), view);
    assert.is(await url({ __Kind: 'AWS::X::Y' }), null);
  });

  test('mends values', async () => {
    assert.equal(await of('map(blank_to_null)', ['', ' \n', 'a', 0, false, [], null]), [
      null,
      null,
      'a',
      0,
      false,
      [],
      null,
    ]);
    assert.equal(
      await of('map(json_or_null)', ['{"a":1}', 'false', '"x"', '', 'x', '1 2', { a: 1 }, null]),
      [{ a: 1 }, false, 'x', null, null, null, { a: 1 }, null],
    );
    const times: readonly (readonly [unknown, string | null])[] = [
      [0, '1970-01-01T00:00:00Z'],
      [1_700_000_000, '2023-11-14T22:13:20Z'],
      [1_700_000_000_123, '2023-11-14T22:13:20Z'],
      ['1700000000', '2023-11-14T22:13:20Z'],
      ['2023-01-02', '2023-01-02T00:00:00Z'],
      ['2023-01-02T03:04', '2023-01-02T03:04:00Z'],
      ['2023-01-02T03:04:05.678+0000', '2023-01-02T03:04:05.678Z'],
      ['2023-01-02 03:04:05-0530', '2023-01-02T03:04:05-05:30'],
      ['2023-01-02T03:04:05Z', '2023-01-02T03:04:05Z'],
      ['soon', null],
      [1e300, null],
      [null, null],
    ];
    assert.equal(
      await of(
        'map(iso_time)',
        times.map(([time]) => time),
      ),
      times.map(([, iso]) => iso),
    );
  });

  test('a mapping’s own function of the same name wins, in its own expression only', async () => {
    const spec = mapping({
      properties: {
        mine: 'def tag(x): "mine " + x; tag("a")',
        theirs: 'tag("a")',
        parameter: 'def f(tag): tag; f("given")',
        both: 'def arn_parse: "own"; [arn_parse, (.arn | arn_name)]',
      },
    });
    const line = JSON.stringify({ id: 'i', Tags: { a: '1' }, arn: 'arn:aws:iam::1:role/r' });
    const [outcome] = await jq.map(compileKind([spec]), [line]);
    if (!outcome?.ok) throw new Error(outcome?.message);
    assert.equal(outcome.faults, []);
    assert.equal(
      (JSON.parse(outcome.entities[0]?.json ?? '') as { properties: unknown }).properties,
      {
        mine: 'mine a',
        theirs: '1',
        parameter: 'given',
        both: ['own', 'r'],
      },
    );
  });

  test('is there when an expression is compiled alone, and leaves its places right', async () => {
    for (const call of Object.values(CALLS)) assert.is(await jq.check(call), undefined, call);
    assert.match(String(await jq.check('tag("a") | tag(1; 2)')), /tag\/2 is not defined/);
    assert.match(
      String(await jq.check('console_url\n| tags_object\n| nope')),
      /nope\/0 is not defined.*line 3/,
    );
  });

  test.run();
}

librarySuite('wasm engine', () => createWasmEngine({ workers: 1 }));
const native = await findNativeJq(process.env);
if (native) librarySuite('native engine', () => createNativeEngine(native));

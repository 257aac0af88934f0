import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { hashPipeline } from '../../src/config/hash-pipeline.js';
import { parsePipeline } from '../../src/config/load-pipeline.js';
import { VALID } from './pipelines.js';

const test = suite('config/hash-pipeline');

const AWS = `aws:
  organization: { units: { include: [a, b] } }
  accounts: { include: ["1*", "2*"] }
  regions: { allow: [eu-west-1, us-east-1] }
`;
const hash = (text: string, file = 'p.yaml') => hashPipeline(parsePipeline(text, file));
const base = hash(AWS + VALID);

test('is the same for the same mapping and scopes, however they are written', () => {
  const same: readonly string[] = [
    `# comment\n\n${AWS}${VALID}`,
    VALID + AWS,
    AWS.replace('[a, b]', '[b, a]').replace('"1*", "2*"', '"2*", "1*"') + VALID,
    AWS.replace('eu-west-1, us-east-1', 'us-east-1, eu-west-1') + VALID,
    AWS + VALID.replace("'true'", 'true').replace(`'"vm"'`, '"\\"vm\\""'),
    `resync: { every: 1h }\nport: { integration: x }\nentityDeletionThreshold: 0.1\n${AWS}${VALID}`,
    AWS.replace('organization: {', 'organization: { memberRoleName: Other, externalId: abc,') +
      VALID,
    `${AWS}  quotas: { listPerSecond: 1 }\n${VALID}`,
  ];
  for (const text of same) assert.is(hash(text), base, text);
  assert.is(hash(AWS + VALID, 'other.yaml'), base);
  assert.match(base, /^[0-9a-f]{64}$/);
});

test('differs for everything that decides mapping or scopes', () => {
  const others: readonly string[] = [
    VALID,
    AWS.replace('[a, b]', '[a]') + VALID,
    AWS.replace('units: { include', 'units: { exclude') + VALID,
    AWS.replace('"2*"', '"3*"') + VALID,
    AWS.replace('allow', 'deny') + VALID,
    AWS.replace('{ include: ["1*", "2*"] }', '["111111111111"]') + VALID,
    AWS + VALID.replace('EC2::Instance', 'EC2::Volume'),
    AWS + VALID.replace("'true'", "'false'"),
    AWS + VALID.replace("query: 'true'", "query: 'true'\n      useGetResourceAPI: true"),
    AWS +
      VALID.replace("query: 'true'", "query: 'true'\n      regionPolicy: { deny: [us-east-1] }"),
    AWS + VALID.replace('identifier: .Identifier', 'identifier: .x'),
    AWS + VALID.replace('title: .Identifier', 'icon: .Identifier'),
    AWS + VALID.replace('title: .Identifier', 'team: .Identifier'),
    AWS + VALID.replace('region: .__Region', 'region: .x'),
    AWS + VALID.replace('region: .__Region', 'region: 1'),
    AWS + VALID.replace('region: .__Region', "region: '1'"),
    AWS + VALID.replace('region: .__Region', 'region: [.__Region]'),
    AWS + VALID.replace('relations:', 'relations:\n            x: .y'),
    AWS + VALID.replace('port:', 'port:\n      itemsToParse: .x'),
    AWS + VALID.replace('port:', 'port:\n      itemsToParseName: x'),
    AWS + VALID.replace('port:', 'port:\n      itemsToParseTopLevelTransform: false'),
    AWS + VALID + VALID.replace('resources:\n', ''),
  ];
  const hashes = others.map((text) => hash(text));
  assert.is(new Set([base, ...hashes]).size, others.length + 1);
});

test.run();

import { awkwardText, policyText, tagList, tagMap, WORDS } from '../awkward.js';
import type { KindModel } from '../kind-model.js';

const role: KindModel = {
  kind: 'AWS::IAM::Role',
  placement: 'global',
  identifierProperties: ['RoleName'],
  bulkProperty: 'Policies',
  tagProperty: 'Tags',
  identifier: (id) => [`${WORDS[id.hash % 16] ?? ''}@role+${id.mark}`],
  body: (id, random, [name]) => ({
    Arn: `arn:${id.partition}:iam::${id.accountId}:role/service/${name ?? ''}`,
    RoleId: `AROA${random.hex(17).toUpperCase()}`,
    Path: '/service/',
    Description: awkwardText(random),
    MaxSessionDuration: 3600,
    AssumeRolePolicyDocument: policyText(random, '*'),
    ManagedPolicyArns: Array.from(
      { length: random.int(4) },
      () => `arn:${id.partition}:iam::aws:policy/${random.pick(WORDS)}`,
    ),
    PermissionsBoundary: random.oneIn(3) ? null : undefined,
    Tags: tagList(random),
  }),
};

const distribution: KindModel = {
  kind: 'AWS::CloudFront::Distribution',
  placement: 'global',
  identifierProperties: ['Id'],
  bulkProperty: 'CacheBehaviors',
  tagProperty: 'Tags',
  identifier: (id) => [`E${id.hash.toString(36).toUpperCase()}-${id.mark}`],
  body: (_id, random) => ({
    DomainName: `d${random.hex(13)}.cloudfront.net`,
    DistributionConfig: {
      Enabled: !random.oneIn(6),
      Comment: awkwardText(random),
      Aliases: Array.from({ length: random.int(3) }, () => `${random.pick(WORDS)}.example.com`),
      HttpVersion: 'http2and3',
      PriceClass: 'PriceClass_100',
      Origins: [
        { Id: 'origin', DomainName: 'origin.example.com', OriginPath: '', S3OriginConfig: null },
      ],
      DefaultCacheBehavior: {
        ViewerProtocolPolicy: 'redirect-to-https',
        Compress: true,
        MinTTL: 0.5,
      },
    },
    Tags: tagList(random),
  }),
};

const hostedZone: KindModel = {
  kind: 'AWS::Route53::HostedZone',
  placement: 'global',
  identifierProperties: ['Id'],
  bulkProperty: 'VPCs',
  tagProperty: 'HostedZoneTags',
  identifier: (id) => [`Z${id.hash.toString(36).toUpperCase()}-${id.mark}`],
  body: (_id, random) => ({
    Name: `${random.pick(WORDS)}.${random.pick(['example.com.', 'bücher.example.', 'xn--bcher-kva.example.'])}`,
    HostedZoneConfig: random.oneIn(3) ? undefined : { Comment: awkwardText(random) },
    NameServers: [`ns-${random.int(2048)}.awsdns-01.org`],
    HostedZoneTags: tagList(random),
  }),
};

/** Tags are an object here, not a list. */
const parameter: KindModel = {
  kind: 'AWS::SSM::Parameter',
  placement: 'regional',
  identifierProperties: ['Name'],
  bulkProperty: 'Policies',
  tagProperty: 'Tags',
  identifier: (id) => [`/prod/${WORDS[id.hash % 16] ?? ''}/key-${id.mark}`],
  body: (_id, random) => ({
    Type: random.pick(['String', 'StringList']),
    Value: random.oneIn(2)
      ? JSON.stringify({ text: awkwardText(random), at: random.date() })
      : 'a,b,,c',
    DataType: 'text',
    Tier: random.oneIn(3) ? undefined : 'Standard',
    Tags: tagMap(random),
  }),
};

const restApi: KindModel = {
  kind: 'AWS::ApiGateway::RestApi',
  placement: 'regional',
  identifierProperties: ['RestApiId'],
  bulkProperty: 'BinaryMediaTypes',
  tagProperty: 'Tags',
  identifier: (id) => [`a${id.mark}`],
  body: (_id, random) => ({
    Name: `${random.pick(WORDS)} api`,
    Description: random.oneIn(2) ? awkwardText(random) : undefined,
    RootResourceId: random.hex(10),
    EndpointConfiguration: { Types: ['REGIONAL'] },
    DisableExecuteApiEndpoint: false,
    Policy: random.oneIn(2) ? policyText(random, '*') : undefined,
    Tags: tagList(random),
  }),
};

export const managementKinds: readonly KindModel[] = [
  role,
  distribution,
  hostedZone,
  parameter,
  restApi,
];

import type { Blueprint } from '../../../src/sim/port/blueprints.js';

/** A resource as a mapping sees it. */
export interface Seen {
  readonly Identifier: string;
  // Properties have every shape; the oracle reads them as loosely as JQ does.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly Properties: any;
  readonly __Kind: string;
  readonly __AccountId: string;
  readonly __Region: string;
}

/** An entity that Port should hold. Null and missing values are the same. */
export interface Expected {
  readonly blueprint: string;
  readonly identifier: string;
  readonly title?: string | null;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly relations?: Readonly<Record<string, unknown>>;
}

/** One element of `resources`, as YAML and as plain JavaScript that does the same. */
export interface Fixture {
  readonly kind: string;
  readonly yaml: string;
  /** The oracle: what the mapping of one resource should yield. */
  readonly entities: (resource: Seen) => readonly Expected[];
}

/** Other values in the text of a fixture, and another oracle. */
export function variant(
  fixture: Fixture,
  replace: readonly (readonly [string, string])[],
  entities: Fixture['entities'] = fixture.entities,
): Fixture {
  const yaml = replace.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the fixture of ${fixture.kind} holds no ${from}`);
    return text.replaceAll(from, to);
  }, fixture.yaml);
  return { ...fixture, yaml, entities };
}

const string = { type: 'string' } as const;
const number = { type: 'number' } as const;
const boolean = { type: 'boolean' } as const;
const object = { type: 'object' } as const;
const array = { type: 'array' } as const;

function blueprint(
  identifier: string,
  properties: Blueprint['schema']['properties'],
  relations: Blueprint['relations'] = {},
): Blueprint {
  return { identifier, schema: { properties }, relations };
}

/** The blueprints of all fixtures. Targets come first. */
export const blueprints: readonly Blueprint[] = [
  blueprint('account', { email: string, status: string }),
  blueprint(
    'instance',
    {
      type: string,
      region: string,
      tags: object,
      groups: array,
      cores: number,
      optimized: boolean,
      ip: string,
    },
    { account: { target: 'account' } },
  ),
  blueprint(
    'volume',
    { size: number, region: string, note: string },
    { account: { target: 'account' } },
  ),
  blueprint(
    'archive',
    { size: number, region: string, note: string },
    { account: { target: 'account' } },
  ),
  blueprint(
    'bucket',
    { region: string, arn: string, versioned: boolean },
    { account: { target: 'account' } },
  ),
  blueprint(
    'role',
    { arn: string, region: string, policies: array },
    { account: { target: 'account' } },
  ),
  blueprint('table', { items: number, region: string, policy: string }),
  blueprint('group', { region: string, name: string }),
  blueprint('rule', { cidr: string, port: number, region: string }, { group: { target: 'group' } }),
  blueprint('api', { name: string, region: string }),
  blueprint('path', { part: string }, { api: { target: 'api' } }),
];

/** The organization's accounts; the one kind that is not in the organization's snapshot (see oracle.ts). */
export const accounts: Fixture = {
  kind: 'AWS::Organizations::Account',
  yaml: `
kind: AWS::Organizations::Account
selector: { query: 'true' }
port:
  entity:
    mappings:
      identifier: .Id
      title: .Name
      blueprint: '"account"'
      properties: { email: .Email, status: .Status }
`,
  entities: () => [],
};

export const instances: Fixture = {
  kind: 'AWS::EC2::Instance',
  yaml: `
kind: AWS::EC2::Instance
selector: { query: .Properties.InstanceType != "r5.2xlarge" }
port:
  entity:
    mappings:
      identifier: .Identifier
      title: first(.Properties.Tags[]? | select(.Key == "Name") | .Value) // .Identifier
      blueprint: '"instance"'
      properties:
        type: .Properties.InstanceType
        region: .__Region
        tags: '[.Properties.Tags[]? | { (.Key): .Value }] | add // {}'
        groups: .Properties.SecurityGroupIds
        cores: .Properties.CpuOptions.CoreCount
        optimized: .Properties.EbsOptimized
        ip: .Properties.PublicIp
      relations:
        account: .__AccountId
`,
  entities: ({ Identifier, Properties, __Region, __AccountId }) => {
    if (Properties.InstanceType === 'r5.2xlarge') return [];
    const tags: readonly { Key: string; Value: string }[] = Properties.Tags ?? [];
    return [
      {
        blueprint: 'instance',
        identifier: Identifier,
        title: tags.find(({ Key }) => Key === 'Name')?.Value ?? Identifier,
        properties: {
          type: Properties.InstanceType,
          region: __Region,
          tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])),
          groups: Properties.SecurityGroupIds,
          cores: Properties.CpuOptions?.CoreCount,
          optimized: Properties.EbsOptimized,
          ip: Properties.PublicIp,
        },
        relations: { account: __AccountId },
      },
    ];
  },
};

export const volumes: Fixture = {
  kind: 'AWS::EC2::Volume',
  yaml: `
kind: AWS::EC2::Volume
selector: { query: 'true' }
port:
  entity:
    mappings:
      identifier: .Identifier
      title: .Identifier
      blueprint: '"volume"'
      properties:
        size: .Properties.Size
        region: .__Region
        note: .Properties.Note
      relations:
        account: .__AccountId
`,
  entities: ({ Identifier, Properties, __Region, __AccountId }) => [
    {
      blueprint: 'volume',
      identifier: Identifier,
      title: Identifier,
      properties: { size: Properties.Size, region: __Region, note: Properties.Note },
      relations: { account: __AccountId },
    },
  ],
};

/** Account-wide listing, read from each bucket's region. */
export const buckets: Fixture = {
  kind: 'AWS::S3::Bucket',
  yaml: `
kind: AWS::S3::Bucket
selector: { query: 'true', useGetResourceAPI: true }
port:
  entity:
    mappings:
      identifier: .Identifier
      title: .Identifier
      blueprint: '"bucket"'
      properties:
        region: .__Region
        arn: .Properties.Arn
        versioned: .Properties.VersioningConfiguration.Status == "Enabled"
      relations:
        account: .__AccountId
`,
  entities: ({ Identifier, Properties, __Region, __AccountId }) => [
    {
      blueprint: 'bucket',
      identifier: Identifier,
      title: Identifier,
      properties: {
        region: __Region,
        arn: Properties.Arn,
        versioned: Properties.VersioningConfiguration?.Status === 'Enabled',
      },
      relations: { account: __AccountId },
    },
  ],
};

/** Account-wide; the same names occur in several accounts. */
export const roles: Fixture = {
  kind: 'AWS::IAM::Role',
  yaml: `
kind: AWS::IAM::Role
selector: { query: 'true' }
port:
  entity:
    mappings:
      identifier: '[.__AccountId, .Identifier] | join(":")'
      title: .Identifier
      blueprint: '"role"'
      properties:
        arn: .Properties.Arn
        region: .__Region
        policies: .Properties.ManagedPolicyArns // []
      relations:
        account: .__AccountId
`,
  entities: ({ Identifier, Properties, __Region, __AccountId }) => [
    {
      blueprint: 'role',
      identifier: `${__AccountId}:${Identifier}`,
      title: Identifier,
      properties: {
        arn: Properties.Arn,
        region: __Region,
        policies: Properties.ManagedPolicyArns ?? [],
      },
      relations: { account: __AccountId },
    },
  ],
};

/** Read one by one; tables of different regions have names of their own here. */
export const tables: Fixture = {
  kind: 'AWS::DynamoDB::Table',
  yaml: `
kind: AWS::DynamoDB::Table
selector: { query: 'true', useGetResourceAPI: true }
port:
  entity:
    mappings:
      identifier: '[.__AccountId, .__Region, .Identifier] | join("/")'
      title: .Identifier
      blueprint: '"table"'
      properties:
        items: .Properties.ItemCount
        region: .__Region
        policy: .Properties.ResourcePolicy.PolicyDocument
`,
  entities: ({ Identifier, Properties, __Region, __AccountId }) => [
    {
      blueprint: 'table',
      identifier: `${__AccountId}/${__Region}/${Identifier}`,
      title: Identifier,
      properties: {
        items: Properties.ItemCount,
        region: __Region,
        policy: Properties.ResourcePolicy?.PolicyDocument,
      },
    },
  ],
};

export const groups: Fixture = {
  kind: 'AWS::EC2::SecurityGroup',
  yaml: `
kind: AWS::EC2::SecurityGroup
selector: { query: 'true' }
port:
  entity:
    mappings:
      identifier: .Identifier
      title: .Properties.GroupName
      blueprint: '"group"'
      properties: { region: .__Region, name: .Properties.GroupName }
`,
  entities: ({ Identifier, Properties, __Region }) => [
    {
      blueprint: 'group',
      identifier: Identifier,
      title: Properties.GroupName,
      properties: { region: __Region, name: Properties.GroupName },
    },
  ],
};

/** An entity an item of an array: a second mapping of the kind of {@link groups}. */
export const rules: Fixture = {
  kind: 'AWS::EC2::SecurityGroup',
  yaml: `
kind: AWS::EC2::SecurityGroup
selector: { query: .item.CidrIp == "0.0.0.0/0" }
port:
  itemsToParse: .Properties.SecurityGroupIngress // []
  entity:
    mappings:
      identifier: .Identifier + ":" + (.item.FromPort | tostring)
      blueprint: '"rule"'
      properties: { cidr: .item.CidrIp, port: .item.FromPort, region: .__Region }
      relations: { group: .Identifier }
`,
  entities: ({ Identifier, Properties, __Region }) =>
    ((Properties.SecurityGroupIngress ?? []) as { CidrIp: string; FromPort: number }[])
      .filter(({ CidrIp }) => CidrIp === '0.0.0.0/0')
      .map(({ CidrIp, FromPort }) => ({
        blueprint: 'rule',
        identifier: `${Identifier}:${FromPort}`,
        properties: { cidr: CidrIp, port: FromPort, region: __Region },
        relations: { group: Identifier },
      })),
};

export const apis: Fixture = {
  kind: 'AWS::ApiGateway::RestApi',
  yaml: `
kind: AWS::ApiGateway::RestApi
selector: { query: 'true' }
port:
  entity:
    mappings:
      identifier: .Identifier
      title: .Properties.Name
      blueprint: '"api"'
      properties: { name: .Properties.Name, region: .__Region }
`,
  entities: ({ Identifier, Properties, __Region }) => [
    {
      blueprint: 'api',
      identifier: Identifier,
      title: Properties.Name,
      properties: { name: Properties.Name, region: __Region },
    },
  ],
};

/** Volumes whose own properties say how their mapping fares. */
export const fickle: Fixture = {
  kind: 'AWS::EC2::Volume',
  yaml: `
kind: AWS::EC2::Volume
selector:
  query: if .Properties.Broken then error("broken") elif .Properties.Odd then "yes" else (.Properties.Skip | not) end
port:
  entity:
    mappings:
      identifier: if .Properties.NoId then null elif .Properties.BadId then error("bad") else (.Properties.Slot // .Identifier) end
      title: .Identifier
      blueprint: if .Properties.Archived then "archive" elif .Properties.NoBlueprint then null else "volume" end
      properties:
        size: .Properties.Size
        region: .__Region
        note: if .Properties.Note == "boom" then error("boom") else .Properties.Note end
      relations:
        account: .__AccountId
`,
  entities: ({ Identifier, Properties, __Region, __AccountId }) =>
    Properties.Skip === true
      ? []
      : [
          {
            blueprint: Properties.Archived === true ? 'archive' : 'volume',
            identifier: Properties.Slot ?? Identifier,
            title: Identifier,
            properties: {
              size: Properties.Size,
              region: __Region,
              note: Properties.Note === 'boom' ? null : Properties.Note,
            },
            relations: { account: __AccountId },
          },
        ],
};

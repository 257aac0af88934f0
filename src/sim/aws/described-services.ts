import { randomUUID } from 'node:crypto';
import type { Organization } from '../organization/organization.js';
import { DescribedService, jsonDialect, queryInput, queryList } from './described.js';
import type { Described, Dialect } from './described.js';
import { parseJsonInput } from './json-protocol.js';
import type { Quota } from './quota.js';
import { Refusal } from './refusal.js';
import type { Answer, Service } from './service.js';
import { textOf } from './text.js';
import { element, escapeXml } from './xml.js';

/** Services that describe kinds of their own, by signing name. */
export function describedServices(
  organization: Organization,
  quota: Quota,
  pageSize: () => number,
): readonly (readonly [signingName: string, service: Service])[] {
  const shared = [organization, quota, pageSize] as const;
  return [
    [
      'elasticache',
      new DescribedService('elasticache', query('CacheCluster'), ELASTICACHE, ...shared),
    ],
    [
      'elasticloadbalancing',
      new DescribedService('elasticloadbalancing', query(), LOAD_BALANCING, ...shared),
    ],
    ['cloudformation', new DescribedService('cloudformation', query(), CLOUDFORMATION, ...shared)],
    ['acm', new DescribedService('acm', ACM_DIALECT, ACM, ...shared)],
    ['ecs', new DescribedService('ecs', ECS_DIALECT, ECS, ...shared)],
    ['ec2', new DescribedService('ec2', EC2_DIALECT, EC2, ...shared)],
    ['resource-groups', new DescribedService('resource-groups', GROUPS_DIALECT, GROUPS, ...shared)],
  ];
}

type Operations = ConstructorParameters<typeof DescribedService>[2];

function gone(code: string, status: number, what: string): (identifier: string) => Refusal {
  return (identifier) => new Refusal(code, status, what.replace('{}', identifier));
}

function one(value: unknown): readonly string[] | undefined {
  return typeof value === 'string' && value !== '' ? [value] : undefined;
}

const ELASTICACHE: Operations = {
  DescribeCacheClusters: {
    kind: 'AWS::ElastiCache::Cluster',
    api: 'list',
    token: ['Marker', 'Marker'],
    wanted: (input) => one(input['CacheClusterId']),
    answer: (items) => ({ CacheClusters: items }),
    missing: gone('CacheClusterNotFound', 404, 'CacheCluster {} not found.'),
  },
};

const LOAD_BALANCING: Operations = {
  DescribeLoadBalancers: {
    kind: 'AWS::ELBV2::LoadBalancer',
    api: 'list',
    token: ['Marker', 'NextMarker'],
    wanted: (input) => queryList(input, 'LoadBalancerArns.member'),
    answer: (items) => ({ LoadBalancers: items }),
    missing: gone('LoadBalancerNotFound', 400, "Load balancers '[{}]' not found"),
  },
};

const CLOUDFORMATION: Operations = {
  DescribeStacks: {
    kind: 'AWS::CloudFormation::Stack',
    api: 'list',
    token: ['NextToken', 'NextToken'],
    wanted: (input) => one(input['StackName']),
    answer: (items) => ({ Stacks: items }),
    missing: gone('ValidationError', 400, 'Stack with id {} does not exist'),
  },
};

const ACM: Operations = {
  ListCertificates: {
    kind: 'AWS::ACM::Certificate',
    api: 'list',
    token: ['NextToken', 'NextToken'],
    wanted: () => undefined,
    // JSON of AWS tells times in seconds.
    answer: (items) => ({
      CertificateSummaryList: items.map((item) => ({
        ...item,
        CreatedAt: Date.parse(textOf(item['CreatedAt'])) / 1000,
      })),
    }),
    missing: gone('ResourceNotFoundException', 400, 'Could not find certificate {}.'),
  },
};

const EC2: Operations = {
  DescribeImages: {
    kind: 'AWS::ImageBuilder::Image',
    api: 'list',
    token: ['NextToken', 'nextToken'],
    wanted: (input) => queryList(input, 'ImageId'),
    answer: (items) => ({ imagesSet: items.map(imageOf) }),
    missing: gone('InvalidAMIID.NotFound', 400, "The image id '[{}]' does not exist"),
  },
  DescribeInstanceStatus: {
    kind: 'AWS::EC2::Instance',
    api: 'read',
    wanted: (input) => queryList(input, 'InstanceId'),
    answer: (items) => ({
      instanceStatusSet: items.map(({ InstanceId }) => ({
        instanceId: InstanceId,
        instanceStatus: { status: 'ok' },
        systemStatus: { status: 'impaired' },
      })),
    }),
    missing: gone('InvalidInstanceID.NotFound', 400, "The instance ID '{}' does not exist"),
  },
};

const ECS: Operations = {
  ListTasks: {
    kind: 'AWS::ECS::Cluster',
    api: 'read',
    wanted: (input) => one(input['cluster']),
    // One task of each cluster waits.
    answer: ([cluster]) => ({
      taskArns: [textOf(cluster?.['Arn']).replace(':cluster/', ':task/') + '/pending'],
    }),
    missing: gone('ClusterNotFoundException', 400, 'Cluster not found.'),
  },
};

const GROUPS: Operations = {
  ListGroups: {
    kind: 'AWS::ResourceGroups::Group',
    api: 'list',
    token: ['NextToken', 'NextToken'],
    wanted: () => undefined,
    answer: (items) => ({
      GroupIdentifiers: items.map(({ Name, Arn }) => ({ GroupName: Name, GroupArn: Arn })),
    }),
    missing: gone('NotFoundException', 404, 'Cannot find group {}'),
  },
  GetGroup: {
    kind: 'AWS::ResourceGroups::Group',
    api: 'read',
    wanted: (input) => one(input['Group']),
    answer: ([group]) => ({
      Group: {
        GroupArn: group?.['Arn'],
        Name: group?.['Name'],
        Description: group?.['Description'],
      },
    }),
    missing: gone('NotFoundException', 404, 'Cannot find group {}'),
  },
  ListGroupResources: {
    kind: 'AWS::ResourceGroups::Group',
    api: 'read',
    wanted: (input) => one(input['Group']),
    answer: ([group]) => ({
      Resources: (group?.['Resources'] as readonly string[]).map((arn) => ({
        Identifier: { ResourceArn: arn, ResourceType: 'AWS::SQS::Queue' },
      })),
    }),
    missing: gone('NotFoundException', 404, 'Cannot find group {}'),
  },
};

const ACM_DIALECT = jsonDialect('application/x-amz-json-1.1', (request) =>
  String(request.headers['x-amz-target']).slice('CertificateManager.'.length),
);

const ECS_DIALECT = jsonDialect('application/x-amz-json-1.1', (request) =>
  String(request.headers['x-amz-target']).replace(/^.*\./, ''),
);

const GROUP_PATHS: Readonly<Record<string, string>> = {
  '/groups-list': 'ListGroups',
  '/get-group': 'GetGroup',
  '/list-group-resources': 'ListGroupResources',
};

const GROUPS_DIALECT: Dialect = {
  ...jsonDialect('application/json', (request) => {
    const [path = ''] = (request.url ?? '').split('?');
    return GROUP_PATHS[path] ?? path;
  }),
  // Some operations take their page token from the address.
  input: (body, request) => ({
    ...parseJsonInput(body),
    NextToken: new URL(request.url ?? '', 'http://localhost').searchParams.get('nextToken'),
  }),
};

/** The query protocol. `items` names the elements of the outermost list; others are called `member`. */
function query(items = 'member'): Dialect {
  const names: Readonly<Record<string, string>> = {
    CacheClusters: items,
    CacheNodes: 'CacheNode',
  };
  return {
    operation: (_, input) => textOf(input['Action']),
    input: queryInput,
    write: (operation, output) =>
      xml(
        200,
        `<${operation}Response><${operation}Result>${xmlOf(output, (name) => names[name] ?? 'member')}</${operation}Result><ResponseMetadata>${element('RequestId', randomUUID())}</ResponseMetadata></${operation}Response>`,
      ),
    refuse: ({ code, status, message }) =>
      xml(
        status,
        `<ErrorResponse><Error><Type>Sender</Type>${element('Code', code)}${element('Message', message)}</Error>${element('RequestId', randomUUID())}</ErrorResponse>`,
      ),
    throttled: 'Throttling',
    denied: 'AccessDenied',
  };
}

/** EC2's own protocol: lists of `item`, errors in a list, names that begin small. */
const EC2_DIALECT: Dialect = {
  operation: (_, input) => textOf(input['Action']),
  input: queryInput,
  write: (operation, output) =>
    xml(
      200,
      `<${operation}Response>${element('requestId', randomUUID())}${xmlOf(output, () => 'item')}</${operation}Response>`,
    ),
  refuse: ({ code, status, message }) =>
    xml(
      status,
      `<Response><Errors><Error>${element('Code', code)}${element('Message', message)}</Error></Errors>${element('RequestID', randomUUID())}</Response>`,
    ),
  throttled: 'RequestLimitExceeded',
  denied: 'UnauthorizedOperation',
};

/** The names by which EC2 sends what the SDK calls otherwise. */
function imageOf(image: Described): Described {
  const { ImageId, Name, State, OwnerId, CreationDate, Architecture, Public, Tags } = image;
  return {
    imageId: ImageId,
    name: Name,
    imageState: State,
    imageOwnerId: OwnerId,
    creationDate: CreationDate,
    architecture: Architecture,
    isPublic: Public,
    tagSet: (Tags as readonly { Key: string; Value: string }[]).map(({ Key, Value }) => ({
      key: Key,
      value: Value,
    })),
  };
}

function xmlOf(value: unknown, itemOf: (name: string) => string, name = ''): string {
  if (Array.isArray(value)) {
    const item = itemOf(name);
    return value.map((one) => `<${item}>${xmlOf(one, itemOf)}</${item}>`).join('');
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .map(([key, inner]) => `<${key}>${xmlOf(inner, itemOf, key)}</${key}>`)
      .join('');
  }
  return escapeXml(String(value));
}

function xml(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/xml' }, body };
}

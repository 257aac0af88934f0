import { awkwardText, tagList, WORDS } from '../awkward.js';
import type { Identity, KindModel } from '../kind-model.js';

/** `arn:aws:service:region:account:resource` of a resource that is being made. */
function arn(
  { partition, region, accountId }: Identity,
  service: string,
  resource: string,
): string {
  return `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
}

/** Everything before the last of the parts that `/` separates. */
function dropLast(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

const stage: KindModel = {
  kind: 'AWS::ApiGateway::Stage',
  placement: 'regional',
  identifierProperties: ['RestApiId', 'StageName'],
  parent: { kind: 'AWS::ApiGateway::RestApi', property: 'RestApiId' },
  bulkProperty: 'MethodSettings',
  tagProperty: 'Tags',
  identifier: (id) => [id.parent ?? '', `stage_${id.mark}`],
  body: (_id, random) => ({
    DeploymentId: random.hex(6),
    CacheClusterEnabled: random.oneIn(3),
    Description: random.oneIn(3) ? awkwardText(random) : undefined,
    Tags: tagList(random),
  }),
};

const eksCluster: KindModel = {
  kind: 'AWS::EKS::Cluster',
  placement: 'regional',
  identifierProperties: ['Name'],
  bulkProperty: 'EncryptionConfig',
  tagProperty: 'Tags',
  identifier: (id) => [`${WORDS[id.hash % 16] ?? ''}-${id.mark}`],
  body: (id, random, [name]) => ({
    Arn: arn(id, 'eks', `cluster/${name ?? ''}`),
    Version: random.pick(['1.31', '1.32', '1.33']),
    Tags: tagList(random),
  }),
};

/** Its identifier is the two names with a slash between them, not a bar. */
const nodegroup: KindModel = {
  kind: 'AWS::EKS::Nodegroup',
  placement: 'regional',
  identifierProperties: ['Id'],
  parent: { kind: 'AWS::EKS::Cluster', property: 'ClusterName', valueIn: dropLast },
  bulkProperty: 'Subnets',
  identifier: (id) => [`${id.parent ?? ''}/nodes-${id.mark}`],
  body: (_id, random, [name = '']) => ({
    ClusterName: dropLast(name),
    InstanceTypes: [random.pick(['m7g.large', 'c6i.4xlarge'])],
    ScalingConfig: { MinSize: 1, DesiredSize: 1 + random.int(9), MaxSize: 10 },
  }),
};

const addon: KindModel = {
  kind: 'AWS::EKS::Addon',
  placement: 'regional',
  identifierProperties: ['ClusterName', 'AddonName'],
  parent: { kind: 'AWS::EKS::Cluster', property: 'ClusterName' },
  bulkProperty: 'ConfigurationValues',
  identifier: (id) => [id.parent ?? '', `addon-${id.mark}`],
  body: (_id, random) => ({ AddonVersion: `v1.${random.int(30)}.0-eksbuild.1` }),
};

const loadBalancer: KindModel = {
  kind: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
  placement: 'regional',
  identifierProperties: ['LoadBalancerArn'],
  bulkProperty: 'LoadBalancerAttributes',
  tagProperty: 'Tags',
  identifier: (id) => [
    arn(id, 'elasticloadbalancing', `loadbalancer/app/${WORDS[id.hash % 16] ?? ''}/${id.mark}`),
  ],
  body: (_id, random) => ({
    Scheme: random.pick(['internal', 'internet-facing']),
    Type: 'application',
    Tags: tagList(random),
  }),
};

const listener: KindModel = {
  kind: 'AWS::ElasticLoadBalancingV2::Listener',
  placement: 'regional',
  identifierProperties: ['ListenerArn'],
  parent: {
    kind: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
    property: 'LoadBalancerArn',
    valueIn: (identifier) => dropLast(identifier).replace(':listener/', ':loadbalancer/'),
  },
  bulkProperty: 'Certificates',
  identifier: (id) => [`${(id.parent ?? '').replace(':loadbalancer/', ':listener/')}/${id.mark}`],
  body: (_id, random) => ({ Port: 1 + random.int(65_535), Protocol: 'HTTPS' }),
};

/** Two levels down: the parents of its listing have a parent themselves. */
const listenerRule: KindModel = {
  kind: 'AWS::ElasticLoadBalancingV2::ListenerRule',
  placement: 'regional',
  identifierProperties: ['RuleArn'],
  parent: {
    kind: 'AWS::ElasticLoadBalancingV2::Listener',
    property: 'ListenerArn',
    valueIn: (identifier) => dropLast(identifier).replace(':listener-rule/', ':listener/'),
  },
  bulkProperty: 'Conditions',
  identifier: (id) => [`${(id.parent ?? '').replace(':listener/', ':listener-rule/')}/${id.mark}`],
  body: (_id, random) => ({ Priority: 1 + random.int(50_000), IsDefault: false }),
};

const userPool: KindModel = {
  kind: 'AWS::Cognito::UserPool',
  placement: 'regional',
  identifierProperties: ['UserPoolId'],
  bulkProperty: 'Schema',
  identifier: (id) => [`${id.region}_${id.mark}`],
  body: (_id, random) => ({ UserPoolName: random.pick(WORDS), MfaConfiguration: 'OFF' }),
};

const userPoolClient: KindModel = {
  kind: 'AWS::Cognito::UserPoolClient',
  placement: 'regional',
  identifierProperties: ['UserPoolId', 'ClientId'],
  parent: { kind: 'AWS::Cognito::UserPool', property: 'UserPoolId' },
  bulkProperty: 'CallbackURLs',
  identifier: (id) => [id.parent ?? '', `client${id.mark}`],
  body: (_id, random) => ({ ClientName: `${random.pick(WORDS)} client` }),
};

const server: KindModel = {
  kind: 'AWS::Transfer::Server',
  placement: 'regional',
  identifierProperties: ['Arn'],
  bulkProperty: 'StructuredLogDestinations',
  identifier: (id) => [arn(id, 'transfer', `server/s-${id.mark}`)],
  body: (_id, random, [name = '']) => ({
    ServerId: name.split('/').at(-1),
    Domain: random.pick(['S3', 'EFS']),
  }),
};

/** Listed by an id that is no part of its parent's identifier, but one of its properties. */
const serverUser: KindModel = {
  kind: 'AWS::Transfer::User',
  placement: 'regional',
  identifierProperties: ['Arn'],
  parent: {
    kind: 'AWS::Transfer::Server',
    property: 'ServerId',
    valueIn: (identifier) => identifier.split('/').at(-2) ?? '',
    valueFor: (parent) => parent.split('/').at(-1) ?? '',
  },
  bulkProperty: 'SshPublicKeys',
  identifier: (id) => [
    arn(id, 'transfer', `user/${(id.parent ?? '').split('/').at(-1) ?? ''}/u-${id.mark}`),
  ],
  body: (_id, random) => ({ UserName: random.pick(WORDS), HomeDirectoryType: 'LOGICAL' }),
};

/** Parents and children of some services; an organization holds them only where they are asked for. */
export const familyKinds: readonly KindModel[] = [
  stage,
  eksCluster,
  nodegroup,
  addon,
  loadBalancer,
  listener,
  listenerRule,
  userPool,
  userPoolClient,
  server,
  serverUser,
];

import { at, either, mapped, only, partitionOf, tail } from './find.js';
import type { Find } from './find.js';
import { route } from './route.js';
import type { Route } from './route.js';

const ELB = 'elasticloadbalancing';
const ELB_TAGGED = at('RP.resourceArns[]');
/** Classic balancers are named in tag requests by name, the newer ones by ARN. */
const CLASSIC_TAGGED = at('RP.loadBalancerNames[]');

const LOAD_BALANCER =
  /^arn:[^:]+:elasticloadbalancing:[^:]+:\d+:loadbalancer\/(?:app|net|gwy)\/.*$/;
const TARGET_GROUP = /^arn:.*:targetgroup\/.*$/;
const LISTENER = /^arn:.*:listener\/.*$/;

/** Classic balancers share these events; they are named by their names alone. */
const newer =
  (find: Find): Find =>
  (event) =>
    at('RP.loadBalancerName', 'RP.loadBalancerNames[]')(event) === undefined ? find(event) : [];
const BALANCER_ARN = at('RE.loadBalancers[].loadBalancerArn', 'RP.loadBalancerArn');

/** Beginnings of the ARNs that balancers of a name can have: the rest of an ARN is an id that only listings tell. */
const byName =
  (find: Find): Find =>
  (event) =>
    find(event)?.flatMap((name) =>
      ['app', 'net', 'gwy'].map(
        (type) =>
          `arn:${partitionOf(event.region)}:elasticloadbalancing:${event.region}:${event.accountId}:loadbalancer/${type}/${name}/`,
      ),
    );

/** `/hostedzone/Z123`, or the id alone. */
const zone = (find: Find): Find => tail(find, /\//);

/** An API's id in the path of API Gateway's own resources: `/restapis/abc/stages`. */
const REST_API = at('RP.restApiId', 'RE.id');

/** Balancers, names, content delivery and APIs. */
export const EDGE_ROUTES: readonly Route[] = [
  route(
    'AWS::ElasticLoadBalancingV2::LoadBalancer',
    ELB,
    'CreateLoadBalancer SetSecurityGroups SetSubnets SetIpAddressType ModifyLoadBalancerAttributes CreateListener ModifyListener SetWebAcl',
    newer(only(BALANCER_ARN, LOAD_BALANCER)),
    { absent: 'DeleteLoadBalancer' },
  ),
  route(
    'AWS::ElasticLoadBalancingV2::LoadBalancer',
    ELB,
    'CreateLoadBalancer',
    (event) => (BALANCER_ARN(event) === undefined ? newer(byName(at('RP.name')))(event) : []),
    { gives: 'prefixes' },
  ),
  route(
    'AWS::ElasticLoadBalancingV2::LoadBalancer',
    ELB,
    'AddTags RemoveTags',
    only(ELB_TAGGED, LOAD_BALANCER),
  ),
  route(
    'AWS::ElasticLoadBalancingV2::TargetGroup',
    ELB,
    'CreateTargetGroup ModifyTargetGroup* RegisterTargets DeregisterTargets',
    only(at('RE.targetGroups[].targetGroupArn', 'RP.targetGroupArn'), TARGET_GROUP),
    { absent: 'DeleteTargetGroup' },
  ),
  route(
    'AWS::ElasticLoadBalancingV2::TargetGroup',
    ELB,
    'AddTags RemoveTags',
    only(ELB_TAGGED, TARGET_GROUP),
  ),
  route(
    'AWS::ElasticLoadBalancingV2::Listener',
    ELB,
    'CreateListener ModifyListener* AddListenerCertificates RemoveListenerCertificates',
    only(at('RE.listeners[].listenerArn', 'RP.listenerArn'), LISTENER),
    { absent: 'DeleteListener' },
  ),
  route(
    'AWS::ElasticLoadBalancingV2::Listener',
    ELB,
    'AddTags RemoveTags',
    only(ELB_TAGGED, LISTENER),
  ),
  route(
    'AWS::ElasticLoadBalancing::LoadBalancer',
    ELB,
    'CreateLoadBalancer ModifyLoadBalancerAttributes ConfigureHealthCheck RegisterInstancesWithLoadBalancer DeregisterInstancesFromLoadBalancer CreateLoadBalancerListeners DeleteLoadBalancerListeners ApplySecurityGroupsToLoadBalancer AttachLoadBalancerToSubnets DetachLoadBalancerFromSubnets EnableAvailabilityZonesForLoadBalancer DisableAvailabilityZonesForLoadBalancer SetLoadBalancer*',
    either(
      at('RP.loadBalancerName'),
      mapped(() => [], String),
    ),
    { absent: 'DeleteLoadBalancer' },
  ),
  route(
    'AWS::ElasticLoadBalancing::LoadBalancer',
    ELB,
    'AddTags RemoveTags',
    either(CLASSIC_TAGGED, () => []),
  ),
  route(
    'AWS::Route53::HostedZone',
    'route53',
    'CreateHostedZone ChangeResourceRecordSets UpdateHostedZoneComment AssociateVPCWithHostedZone DisassociateVPCFromHostedZone EnableHostedZoneDNSSEC DisableHostedZoneDNSSEC',
    zone(at('RE.hostedZone.id', 'RP.hostedZoneId', 'RP.id')),
    { absent: 'DeleteHostedZone' },
  ),
  route('AWS::Route53::HostedZone', 'route53', 'ChangeTagsForResource', (event) =>
    at('RP.resourceType')(event)?.[0] === 'hostedzone' ? zone(at('RP.resourceId'))(event) : [],
  ),
  route(
    'AWS::CloudFront::Distribution',
    'cloudfront',
    'CreateDistribution CreateDistributionWithTags UpdateDistribution AssociateAlias',
    at('RE.distribution.id', 'RP.id', 'RP.targetDistributionId'),
    { absent: 'DeleteDistribution' },
  ),
  route(
    'AWS::CloudFront::Distribution',
    'cloudfront',
    'TagResource UntagResource',
    only(at('RP.resource'), /:distribution\/(.+)$/),
  ),
  route(
    'AWS::ApiGateway::RestApi',
    'apigateway',
    'CreateRestApi ImportRestApi PutRestApi UpdateRestApi CreateResource DeleteResource UpdateResource PutMethod DeleteMethod UpdateMethod PutIntegration DeleteIntegration CreateDeployment DeleteDeployment',
    REST_API,
    { absent: 'DeleteRestApi' },
  ),
  route(
    'AWS::ApiGatewayV2::Api',
    'apigateway',
    'CreateApi ImportApi ReimportApi UpdateApi',
    at('RP.apiId', 'RE.apiId'),
    { absent: 'DeleteApi' },
  ),
];

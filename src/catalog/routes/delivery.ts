import type { Route, ServiceRoutes } from './route.js';

const ELB_ARN = 'arn:{partition}:elasticloadbalancing:{region}:{account}';
/** A classic load balancer is named in the request, one of the second version by its ARN. */
const CLASSIC = 'RP.loadBalancerName';

const V2: readonly Route[] = [
  {
    kind: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
    present:
      'CreateLoadBalancer ModifyLoadBalancerAttributes SetSecurityGroups SetSubnets SetIpAddressType ModifyCapacityReservation ModifyIpPools',
    absent: 'DeleteLoadBalancer',
    unless: CLASSIC,
    id: ['RE.loadBalancers[].loadBalancerArn', 'RP.loadBalancerArn'],
    named: [
      `${ELB_ARN}:loadbalancer/app/{RP.name}/`,
      `${ELB_ARN}:loadbalancer/net/{RP.name}/`,
      `${ELB_ARN}:loadbalancer/gwy/{RP.name}/`,
    ],
  },
  {
    kind: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
    present: 'AddTags RemoveTags',
    unless: 'RP.loadBalancerNames[]',
    id: 'RP.resourceArns[] ~ ^.*:loadbalancer/(?:app|net|gwy)/.*',
  },
  {
    kind: 'AWS::ElasticLoadBalancingV2::TargetGroup',
    present:
      'CreateTargetGroup ModifyTargetGroup ModifyTargetGroupAttributes RegisterTargets DeregisterTargets',
    absent: 'DeleteTargetGroup',
    id: ['RE.targetGroups[].targetGroupArn', 'RP.targetGroupArn'],
    named: `${ELB_ARN}:targetgroup/{RP.name}/`,
  },
  // It shows the load balancers that send to it.
  {
    kind: 'AWS::ElasticLoadBalancingV2::TargetGroup',
    present: 'CreateListener ModifyListener CreateRule ModifyRule',
    when: 'RP.defaultActions[].targetGroupArn',
    id: 'RP.defaultActions[].targetGroupArn',
  },
  {
    kind: 'AWS::ElasticLoadBalancingV2::TargetGroup',
    present: 'CreateRule ModifyRule',
    when: 'RP.actions[].targetGroupArn',
    id: 'RP.actions[].targetGroupArn',
  },
  {
    kind: 'AWS::ElasticLoadBalancingV2::TargetGroup',
    present: 'AddTags RemoveTags',
    unless: 'RP.loadBalancerNames[]',
    id: 'RP.resourceArns[] ~ ^.*:targetgroup/.*',
  },
  {
    kind: 'AWS::ElasticLoadBalancingV2::Listener',
    present:
      'CreateListener ModifyListener ModifyListenerAttributes AddListenerCertificates RemoveListenerCertificates',
    absent: 'DeleteListener',
    id: ['RE.listeners[].listenerArn', 'RP.listenerArn'],
  },
  // They go with it.
  {
    kind: 'AWS::ElasticLoadBalancingV2::Listener',
    absent: 'DeleteLoadBalancer',
    unless: CLASSIC,
    named: `${ELB_ARN}:listener/{RP.loadBalancerArn ~ :loadbalancer/(.+)$}/`,
  },
  {
    kind: 'AWS::ElasticLoadBalancingV2::Listener',
    present: 'AddTags RemoveTags',
    unless: 'RP.loadBalancerNames[]',
    id: 'RP.resourceArns[] ~ ^.*:listener/.*',
  },
  {
    kind: 'AWS::ElasticLoadBalancingV2::ListenerRule',
    present: 'CreateRule ModifyRule SetRulePriorities',
    absent: 'DeleteRule',
    id: ['RE.rules[].ruleArn', 'RP.ruleArn', 'RP.rulePriorities[].ruleArn'],
  },
  {
    kind: 'AWS::ElasticLoadBalancingV2::ListenerRule',
    absent: 'DeleteListener',
    named: `${ELB_ARN}:listener-rule/{RP.listenerArn ~ :listener/(.+)$}/`,
  },
  {
    kind: 'AWS::ElasticLoadBalancingV2::ListenerRule',
    present: 'AddTags RemoveTags',
    unless: 'RP.loadBalancerNames[]',
    id: 'RP.resourceArns[] ~ ^.*:listener-rule/.*',
  },
];

const V1: readonly Route[] = [
  {
    kind: 'AWS::ElasticLoadBalancing::LoadBalancer',
    present:
      'CreateLoadBalancer CreateLoadBalancerListeners DeleteLoadBalancerListeners CreateLoadBalancerPolicy DeleteLoadBalancerPolicy ApplySecurityGroupsToLoadBalancer AttachLoadBalancerToSubnets DetachLoadBalancerFromSubnets ConfigureHealthCheck EnableAvailabilityZonesForLoadBalancer DisableAvailabilityZonesForLoadBalancer ModifyLoadBalancerAttributes RegisterInstancesWithLoadBalancer DeregisterInstancesFromLoadBalancer SetLoadBalancer* CreateAppCookieStickinessPolicy CreateLBCookieStickinessPolicy',
    absent: 'DeleteLoadBalancer',
    unless: 'RP.loadBalancerArn',
    when: CLASSIC,
    id: CLASSIC,
  },
  {
    kind: 'AWS::ElasticLoadBalancing::LoadBalancer',
    present: 'AddTags RemoveTags',
    unless: 'RP.resourceArns[]',
    id: 'RP.loadBalancerNames[]',
  },
];

export const LOAD_BALANCING: ServiceRoutes = {
  source: 'elasticloadbalancing',
  routes: [...V2, ...V1],
};

/** Both versions of API Gateway tell under one source; the second names an `apiId`. */
export const API_GATEWAY: ServiceRoutes = {
  source: 'apigateway',
  routes: [
    {
      kind: 'AWS::ApiGateway::RestApi',
      present: 'CreateRestApi ImportRestApi UpdateRestApi PutRestApi',
      absent: 'DeleteRestApi',
      id: ['RP.restApiId', 'RE.id'],
    },
    {
      kind: 'AWS::ApiGateway::RestApi',
      present: 'TagResource UntagResource',
      id: 'RP.resourceArn ~ /restapis/([^/]+)$',
    },
    {
      kind: 'AWS::ApiGateway::Stage',
      present: 'CreateStage UpdateStage CreateDeployment',
      absent: 'DeleteStage',
      when: 'RP.restApiId',
      id: [
        '{RP.restApiId}|{RP.stageName}',
        '{RP.restApiId}|{RP.createStageInput.stageName}',
        '{RP.restApiId}|{RP.createDeploymentInput.stageName}',
        '{RP.restApiId}|{RE.stageName}',
      ],
    },
    {
      kind: 'AWS::ApiGateway::Stage',
      present: 'TagResource UntagResource',
      id: '{RP.resourceArn ~ /restapis/([^/]+)/stages/}|{RP.resourceArn ~ /restapis/[^/]+/stages/([^/]+)$}',
    },
    {
      kind: 'AWS::ApiGatewayV2::Api',
      present: 'CreateApi ImportApi UpdateApi ReimportApi DeleteCorsConfiguration',
      absent: 'DeleteApi',
      id: ['RP.apiId', 'RE.apiId'],
    },
    {
      kind: 'AWS::ApiGatewayV2::Api',
      present: 'TagResource UntagResource',
      id: 'RP.resourceArn ~ /apis/([^/]+)$',
    },
    {
      kind: 'AWS::ApiGatewayV2::Stage',
      present: 'CreateStage UpdateStage',
      absent: 'DeleteStage',
      when: 'RP.apiId',
      id: ['{RP.apiId}|{RP.stageName}', '{RP.apiId}|{RE.stageName}'],
    },
  ],
  quiet: 'Invoke TestInvokeMethod TestInvokeAuthorizer FlushStageCache FlushStageAuthorizersCache',
};

const ZONE = '([^/]+)$';

export const ROUTE53: ServiceRoutes = {
  source: 'route53',
  routes: [
    {
      kind: 'AWS::Route53::HostedZone',
      present:
        'CreateHostedZone UpdateHostedZoneComment UpdateHostedZoneFeatures ChangeResourceRecordSets AssociateVPCWithHostedZone DisassociateVPCFromHostedZone CreateQueryLoggingConfig EnableHostedZoneDNSSEC DisableHostedZoneDNSSEC',
      absent: 'DeleteHostedZone',
      id: [`RE.hostedZone.id ~ ${ZONE}`, `RP.hostedZoneId ~ ${ZONE}`, `RP.id ~ ${ZONE}`],
    },
    {
      kind: 'AWS::Route53::HostedZone',
      present: 'ChangeTagsForResource',
      when: 'RP.resourceType ~ ^hostedzone$',
      id: `RP.resourceId ~ ${ZONE}`,
    },
    {
      kind: 'AWS::Route53::HealthCheck',
      present: 'CreateHealthCheck UpdateHealthCheck',
      absent: 'DeleteHealthCheck',
      id: ['RE.healthCheck.id', 'RP.healthCheckId'],
    },
    {
      kind: 'AWS::Route53::HealthCheck',
      present: 'ChangeTagsForResource',
      when: 'RP.resourceType ~ ^healthcheck$',
      id: 'RP.resourceId',
    },
  ],
};

/** What an answer wraps in its own name. */
function wrapped(kind: string, noun: string, answer: string): Route {
  return {
    kind,
    present: `Create${noun} Update${noun}`,
    absent: `Delete${noun}`,
    id: [`RE.${answer}.id`, 'RP.id'],
  };
}

export const CLOUDFRONT: ServiceRoutes = {
  source: 'cloudfront',
  routes: [
    {
      kind: 'AWS::CloudFront::Distribution',
      present:
        'CreateDistribution CreateDistributionWithTags CopyDistribution UpdateDistribution UpdateDistributionWithStagingConfig',
      absent: 'DeleteDistribution',
      id: ['RE.distribution.id', 'RP.id'],
    },
    {
      kind: 'AWS::CloudFront::Distribution',
      present: 'AssociateAlias',
      id: 'RP.targetDistributionId',
    },
    {
      kind: 'AWS::CloudFront::Distribution',
      present: 'TagResource UntagResource',
      id: 'RP.resource ~ :distribution/(.+)$',
    },
    wrapped('AWS::CloudFront::CachePolicy', 'CachePolicy', 'cachePolicy'),
    wrapped('AWS::CloudFront::OriginAccessControl', 'OriginAccessControl', 'originAccessControl'),
    wrapped('AWS::CloudFront::OriginRequestPolicy', 'OriginRequestPolicy', 'originRequestPolicy'),
    wrapped(
      'AWS::CloudFront::ResponseHeadersPolicy',
      'ResponseHeadersPolicy',
      'responseHeadersPolicy',
    ),
    wrapped('AWS::CloudFront::KeyGroup', 'KeyGroup', 'keyGroup'),
    wrapped('AWS::CloudFront::PublicKey', 'PublicKey', 'publicKey'),
  ],
  quiet: 'CreateInvalidation CreateInvalidationForDistributionTenant TestFunction',
};

/** A summary names the list at its creation, the request afterwards. */
function wafRoute(kind: string, noun: string): Route {
  return {
    kind,
    present: `Create${noun} Update${noun}`,
    absent: `Delete${noun}`,
    id: ['{RP.name}|{RP.id}|{RP.scope}', '{RE.summary.name}|{RE.summary.id}|{RP.scope}'],
  };
}

export const WAF: ServiceRoutes = {
  source: 'wafv2',
  routes: [
    wafRoute('AWS::WAFv2::WebACL', 'WebACL'),
    wafRoute('AWS::WAFv2::IPSet', 'IPSet'),
    wafRoute('AWS::WAFv2::RuleGroup', 'RuleGroup'),
    wafRoute('AWS::WAFv2::RegexPatternSet', 'RegexPatternSet'),
  ],
};

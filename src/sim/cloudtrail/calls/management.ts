import type { ApiCall, CallWriter, Subject } from '../api-call.js';

const iam = (
  name: string,
  request: Record<string, unknown>,
  response: Record<string, unknown> | null = null,
): ApiCall => ({ service: 'iam', name, request, response });

const role: CallWriter = {
  create: ({ identifier: roleName, properties, accountId, partition }) => {
    const { Path = '/', RoleId, AssumeRolePolicyDocument } = properties;
    return iam(
      'CreateRole',
      { roleName, path: Path, assumeRolePolicyDocument: AssumeRolePolicyDocument },
      {
        role: {
          path: Path,
          roleName,
          roleId: RoleId,
          arn: `arn:${partition}:iam::${accountId}:role/service/${roleName}`,
          createDate: 'Jul 10, 2024 11:54:39 AM',
        },
      },
    );
  },
  update: ({ identifier: roleName, changed, properties }) => {
    if (changed.includes('AssumeRolePolicyDocument'))
      return iam('UpdateAssumeRolePolicy', {
        roleName,
        policyDocument: properties['AssumeRolePolicyDocument'],
      });
    if (changed.includes('ManagedPolicyArns'))
      return iam('AttachRolePolicy', {
        roleName,
        policyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
      });
    if (changed.includes('PermissionsBoundary'))
      return iam('DeleteRolePermissionsBoundary', { roleName });
    return iam('UpdateRole', { roleName, description: properties['Description'] });
  },
  delete: ({ identifier }) => iam('DeleteRole', { roleName: identifier }),
  tag: ({ identifier }, tags) => iam('TagRole', { roleName: identifier, tags }),
  untag: ({ identifier }, keys) => iam('UntagRole', { roleName: identifier, tagKeys: keys }),
};

const cloudfront = (
  name: string,
  request: Record<string, unknown>,
  response: Record<string, unknown> | null = null,
): ApiCall => ({ service: 'cloudfront', name, request, response, apiVersion: '2020_05_31' });

const distributionArn = ({ partition, accountId, identifier }: Subject) =>
  `arn:${partition}:cloudfront::${accountId}:distribution/${identifier}`;

const describeDistribution = (subject: Subject) => ({
  eTag: 'E2QWRUHAPOMQZL',
  distribution: {
    id: subject.identifier,
    aRN: distributionArn(subject),
    status: 'InProgress',
    domainName: subject.properties['DomainName'],
  },
});

const distribution: CallWriter = {
  create: (subject) =>
    cloudfront(
      'CreateDistribution',
      { distributionConfig: { callerReference: subject.random.hex(12), enabled: true } },
      {
        location: `https://cloudfront.amazonaws.com/2020-05-31/distribution/${subject.identifier}`,
        ...describeDistribution(subject),
      },
    ),
  update: (subject) =>
    cloudfront(
      'UpdateDistribution',
      { id: subject.identifier, ifMatch: 'E2QWRUHAPOMQZL', distributionConfig: { enabled: true } },
      describeDistribution(subject),
    ),
  delete: ({ identifier }) =>
    cloudfront('DeleteDistribution', { id: identifier, ifMatch: 'E2QWRUHAPOMQZL' }),
  tag: (subject, tags) =>
    cloudfront('TagResource', { resource: distributionArn(subject), tags: { items: tags } }),
  untag: (subject, keys) =>
    cloudfront('UntagResource', { resource: distributionArn(subject), tagKeys: { items: keys } }),
};

const route53 = (
  name: string,
  request: Record<string, unknown>,
  response: Record<string, unknown> | null,
): ApiCall => ({ service: 'route53', name, request, response, apiVersion: '2013-04-01' });

const change = ({ random }: Subject) => ({
  changeInfo: { id: `/change/C${random.hex(12).toUpperCase()}`, status: 'PENDING' },
});

/** Answers give a zone's id with a path before it, requests without. */
const hostedZone: CallWriter = {
  create: (subject) =>
    route53(
      'CreateHostedZone',
      { name: subject.properties['Name'], callerReference: subject.random.hex(12) },
      {
        location: `https://route53.amazonaws.com/2013-04-01/hostedzone/${subject.identifier}`,
        hostedZone: {
          id: `/hostedzone/${subject.identifier}`,
          name: subject.properties['Name'],
          resourceRecordSetCount: 2,
        },
        ...change(subject),
      },
    ),
  update: (subject) => {
    const { identifier, changed } = subject;
    if (!changed.includes('HostedZoneConfig'))
      return route53(
        'ChangeResourceRecordSets',
        { hostedZoneId: identifier, changeBatch: { changes: [] } },
        change(subject),
      );
    return route53(
      'UpdateHostedZoneComment',
      { id: identifier, comment: 'changed' },
      { hostedZone: { id: `/hostedzone/${identifier}` } },
    );
  },
  delete: (subject) => route53('DeleteHostedZone', { id: subject.identifier }, change(subject)),
  tag: ({ identifier }, tags) =>
    route53(
      'ChangeTagsForResource',
      { resourceType: 'hostedzone', resourceId: identifier, addTags: tags },
      null,
    ),
  untag: ({ identifier }, keys) =>
    route53(
      'ChangeTagsForResource',
      { resourceType: 'hostedzone', resourceId: identifier, removeTagKeys: keys },
      null,
    ),
};

const ssm = (
  name: string,
  request: Record<string, unknown>,
  response: Record<string, unknown> | null = null,
): ApiCall => ({ service: 'ssm', name, request, response });

const putParameter = ({ identifier, properties }: Subject, overwrite: boolean) =>
  ssm(
    'PutParameter',
    {
      name: identifier,
      type: properties['Type'],
      value: 'HIDDEN_DUE_TO_SECURITY_REASONS',
      overwrite,
    },
    { version: overwrite ? 2 : 1, tier: 'Standard' },
  );

const parameter: CallWriter = {
  create: (subject) => putParameter(subject, false),
  update: (subject) => putParameter(subject, true),
  delete: ({ identifier, random }) =>
    random.oneIn(3)
      ? ssm(
          'DeleteParameters',
          { names: [identifier] },
          { deletedParameters: [identifier], invalidParameters: [] },
        )
      : ssm('DeleteParameter', { name: identifier }),
  tag: ({ identifier }, tags) =>
    ssm('AddTagsToResource', { resourceType: 'Parameter', resourceId: identifier, tags }),
  untag: ({ identifier }, keys) =>
    ssm('RemoveTagsFromResource', {
      resourceType: 'Parameter',
      resourceId: identifier,
      tagKeys: keys,
    }),
};

const apigateway = (
  name: string,
  request: Record<string, unknown>,
  response: Record<string, unknown> | null = null,
): ApiCall => ({ service: 'apigateway', name, request, response });

/** An API's ARN names no account. */
const apiArn = ({ partition, region, identifier }: Subject) =>
  `arn:${partition}:apigateway:${region}::/restapis/${identifier}`;

const restApi: CallWriter = {
  create: ({ identifier, properties }) =>
    apigateway(
      'CreateRestApi',
      { createRestApiInput: { name: properties['Name'] } },
      { id: identifier, name: properties['Name'], apiKeySource: 'HEADER' },
    ),
  update: ({ identifier, properties }) =>
    apigateway(
      'UpdateRestApi',
      {
        restApiId: identifier,
        updateRestApiInput: { patchOperations: [{ op: 'replace', path: '/description' }] },
      },
      { id: identifier, name: properties['Name'] },
    ),
  delete: ({ identifier }) =>
    apigateway('DeleteRestApi', { restApiId: identifier, template: false }),
  tag: (subject, tags) =>
    apigateway('TagResource', {
      resourceArn: apiArn(subject),
      tagResourceInput: { tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])) },
      template: false,
    }),
  untag: (subject, keys) =>
    apigateway('UntagResource', { resourceArn: apiArn(subject), tagKeys: keys, template: false }),
};

const describeApiResource = ({ values, properties }: Subject) => ({
  id: values[1],
  parentId: properties['ParentId'],
  pathPart: properties['PathPart'],
  path: `/${String(properties['PathPart'])}`,
});

const apiResource: Omit<CallWriter, 'tag' | 'untag'> = {
  create: (subject) =>
    apigateway(
      'CreateResource',
      {
        restApiId: subject.values[0],
        parentId: subject.properties['ParentId'],
        createResourceInput: { pathPart: subject.properties['PathPart'] },
        template: false,
      },
      describeApiResource(subject),
    ),
  update: (subject) =>
    apigateway(
      'UpdateResource',
      {
        restApiId: subject.values[0],
        resourceId: subject.values[1],
        updateResourceInput: { patchOperations: [{ op: 'replace', path: '/pathPart' }] },
      },
      describeApiResource(subject),
    ),
  delete: ({ values }) =>
    apigateway('DeleteResource', { restApiId: values[0], resourceId: values[1], template: false }),
};

export const managementCalls: Readonly<Record<string, CallWriter>> = {
  'AWS::IAM::Role': role,
  'AWS::CloudFront::Distribution': distribution,
  'AWS::Route53::HostedZone': hostedZone,
  'AWS::SSM::Parameter': parameter,
  'AWS::ApiGateway::RestApi': restApi,
  // It has no tags.
  'AWS::ApiGateway::Resource': {
    ...apiResource,
    tag: apiResource.update,
    untag: apiResource.update,
  },
};

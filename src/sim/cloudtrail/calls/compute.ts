import { arnOf, tagObject, tailOf, type CallWriter, type Subject } from '../api-call.js';

const functionArn = (subject: Subject) =>
  arnOf(subject, 'lambda', `function:${subject.identifier}`);

function configuration(subject: Subject): Record<string, unknown> {
  const { Runtime, Role, Handler, MemorySize, Timeout } = subject.properties;
  return {
    functionName: subject.identifier,
    functionArn: functionArn(subject),
    runtime: Runtime,
    role: Role,
    handler: Handler,
    codeSize: 289,
    timeout: Timeout,
    memorySize: MemorySize,
    version: '$LATEST',
    state: 'Pending',
    packageType: 'Zip',
    environment: {},
  };
}

/** The API dates its names, and takes a function's ARN wherever it takes its name. */
const lambda: CallWriter = {
  create: (subject) => {
    const { Runtime, Role, Handler } = subject.properties;
    return {
      service: 'lambda',
      name: 'CreateFunction20150331',
      request: {
        functionName: subject.identifier,
        runtime: Runtime,
        role: Role,
        handler: Handler,
        code: { s3Bucket: 'artifacts', s3Key: 'index.zip' },
        publish: false,
        packageType: 'Zip',
        environment: {},
      },
      response: configuration(subject),
    };
  },
  update: (subject) => {
    const { random, identifier, changed } = subject;
    const functionName = random.oneIn(3) ? functionArn(subject) : identifier;
    if (changed.includes('ReservedConcurrentExecutions')) {
      const reserved = subject.properties['ReservedConcurrentExecutions'];
      return reserved === undefined
        ? {
            service: 'lambda',
            name: 'DeleteFunctionConcurrency20171031',
            request: { functionName },
            response: null,
          }
        : {
            service: 'lambda',
            name: 'PutFunctionConcurrency20171031',
            request: { functionName, reservedConcurrentExecutions: reserved },
            response: { reservedConcurrentExecutions: reserved },
          };
    }
    const ofCode = changed.includes('Architectures');
    return {
      service: 'lambda',
      name: ofCode ? 'UpdateFunctionCode20150331v2' : 'UpdateFunctionConfiguration20150331v2',
      request: { functionName, ...(ofCode && { publish: true, dryRun: false }) },
      response: configuration(subject),
    };
  },
  delete: ({ identifier }) => ({
    service: 'lambda',
    name: 'DeleteFunction20150331',
    request: { functionName: identifier },
    response: null,
  }),
  tag: (subject, tags) => ({
    service: 'lambda',
    name: 'TagResource20170331v2',
    request: { resource: functionArn(subject), tags: tagObject(tags) },
    response: null,
  }),
  untag: (subject, keys) => ({
    service: 'lambda',
    name: 'UntagResource20170331v2',
    request: { resource: functionArn(subject), tagKeys: keys },
    response: null,
  }),
};

const ecsTags = (arn: (subject: Subject) => string): Pick<CallWriter, 'tag' | 'untag'> => ({
  tag: (subject, tags) => ({
    service: 'ecs',
    name: 'TagResource',
    request: { resourceArn: arn(subject), tags },
    response: null,
  }),
  untag: (subject, keys) => ({
    service: 'ecs',
    name: 'UntagResource',
    request: { resourceArn: arn(subject), tagKeys: keys },
    response: null,
  }),
});

const clusterArn = (subject: Subject) => arnOf(subject, 'ecs', `cluster/${subject.identifier}`);

const describeCluster = (subject: Subject, status: string) => ({
  cluster: {
    clusterArn: clusterArn(subject),
    clusterName: subject.identifier,
    status,
    settings: [{ name: 'containerInsights', value: 'disabled' }],
    runningTasksCount: 0,
    tags: [],
  },
});

const cluster: CallWriter = {
  create: (subject) => ({
    service: 'ecs',
    name: 'CreateCluster',
    request: { clusterName: subject.identifier },
    response: describeCluster(subject, 'ACTIVE'),
  }),
  update: (subject) => {
    const byArn = subject.random.oneIn(2) ? clusterArn(subject) : subject.identifier;
    const ofProviders = subject.changed.includes('CapacityProviders');
    return {
      service: 'ecs',
      name: ofProviders ? 'PutClusterCapacityProviders' : 'UpdateCluster',
      request: {
        cluster: byArn,
        ...(ofProviders
          ? { capacityProviders: ['FARGATE'], defaultCapacityProviderStrategy: [] }
          : { settings: [{ name: 'containerInsights', value: 'enabled' }] }),
      },
      response: describeCluster(subject, 'ACTIVE'),
    };
  },
  delete: (subject) => ({
    service: 'ecs',
    name: 'DeleteCluster',
    request: { cluster: subject.identifier },
    response: describeCluster(subject, 'INACTIVE'),
  }),
  ...ecsTags(clusterArn),
};

const serviceArn = ({ values }: Subject) => values[0] ?? '';

/** Requests name a service and its cluster by name or ARN; only the answer holds both ARNs. */
function serviceCall(subject: Subject, name: string, request: Record<string, unknown>) {
  const [arn = '', ofCluster = ''] = subject.values;
  return {
    service: 'ecs',
    name,
    request: { cluster: subject.random.oneIn(2) ? ofCluster : tailOf(ofCluster, '/'), ...request },
    response: {
      service: {
        serviceArn: arn,
        serviceName: tailOf(arn, '/'),
        clusterArn: ofCluster,
        status: name === 'DeleteService' ? 'DRAINING' : 'ACTIVE',
        desiredCount: subject.properties['DesiredCount'] ?? 0,
        launchType: 'FARGATE',
      },
    },
  };
}

const service: CallWriter = {
  create: (subject) =>
    serviceCall(subject, 'CreateService', {
      serviceName: tailOf(serviceArn(subject), '/'),
      taskDefinition: 'app:7',
      desiredCount: subject.properties['DesiredCount'],
    }),
  update: (subject) =>
    serviceCall(subject, 'UpdateService', {
      service: tailOf(serviceArn(subject), '/'),
      desiredCount: subject.properties['DesiredCount'],
    }),
  delete: (subject) =>
    serviceCall(subject, 'DeleteService', { service: serviceArn(subject), force: true }),
  ...ecsTags(serviceArn),
};

export const computeCalls: Readonly<Record<string, CallWriter>> = {
  'AWS::Lambda::Function': lambda,
  'AWS::ECS::Cluster': cluster,
  'AWS::ECS::Service': service,
};

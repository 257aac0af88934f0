import { arn, at, joined, mapped, only, tail } from './find.js';
import type { Find } from './find.js';
import { route } from './route.js';
import type { Route } from './route.js';

/** `my-function`, `my-function:alias`, or an ARN of either. */
const functionName = (find: Find): Find =>
  mapped(
    find,
    (text) => /^arn:[^:]+:lambda:[^:]*:\d+:function:([^:]+)/.exec(text)?.[1] ?? text.split(':')[0]!,
  );

/** A stack's id, which is an ARN, or only its name. */
const STACK = at('RE.stackId', 'RP.stackId', 'RP.stackName');
const ECS_TAGGED = at('RP.resourceArn');
/** The cluster of a service's ARN in its long form: `…:service/CLUSTER/SERVICE`. */
const SERVICE_ARN = at('RE.service.serviceArn');
const CLUSTER_ARN = at('RE.service.clusterArn');

/** What runs code. */
export const COMPUTE_ROUTES: readonly Route[] = [
  route(
    'AWS::Lambda::Function',
    'lambda',
    'CreateFunction UpdateFunctionConfiguration UpdateFunctionCode PutFunctionConcurrency DeleteFunctionConcurrency PublishVersion PutFunctionEventInvokeConfig AddPermission RemovePermission PutRuntimeManagementConfig',
    functionName(at('RP.functionName', 'RE.functionName')),
    { absent: 'DeleteFunction' },
  ),
  route(
    'AWS::Lambda::Function',
    'lambda',
    'TagResource UntagResource',
    only(at('RP.resource'), /:function:([^:]+)/),
  ),
  route(
    'AWS::ECS::Cluster',
    'ecs',
    'CreateCluster UpdateCluster UpdateClusterSettings PutClusterCapacityProviders',
    tail(at('RE.cluster.clusterName', 'RP.clusterName', 'RP.cluster')),
    { absent: 'DeleteCluster' },
  ),
  route(
    'AWS::ECS::Cluster',
    'ecs',
    'TagResource UntagResource',
    only(ECS_TAGGED, /:cluster\/(.+)$/),
  ),
  route(
    'AWS::ECS::Service',
    'ecs',
    'CreateService UpdateService UpdateServicePrimaryTaskSet',
    joined(SERVICE_ARN, CLUSTER_ARN),
    { absent: 'DeleteService' },
  ),
  route(
    'AWS::ECS::TaskDefinition',
    'ecs',
    'RegisterTaskDefinition',
    at('RE.taskDefinition.taskDefinitionArn'),
    // A definition that was deregistered is still there, as inactive.
    { any: 'DeregisterTaskDefinition', absent: 'DeleteTaskDefinitions' },
  ),
  route(
    'AWS::ECS::TaskDefinition',
    'ecs',
    'TagResource UntagResource',
    only(ECS_TAGGED, /^.*:task-definition\/.*$/),
  ),
  route(
    'AWS::EKS::Cluster',
    'eks',
    'CreateCluster UpdateClusterConfig UpdateClusterVersion AssociateEncryptionConfig RegisterCluster',
    at('RP.name', 'RE.cluster.name'),
    { absent: 'DeleteCluster DeregisterCluster' },
  ),
  route(
    'AWS::EKS::Cluster',
    'eks',
    'TagResource UntagResource',
    only(at('RP.resourceArn'), /:cluster\/(.+)$/),
  ),
  route(
    'AWS::ECR::Repository',
    'ecr',
    'CreateRepository PutLifecyclePolicy DeleteLifecyclePolicy SetRepositoryPolicy DeleteRepositoryPolicy PutImageTagMutability PutImageScanningConfiguration',
    at('RP.repositoryName', 'RE.repository.repositoryName'),
    { absent: 'DeleteRepository' },
  ),
  route(
    'AWS::ECR::Repository',
    'ecr',
    'TagResource UntagResource',
    only(at('RP.resourceArn'), /:repository\/(.+)$/),
  ),
  route(
    'AWS::AutoScaling::AutoScalingGroup',
    'autoscaling',
    'CreateAutoScalingGroup UpdateAutoScalingGroup SetDesiredCapacity SuspendProcesses ResumeProcesses AttachInstances DetachInstances AttachLoadBalancer* DetachLoadBalancer* PutNotificationConfiguration EnableMetricsCollection',
    at('RP.autoScalingGroupName'),
    { absent: 'DeleteAutoScalingGroup' },
  ),
  route(
    'AWS::AutoScaling::AutoScalingGroup',
    'autoscaling',
    'CreateOrUpdateTags DeleteTags',
    at('RP.tags[].resourceId'),
  ),
  route(
    'AWS::StepFunctions::StateMachine',
    'states',
    'CreateStateMachine UpdateStateMachine TagResource UntagResource',
    at('RE.stateMachineArn', 'RP.stateMachineArn', 'RP.resourceArn'),
    { absent: 'DeleteStateMachine' },
  ),
  route(
    'AWS::CloudFormation::Stack',
    'cloudformation',
    'CreateStack UpdateStack ExecuteChangeSet SetStackPolicy UpdateTerminationProtection CancelUpdateStack ContinueUpdateRollback RollbackStack',
    only(STACK, /^arn:.*:stack\/.*/),
    { absent: 'DeleteStack' },
  ),
  route(
    'AWS::CloudFormation::Stack',
    'cloudformation',
    'UpdateStack SetStackPolicy UpdateTerminationProtection CancelUpdateStack ContinueUpdateRollback RollbackStack',
    arn('cloudformation', 'stack/{}/', only(STACK, /^[^:]+$/)),
    { absent: 'DeleteStack', gives: 'prefixes' },
  ),
  route(
    'AWS::CloudFormation::Stack',
    'aws.cloudformation',
    `'CloudFormation Stack Status Change'`,
    at('stack-id'),
  ),
];

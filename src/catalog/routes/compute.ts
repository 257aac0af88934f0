import type { ServiceRoutes } from './route.js';

/** A function may be named by its name, by an ARN or by a part of one, each with or without a version. */
const FUNCTION = [
  'RE.functionName ~ ^([^:]+)$',
  'RP.functionName ~ function:([^:]+)',
  'RP.functionName ~ ^([^:]+)(?::[^:]+)?$',
];

export const LAMBDA: ServiceRoutes = {
  source: 'lambda',
  routes: [
    {
      kind: 'AWS::Lambda::Function',
      present:
        'CreateFunction UpdateFunctionConfiguration UpdateFunctionCode PublishVersion PutFunctionConcurrency DeleteFunctionConcurrency PutFunctionCodeSigningConfig DeleteFunctionCodeSigningConfig PutRuntimeManagementConfig PutFunctionRecursionConfig PutFunctionScalingConfig AddPermission RemovePermission',
      absent: 'DeleteFunction',
      id: FUNCTION,
    },
    // Deletes a version of it alone.
    {
      kind: 'AWS::Lambda::Function',
      any: 'DeleteFunction',
      when: 'RP.qualifier',
      id: FUNCTION,
    },
    {
      kind: 'AWS::Lambda::Function',
      present: 'TagResource UntagResource',
      id: 'RP.resource ~ :function:([^:]+)',
    },
    {
      kind: 'AWS::Lambda::Alias',
      present: 'CreateAlias UpdateAlias',
      absent: 'DeleteAlias',
      id: [
        'RE.aliasArn',
        'arn:{partition}:lambda:{region}:{account}:function:{RP.functionName ~ ([^:]+)$}:{RP.name}',
      ],
    },
    {
      kind: 'AWS::Lambda::EventSourceMapping',
      present: 'CreateEventSourceMapping UpdateEventSourceMapping',
      absent: 'DeleteEventSourceMapping',
      id: ['RE.uUID', 'RP.uUID'],
    },
    {
      kind: 'AWS::Lambda::Permission',
      present: 'AddPermission',
      absent: 'RemovePermission',
      id: '{RP.functionName ~ ^([^:]+)$}|{RP.statementId}',
    },
    {
      kind: 'AWS::Lambda::LayerVersion',
      present: 'PublishLayerVersion',
      id: 'RE.layerVersionArn',
    },
    {
      kind: 'AWS::Lambda::LayerVersion',
      absent: 'DeleteLayerVersion',
      named: 'arn:{partition}:lambda:{region}:{account}:layer:{RP.layerName ~ ([^:]+)$}:',
    },
  ],
  quiet: 'Invoke InvokeAsync InvokeWithResponseStream',
};

export const ECS: ServiceRoutes = {
  source: 'ecs',
  routes: [
    {
      kind: 'AWS::ECS::Cluster',
      present: 'CreateCluster UpdateCluster UpdateClusterSettings PutClusterCapacityProviders',
      absent: 'DeleteCluster',
      id: [
        'RE.cluster.clusterName',
        'RP.clusterName',
        'RP.cluster ~ :cluster/(.+)$',
        'RP.cluster ~ ^[^:]+$',
      ],
    },
    {
      kind: 'AWS::ECS::Cluster',
      present: 'TagResource UntagResource',
      id: 'RP.resourceArn ~ :cluster/(.+)$',
    },
    {
      kind: 'AWS::ECS::ClusterCapacityProviderAssociations',
      present: 'PutClusterCapacityProviders',
      absent: 'DeleteCluster',
      id: ['RE.cluster.clusterName', 'RP.cluster ~ ([^/]+)$'],
    },
    {
      kind: 'AWS::ECS::Service',
      present:
        'CreateService UpdateService UpdateServicePrimaryTaskSet StopServiceDeployment RollbackServiceDeployment',
      absent: 'DeleteService',
      id: '{RE.service.serviceArn}|{RE.service.clusterArn}',
      named: [
        '{RE.service.serviceArn}|',
        '{RP.service ~ ^arn:.*}|',
        'arn:{partition}:ecs:{region}:{account}:service/{RP.cluster ~ ([^/]+)$}/{RP.service ~ ^[^:]+$}|',
        'arn:{partition}:ecs:{region}:{account}:service/{RP.cluster ~ ([^/]+)$}/{RP.serviceName}|',
      ],
    },
    {
      kind: 'AWS::ECS::Service',
      present: 'TagResource UntagResource',
      named: '{RP.resourceArn ~ ^.*:service/.*}|',
    },
    {
      kind: 'AWS::ECS::TaskDefinition',
      present: 'RegisterTaskDefinition',
      absent: 'DeregisterTaskDefinition DeleteTaskDefinitions',
      id: [
        'RE.taskDefinition.taskDefinitionArn',
        'RE.taskDefinitions[].taskDefinitionArn',
        'RP.taskDefinition ~ ^arn:.*',
        'arn:{partition}:ecs:{region}:{account}:task-definition/{RP.taskDefinition ~ ^[^:]+:\\d+$}',
      ],
    },
    {
      kind: 'AWS::ECS::TaskDefinition',
      present: 'TagResource UntagResource',
      id: 'RP.resourceArn ~ ^.*:task-definition/.*',
    },
    {
      kind: 'AWS::ECS::CapacityProvider',
      present: 'CreateCapacityProvider UpdateCapacityProvider',
      absent: 'DeleteCapacityProvider',
      id: ['RE.capacityProvider.name', 'RP.name', 'RP.capacityProvider ~ ([^/]+)$'],
    },
    {
      kind: 'AWS::ECS::CapacityProvider',
      present: 'TagResource UntagResource',
      id: 'RP.resourceArn ~ :capacity-provider/(.+)$',
    },
  ],
  quiet:
    'RunTask StartTask StopTask Submit* RegisterContainerInstance DeregisterContainerInstance UpdateContainerInstancesState UpdateContainerAgent PutAttributes DeleteAttributes ExecuteCommand PutAccountSetting* DeleteAccountSetting UpdateTaskProtection',
};

export const EKS: ServiceRoutes = {
  source: 'eks',
  routes: [
    {
      kind: 'AWS::EKS::Cluster',
      present:
        'CreateCluster UpdateClusterConfig UpdateClusterVersion AssociateEncryptionConfig RegisterCluster',
      absent: 'DeleteCluster DeregisterCluster',
      id: ['RP.name', 'RE.cluster.name', 'RE.cluster.clusterName', 'RP.clusterName'],
    },
    {
      kind: 'AWS::EKS::Cluster',
      present: 'TagResource UntagResource',
      id: 'RP.resourceArn ~ :cluster/([^/]+)$',
    },
    // The request names the cluster `name`, or `clusterName` where it is newer.
    {
      kind: 'AWS::EKS::Nodegroup',
      present: 'CreateNodegroup UpdateNodegroupConfig UpdateNodegroupVersion',
      absent: 'DeleteNodegroup',
      id: [
        '{RE.nodegroup.clusterName}/{RE.nodegroup.nodegroupName}',
        '{RP.name}/{RP.nodegroupName}',
        '{RP.clusterName}/{RP.nodegroupName}',
      ],
    },
    {
      kind: 'AWS::EKS::Nodegroup',
      present: 'TagResource UntagResource',
      id: 'RP.resourceArn ~ :nodegroup/([^/]+/[^/]+)/',
    },
    {
      kind: 'AWS::EKS::Addon',
      present: 'CreateAddon UpdateAddon',
      absent: 'DeleteAddon',
      id: [
        '{RE.addon.clusterName}|{RE.addon.addonName}',
        '{RP.name}|{RP.addonName}',
        '{RP.clusterName}|{RP.addonName}',
      ],
    },
    {
      kind: 'AWS::EKS::FargateProfile',
      present: 'CreateFargateProfile',
      absent: 'DeleteFargateProfile',
      id: [
        '{RE.fargateProfile.clusterName}|{RE.fargateProfile.fargateProfileName}',
        '{RP.name}|{RP.fargateProfileName}',
        '{RP.clusterName}|{RP.fargateProfileName}',
      ],
    },
  ],
};

export const ECR: ServiceRoutes = {
  source: 'ecr',
  routes: [
    {
      kind: 'AWS::ECR::Repository',
      present:
        'CreateRepository PutLifecyclePolicy DeleteLifecyclePolicy SetRepositoryPolicy DeleteRepositoryPolicy PutImageScanningConfiguration PutImageTagMutability',
      absent: 'DeleteRepository',
      id: ['RP.repositoryName', 'RE.repository.repositoryName'],
    },
    {
      kind: 'AWS::ECR::Repository',
      present: 'TagResource UntagResource',
      id: 'RP.resourceArn ~ :repository/(.+)$',
    },
  ],
  quiet:
    'PutImage BatchDeleteImage InitiateLayerUpload UploadLayerPart CompleteLayerUpload StartImageScan StartLifecyclePolicyPreview ReplicateImage PolicyExecutionEvent',
};

const GROUP = 'RP.autoScalingGroupName';

/** Application Auto Scaling tells its own under the same source; it names a `serviceNamespace`. */
export const AUTO_SCALING: ServiceRoutes = {
  source: 'autoscaling',
  routes: [
    {
      kind: 'AWS::AutoScaling::AutoScalingGroup',
      present:
        'CreateAutoScalingGroup UpdateAutoScalingGroup SetDesiredCapacity AttachInstances DetachInstances AttachLoadBalancers DetachLoadBalancers AttachLoadBalancerTargetGroups DetachLoadBalancerTargetGroups AttachTrafficSources DetachTrafficSources SuspendProcesses ResumeProcesses EnableMetricsCollection DisableMetricsCollection PutNotificationConfiguration DeleteNotificationConfiguration PutLifecycleHook DeleteLifecycleHook EnterStandby ExitStandby',
      absent: 'DeleteAutoScalingGroup',
      id: GROUP,
    },
    {
      kind: 'AWS::AutoScaling::AutoScalingGroup',
      present: 'CreateOrUpdateTags DeleteTags',
      id: 'RP.tags[].resourceId',
    },
    {
      kind: 'AWS::AutoScaling::AutoScalingGroup',
      present: 'TerminateInstanceInAutoScalingGroup',
      id: 'RE.activity.autoScalingGroupName',
    },
    {
      kind: 'AWS::AutoScaling::LaunchConfiguration',
      present: 'CreateLaunchConfiguration',
      absent: 'DeleteLaunchConfiguration',
      id: 'RP.launchConfigurationName',
    },
    {
      kind: 'AWS::AutoScaling::LifecycleHook',
      present: 'PutLifecycleHook',
      absent: 'DeleteLifecycleHook',
      id: `{${GROUP}}|{RP.lifecycleHookName}`,
    },
    {
      kind: 'AWS::AutoScaling::ScheduledAction',
      present: 'PutScheduledUpdateGroupAction',
      absent: 'DeleteScheduledAction',
      unless: 'RP.serviceNamespace',
      id: `{RP.scheduledActionName}|{${GROUP}}`,
    },
    {
      kind: 'AWS::AutoScaling::ScalingPolicy',
      present: 'PutScalingPolicy',
      absent: 'DeletePolicy',
      unless: 'RP.serviceNamespace',
      id: ['RE.policyARN', 'RP.policyName ~ ^arn:.*'],
    },
    {
      kind: 'AWS::AutoScaling::WarmPool',
      present: 'PutWarmPool',
      absent: 'DeleteWarmPool',
      id: GROUP,
    },
  ],
  quiet:
    'CompleteLifecycleAction RecordLifecycleActionHeartbeat ExecutePolicy SetInstanceHealth SetInstanceProtection StartInstanceRefresh CancelInstanceRefresh RollbackInstanceRefresh',
};

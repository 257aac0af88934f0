import type { ServiceRoutes } from './route.js';

const STACK = 'arn:{partition}:cloudformation:{region}:{account}:stack';

export const CLOUDFORMATION: ServiceRoutes = {
  source: 'cloudformation',
  routes: [
    {
      kind: 'AWS::CloudFormation::Stack',
      present:
        'CreateStack UpdateStack CreateChangeSet ExecuteChangeSet CancelUpdateStack ContinueUpdateRollback RollbackStack SetStackPolicy UpdateTerminationProtection',
      absent: 'DeleteStack',
      id: ['RE.stackId', 'RP.stackName ~ ^arn:.*'],
      named: `${STACK}/{RP.stackName ~ ^[^:]+$}/`,
    },
    {
      kind: 'AWS::CloudFormation::StackSet',
      present:
        'CreateStackSet UpdateStackSet CreateStackInstances DeleteStackInstances UpdateStackInstances',
      absent: 'DeleteStackSet',
      id: ['RE.stackSetId', 'RP.stackSetName ~ ^[^:]+:[^:]+$'],
      named: '{RP.stackSetName ~ ^[^:]+$}:',
    },
  ],
  quiet:
    'SignalResource DeleteChangeSet DetectStack* StopStackSetOperation RecordHandlerProgress StartResourceScan',
};

export const SSM: ServiceRoutes = {
  source: 'ssm',
  routes: [
    {
      kind: 'AWS::SSM::Parameter',
      present: 'PutParameter LabelParameterVersion UnlabelParameterVersion',
      absent: 'DeleteParameter',
      id: 'RP.name',
    },
    {
      kind: 'AWS::SSM::Parameter',
      absent: 'DeleteParameters',
      id: ['RE.deletedParameters[]', 'RP.names[]'],
    },
    {
      kind: 'AWS::SSM::Parameter',
      present: 'AddTagsToResource RemoveTagsFromResource',
      when: 'RP.resourceType ~ ^Parameter$',
      id: 'RP.resourceId',
    },
    {
      kind: 'AWS::SSM::Document',
      present: 'CreateDocument UpdateDocument UpdateDocumentDefaultVersion',
      absent: 'DeleteDocument',
      id: ['RP.name', 'RE.documentDescription.name'],
    },
    {
      kind: 'AWS::SSM::Document',
      present: 'AddTagsToResource RemoveTagsFromResource',
      when: 'RP.resourceType ~ ^Document$',
      id: 'RP.resourceId',
    },
    {
      kind: 'AWS::SSM::Association',
      present: 'CreateAssociation UpdateAssociation',
      absent: 'DeleteAssociation',
      id: ['RE.associationDescription.associationId', 'RP.associationId'],
    },
    {
      kind: 'AWS::SSM::MaintenanceWindow',
      present: 'CreateMaintenanceWindow UpdateMaintenanceWindow',
      absent: 'DeleteMaintenanceWindow',
      id: ['RE.windowId', 'RP.windowId'],
    },
    {
      kind: 'AWS::SSM::PatchBaseline',
      present: 'CreatePatchBaseline UpdatePatchBaseline',
      absent: 'DeletePatchBaseline',
      id: ['RE.baselineId', 'RP.baselineId'],
    },
  ],
  // Agents report every few minutes; commands and sessions are no resources.
  quiet:
    'UpdateInstanceInformation UpdateInstanceAssociationStatus UpdateManagedInstanceRole RegisterManagedInstance DeregisterManagedInstance PutInventory DeleteInventory PutComplianceItems PutConfigurePackageResult RequestManagedInstanceRoleToken SendCommand CancelCommand StartSession ResumeSession TerminateSession OpenDataChannel CreateDataChannel OpenControlChannel CreateControlChannel StartAutomationExecution StopAutomationExecution StartChangeRequestExecution SendAutomationSignal StartAssociationsOnce CreateActivation DeleteActivation ModifyDocumentPermission StartExecutionPreview StartAccessRequest',
};

export const LOGS: ServiceRoutes = {
  source: 'logs',
  routes: [
    {
      kind: 'AWS::Logs::LogGroup',
      present:
        'CreateLogGroup PutRetentionPolicy DeleteRetentionPolicy AssociateKmsKey DisassociateKmsKey TagLogGroup UntagLogGroup PutDataProtectionPolicy DeleteDataProtectionPolicy PutIndexPolicy DeleteIndexPolicy PutLogGroupDeletionProtection',
      absent: 'DeleteLogGroup',
      id: [
        'RP.logGroupName',
        'RP.logGroupIdentifier ~ :log-group:([^:]+)',
        'RP.logGroupIdentifier ~ ^[^:]+$',
        'RP.resourceIdentifier ~ :log-group:([^:]+)',
      ],
    },
    {
      kind: 'AWS::Logs::LogGroup',
      present: 'TagResource UntagResource',
      id: 'RP.resourceArn ~ :log-group:([^:]+)',
    },
    {
      kind: 'AWS::Logs::MetricFilter',
      present: 'PutMetricFilter',
      absent: 'DeleteMetricFilter',
      id: '{RP.logGroupName}|{RP.filterName}',
    },
    {
      kind: 'AWS::Logs::SubscriptionFilter',
      present: 'PutSubscriptionFilter',
      absent: 'DeleteSubscriptionFilter',
      id: '{RP.filterName}|{RP.logGroupName}',
    },
    {
      kind: 'AWS::Logs::LogStream',
      present: 'CreateLogStream',
      absent: 'DeleteLogStream',
      id: '{RP.logGroupName}|{RP.logStreamName}',
    },
  ],
  quiet: 'PutLogEvents StartQuery StopQuery StartLiveTail CreateExportTask CancelExportTask',
};

export const CLOUDWATCH: ServiceRoutes = {
  source: 'monitoring',
  routes: [
    {
      kind: 'AWS::CloudWatch::Alarm',
      present: 'PutMetricAlarm EnableAlarmActions DisableAlarmActions',
      absent: 'DeleteAlarms',
      id: ['RP.alarmName', 'RP.alarmNames[]'],
    },
    {
      kind: 'AWS::CloudWatch::Alarm',
      present: 'TagResource UntagResource',
      id: 'RP.resourceARN ~ :alarm:(.+)$',
    },
    // The same calls and ARNs are those of alarms: only the index knows which of them are composite.
    { kind: 'AWS::CloudWatch::CompositeAlarm', present: 'PutCompositeAlarm', id: 'RP.alarmName' },
    {
      kind: 'AWS::CloudWatch::CompositeAlarm',
      present: 'EnableAlarmActions DisableAlarmActions',
      absent: 'DeleteAlarms',
      named: 'RP.alarmNames[]',
    },
    {
      kind: 'AWS::CloudWatch::CompositeAlarm',
      present: 'TagResource UntagResource',
      named: 'RP.resourceARN ~ :alarm:(.+)$',
    },
    {
      kind: 'AWS::CloudWatch::Dashboard',
      present: 'PutDashboard',
      absent: 'DeleteDashboards',
      id: ['RP.dashboardName', 'RP.dashboardNames[]'],
    },
    {
      kind: 'AWS::CloudWatch::MetricStream',
      present: 'PutMetricStream',
      absent: 'DeleteMetricStream',
      id: 'RP.name',
    },
    {
      kind: 'AWS::CloudWatch::MetricStream',
      present: 'StartMetricStreams StopMetricStreams',
      id: 'RP.names[]',
    },
  ],
  quiet: 'PutMetricData SetAlarmState',
};

/** A trail may be named by its name or its ARN. */
const TRAIL = ['RE.name', 'RP.name ~ :trail/(.+)$', 'RP.name ~ ^[^:]+$'];

export const CLOUDTRAIL: ServiceRoutes = {
  source: 'cloudtrail',
  routes: [
    {
      kind: 'AWS::CloudTrail::Trail',
      present: 'CreateTrail UpdateTrail StartLogging StopLogging',
      absent: 'DeleteTrail',
      id: TRAIL,
    },
    {
      kind: 'AWS::CloudTrail::Trail',
      present: 'PutEventSelectors PutInsightSelectors',
      id: ['RE.trailARN ~ :trail/(.+)$', 'RP.trailName ~ :trail/(.+)$', 'RP.trailName ~ ^[^:]+$'],
    },
    {
      kind: 'AWS::CloudTrail::Trail',
      present: 'AddTags RemoveTags',
      id: 'RP.resourceId ~ :trail/(.+)$',
    },
  ],
  quiet: 'StartQuery CancelQuery StartImport StopImport GenerateQuery',
};

export const RESOURCE_GROUPS: ServiceRoutes = {
  source: 'resource-groups',
  routes: [
    {
      kind: 'AWS::ResourceGroups::Group',
      present:
        'CreateGroup UpdateGroup UpdateGroupQuery PutGroupConfiguration GroupResources UngroupResources',
      absent: 'DeleteGroup',
      id: [
        'RP.name',
        'RE.group.name',
        'RP.groupName',
        'RP.group ~ :group/([^/]+)',
        'RP.group ~ ^[^:]+$',
      ],
    },
    {
      kind: 'AWS::ResourceGroups::Group',
      present: 'Tag Untag',
      id: ['RP.arn ~ :group/([^/]+)', 'RE.arn ~ :group/([^/]+)'],
    },
  ],
};

/** Services without rows of their own, of which only this is known: what runs is no resource. */
export const JOBS: readonly ServiceRoutes[] = [
  {
    source: 'athena',
    routes: [],
    quiet: 'StartQueryExecution StopQueryExecution StartSession TerminateSession StartCalculation*',
  },
  { source: 'batch', routes: [], quiet: 'SubmitJob SubmitServiceJob TerminateJob CancelJob' },
  {
    source: 'codebuild',
    routes: [],
    quiet:
      'StartBuild* StopBuild* RetryBuild* BatchDeleteBuilds BatchPutTestCases CreateReport UpdateReport',
  },
  {
    source: 'codepipeline',
    routes: [],
    quiet:
      'StartPipelineExecution StopPipelineExecution RetryStageExecution PutJob* PutThirdPartyJob* PutActionRevision PutApprovalResult AcknowledgeJob AcknowledgeThirdPartyJob',
  },
  {
    source: 'glue',
    routes: [],
    quiet:
      'StartJobRun BatchStopJobRun StartCrawler StopCrawler ResetJobBookmark CreatePartition BatchCreatePartition UpdatePartition BatchUpdatePartition DeletePartition BatchDeletePartition UpdateColumnStatistics* StartDataQuality* RunStatement CreateSession DeleteSession StartWorkflowRun StopWorkflowRun',
  },
  {
    source: 'sagemaker',
    routes: [],
    quiet:
      'InvokeEndpoint* CreateTrainingJob StopTrainingJob CreateProcessingJob StopProcessingJob CreateTransformJob StopTransformJob BatchPutMetrics',
  },
  { source: 'bedrock', routes: [], quiet: 'InvokeModel* Converse* InvokeAgent* ApplyGuardrail' },
];

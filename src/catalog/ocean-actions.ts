/**
 * Actions of Ocean's hosted integration (`selector.includeActions`), by kind, and where their facts come
 * from here:
 *
 * - `read`: they are among what Cloud Control gives, which is then read of each resource
 * - `always`: they are there anyway
 * - `extra`: a call of the kind's own service tells them; they are put among the properties
 */
export type ActionFacts = 'read' | 'always' | 'extra';

const ACTIONS: Readonly<Record<string, Readonly<Record<string, ActionFacts>>>> = {
  'AWS::S3::Bucket': {
    ListBucketsAction: 'always',
    GetBucketLocationAction: 'always',
    GetBucketTaggingAction: 'read',
    GetBucketPublicAccessBlockAction: 'read',
    GetBucketOwnershipControlsAction: 'read',
    GetBucketEncryptionAction: 'read',
  },
  'AWS::EC2::Instance': {
    DescribeInstancesAction: 'always',
    GetInstanceStatusAction: 'extra',
  },
  'AWS::RDS::DBInstance': {
    DescribeDBInstancesAction: 'always',
    ListTagsForResourceAction: 'read',
  },
  'AWS::Lambda::Function': { ListFunctionsAction: 'always', ListTagsAction: 'read' },
  'AWS::SQS::Queue': {
    ListQueuesAction: 'always',
    GetQueueAttributesAction: 'read',
    ListQueueTagsAction: 'read',
  },
  'AWS::SNS::Topic': {
    ListTopicsAction: 'always',
    GetTopicAttributesAction: 'read',
    GetTopicTagsAction: 'read',
  },
  'AWS::ECR::Repository': {
    DescribeRepositoriesAction: 'always',
    GetRepositoryPolicyAction: 'read',
    GetLifecyclePolicyAction: 'read',
    ListTagsForResourceAction: 'read',
  },
  'AWS::DynamoDB::Table': {
    ListTablesAction: 'always',
    DescribeTableAction: 'read',
    ListTagsOfResourceAction: 'read',
  },
  'AWS::ECS::Cluster': {
    ECSClusterDetailsAction: 'always',
    GetClusterPendingTasksAction: 'extra',
  },
  'AWS::ECS::Service': { ListServicesAction: 'always', DescribeServicesAction: 'read' },
  'AWS::Organizations::Account': {
    ListAccountsAction: 'always',
    ListParentsAction: 'extra',
    ListTagsForResourceAction: 'extra',
  },
};

/** Where the facts of an action come from; undefined where the kind has no such action. */
export function actionFacts(kind: string, action: string): ActionFacts | undefined {
  const actions = ACTIONS[kind];
  return actions !== undefined && Object.hasOwn(actions, action) ? actions[action] : undefined;
}

/** The actions of a kind; none for kinds that have no such thing. */
export function actionsOf(kind: string): readonly string[] {
  return Object.keys(ACTIONS[kind] ?? {});
}

/**
 * Kinds whose listings hold little but the identifier, and that Ocean reads one by one whatever the
 * mapping says.
 */
export const READ_ALWAYS: readonly string[] = ['AWS::SQS::Queue'];

/**
 * States that a resource only passes through, by kind: where in its properties the state stands, and
 * what it is then. A read that shows one is followed by another. Only for types whose schema in the
 * CloudFormation registry has such a property (few do: clusters of EKS, tables of DynamoDB and NAT
 * gateways have none), and for kinds that a service of their own describes; the states are those of the services' API references.
 */
const STATES: Readonly<Record<string, readonly [path: string, states: RegExp]>> = {
  'AWS::CloudFormation::Stack': ['StackStatus', /_IN_PROGRESS$/],
  'AWS::EC2::Instance': ['State.Name', /^(?:pending|stopping|shutting-down)$/],
  // One that waits for somebody to accept it may wait for days.
  'AWS::EC2::TransitGatewayPeeringAttachment': [
    'State',
    /^(?:initiating|initiatingRequest|pending|modifying|rollingBack|rejecting|deleting|failing)$/,
  ],
  'AWS::ELBV2::LoadBalancer': ['State.Code', /^provisioning$/],
  'AWS::ElastiCache::Cluster': [
    'CacheClusterStatus',
    /^(?:creating|modifying|snapshotting|rebooting cluster nodes|deleting|restoring)$/,
  ],
  'AWS::ElastiCache::ServerlessCache': ['Status', /^(?:creating|modifying|deleting)$/i],
  'AWS::ImageBuilder::Image': ['State', /^(?:pending|transient)$/],
  'AWS::MemoryDB::Cluster': ['Status', /^(?:creating|updating|deleting|snapshotting)$/i],
  'AWS::RDS::DBInstance': [
    'DBInstanceStatus',
    /^(?:backing-up|configuring-.*|converting-to-vpc|creating|delete-precheck|deleting|maintenance|modifying|moving-to-vpc|rebooting|resetting-master-credentials|renaming|starting|stopping|storage-config-upgrade|storage-initialization|storage-optimization|upgrading)$/,
  ],
  'AWS::RedshiftServerless::Namespace': ['Namespace.Status', /^(?:MODIFYING|DELETING)$/],
  'AWS::RedshiftServerless::Workgroup': ['Workgroup.Status', /^(?:CREATING|MODIFYING|DELETING)$/],
};

/** Kinds of which a state can be told. */
export const TRANSITIONAL_KINDS: readonly string[] = Object.keys(STATES);

/** Whether a resource, as JQ is given it, is on its way from one state to another. */
export function isTransitional(kind: string, body: string): boolean {
  const known = STATES[kind];
  if (known === undefined) return false;
  const [path, states] = known;
  let value: unknown;
  try {
    const resource: unknown = JSON.parse(body);
    // What a service of its own describes has its fields beside each other.
    value = fieldOf(resource, 'Properties') ?? resource;
  } catch {
    // No JSON: nothing says that it is.
    return false;
  }
  for (const step of path.split('.')) value = fieldOf(value, step);
  return typeof value === 'string' && states.test(value);
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

/**
 * States that a resource only passes through, by kind: where in its properties the state stands, and
 * what it is then. A read that shows one is followed by another. From the types' schemas in the
 * CloudFormation registry and the services' API references.
 */
const STATES: Readonly<Record<string, readonly [path: string, states: RegExp]>> = {
  'AWS::EC2::Instance': ['State.Name', /^(?:pending|stopping|shutting-down)$/],
  'AWS::EC2::NatGateway': ['State', /^(?:pending|deleting)$/],
  'AWS::EC2::TransitGateway': ['State', /^(?:pending|modifying|deleting)$/],
  'AWS::EC2::Volume': ['State', /^(?:creating|deleting)$/],
  'AWS::EC2::VPCEndpoint': ['State', /^(?:pending|deleting)$/i],
  'AWS::RDS::DBInstance': [
    'DBInstanceStatus',
    /^(?:backing-up|configuring-.*|converting-to-vpc|creating|deleting|maintenance|modifying|moving-to-vpc|rebooting|renaming|resetting-master-credentials|starting|stopping|storage-.*|upgrading)$/,
  ],
  'AWS::RDS::DBCluster': [
    'Status',
    /^(?:backing-up|creating|deleting|failing-over|maintenance|migrating|modifying|promoting|renaming|resetting-master-credentials|starting|stopping|update-.*|upgrading)$/,
  ],
  'AWS::EKS::Cluster': ['Status', /^(?:CREATING|DELETING|UPDATING|PENDING)$/],
  'AWS::EKS::Nodegroup': ['Status', /^(?:CREATING|DELETING|UPDATING)$/],
  'AWS::Lambda::Function': ['State', /^Pending$/],
  'AWS::DynamoDB::Table': ['TableStatus', /^(?:CREATING|UPDATING|DELETING)$/],
  'AWS::ElastiCache::ReplicationGroup': [
    'Status',
    /^(?:creating|modifying|deleting|snapshotting)$/,
  ],
  'AWS::Redshift::Cluster': [
    'ClusterStatus',
    /^(?:creating|deleting|modifying|rebooting|renaming|resizing|rotating-keys|pausing|resuming|updating-hsm)$/,
  ],
  'AWS::CloudFormation::Stack': ['StackStatus', /_IN_PROGRESS$/],
  'AWS::MSK::Cluster': [
    'State',
    /^(?:CREATING|UPDATING|DELETING|HEALING|MAINTENANCE|REBOOTING_BROKER)$/,
  ],
  'AWS::CloudFront::Distribution': ['Status', /^InProgress$/],
};

/** Whether a resource, as JQ is given it, is on its way from one state to another. */
export function isTransitional(kind: string, body: string): boolean {
  const known = STATES[kind];
  if (known === undefined) return false;
  const [path, states] = known;
  try {
    let value: unknown = (JSON.parse(body) as { Properties?: unknown }).Properties;
    for (const step of path.split('.')) value = (value as Record<string, unknown>)[step];
    return typeof value === 'string' && states.test(value);
  } catch {
    // No JSON, or no such property: nothing says that it is.
    return false;
  }
}

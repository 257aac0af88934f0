import type { Random } from '../organization/random.js';
import type { ResourceChange } from '../organization/resource-change.js';
import { secondsOf, uuid } from './make-record.js';

/** An event of EventBridge. */
export interface BridgeEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** The notifications that EC2 itself sends about the states an instance goes through. */
export function stateChanges(
  { type, key, properties, changed }: ResourceChange,
  partition: string,
  at: number,
  random: Random,
): BridgeEvent[] {
  if (key.kind !== 'AWS::EC2::Instance') return [];
  const now = (properties['State'] as { Name?: string } | undefined)?.Name ?? 'running';
  const states =
    type === 'create'
      ? ['pending', 'running']
      : type === 'delete'
        ? ['shutting-down', 'terminated']
        : changed.includes('State')
          ? [now === 'stopped' ? 'stopping' : 'pending', now]
          : [];
  const { accountId, region, identifier } = key;
  return states.map((state) => ({
    version: '0',
    id: uuid(random),
    'detail-type': 'EC2 Instance State-change Notification',
    source: 'aws.ec2',
    account: accountId,
    time: secondsOf(at),
    region,
    resources: [`arn:${partition}:ec2:${region}:${accountId}:instance/${identifier}`],
    detail: { 'instance-id': identifier, state },
  }));
}

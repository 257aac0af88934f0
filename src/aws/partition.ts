/** AWS partitions: separate worlds of accounts and regions. */

/** Region that serves the global services of a partition, and where calls without a region go. */
const MAIN_REGIONS: Readonly<Record<string, string>> = {
  aws: 'us-east-1',
  'aws-us-gov': 'us-gov-west-1',
  'aws-cn': 'cn-north-1',
};

/** The main region of a partition. */
export function mainRegionOf(partition: string): string {
  return MAIN_REGIONS[partition] ?? 'us-east-1';
}

/** Parts of an ARN: `arn:partition:service:region:account:resource`. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly accountId: string;
  readonly resource: string;
}

/** Reads an ARN; undefined where it is none. */
export function parseArn(arn: string): Arn | undefined {
  const [head, partition, service, region, accountId, ...resource] = arn.split(':');
  if (head !== 'arn' || !partition || !service || region === undefined || accountId === undefined)
    return undefined;
  if (resource.length === 0) return undefined;
  return { partition, service, region, accountId, resource: resource.join(':') };
}

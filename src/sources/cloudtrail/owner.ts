import type { Elsewhere } from '../../model/change-target.js';

const NOBODY: Elsewhere = {};
/** `arn:partition:service:region:account:…`; a bucket's has neither region nor account. */
const ARN = /^arn:[^:]*:[^:]*:([^:]*):([^:]*):./;
/** `https://sqs.eu-west-1.amazonaws.com/111122223333/name` */
const QUEUE_URL = /^https?:\/\/[^/]+\/(\d{12})\/[^/]+$/;
const ACCOUNT = /^\d{12}$/;

/** Whose resource an identifier says that it is, as far as it says so; `aws` for what AWS owns itself. */
export function ownerOf(identifier: string): Elsewhere | 'aws' {
  if (identifier.startsWith('arn:')) {
    const arn = ARN.exec(identifier);
    if (arn === null) return NOBODY;
    const [, region = '', accountId = ''] = arn;
    if (accountId !== '' && !ACCOUNT.test(accountId)) return 'aws';
    return { ...(accountId !== '' && { accountId }), ...(region !== '' && { region }) };
  }
  if (!identifier.startsWith('http')) return NOBODY;
  const queue = QUEUE_URL.exec(identifier);
  return queue === null ? NOBODY : { accountId: queue[1]! };
}

/** From the AWS documentation on ARNs: regions of China and GovCloud have partitions of their own. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

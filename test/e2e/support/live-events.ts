import { randomUUID } from 'node:crypto';
import type { SimKey } from '../../../src/sim/organization/organization.js';
import type { LiveSim } from '../../../src/sim/sim.js';

/** An API call as CloudTrail would log it. */
export interface ToldCall {
  /** Such as `dynamodb`. */
  readonly service: string;
  readonly name: string;
  readonly request?: Readonly<Record<string, unknown>>;
  readonly response?: Readonly<Record<string, unknown>>;
}

/**
 * Tells the stream of a call that nobody made, as a rule of EventBridge would. The simulation that it is
 * put into should keep its own events to itself (see `SILENT`).
 */
export async function tell(
  { live }: LiveSim,
  { accountId, region }: Pick<SimKey, 'accountId' | 'region'>,
  { service, name, request, response }: ToldCall,
): Promise<void> {
  const time = `${new Date().toISOString().slice(0, 19)}Z`;
  const record = {
    eventVersion: '1.11',
    userIdentity: { type: 'AssumedRole', accountId, principalId: 'AROAEXAMPLE:tester' },
    eventTime: time,
    eventSource: `${service}.amazonaws.com`,
    eventName: name,
    awsRegion: region,
    sourceIPAddress: '192.0.2.1',
    userAgent: 'e2e',
    requestParameters: request ?? null,
    responseElements: response ?? null,
    requestID: randomUUID(),
    eventID: randomUUID(),
    readOnly: false,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: accountId,
    eventCategory: 'Management',
  };
  const envelope = {
    version: '0',
    id: randomUUID(),
    'detail-type': 'AWS API Call via CloudTrail',
    source: `aws.${service}`,
    account: accountId,
    time,
    region,
    resources: [],
    detail: record,
  };
  const data = Buffer.from(JSON.stringify(envelope));
  await live.put([{ data, partitionKey: randomUUID() }]);
}

/** Settings of a stream that hears only of what tests tell it: its own events come in an hour. */
export const SILENT = { delay: { min: 3_600_000, max: 3_600_000 } } as const;

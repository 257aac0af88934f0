import { openAws, type Aws, type AwsOptions } from '../../src/aws/aws.js';
import { BASE_ENVIRONMENT, withEnvironment } from './environment.js';

/** Counts of calls by operation, behind the meter. */
export interface Calls {
  readonly calls: Map<string, number>;
  readonly throttled: Map<string, number>;
}

export interface OpenedAws extends Aws {
  readonly metered: Calls;
  /** Waits that were asked for, in ms; none was really waited. */
  readonly waits: number[];
}

/** Opens AWS at an endpoint: real SDK clients, real quotas, waits that take no time. */
export async function openTestAws(
  env: Readonly<Record<string, string>>,
  options: Partial<AwsOptions> = {},
): Promise<OpenedAws> {
  withEnvironment({ ...BASE_ENVIRONMENT, ...env });
  const metered: Calls = { calls: new Map(), throttled: new Map() };
  const waits: number[] = [];
  const count = (map: Map<string, number>, name: string) => map.set(name, (map.get(name) ?? 0) + 1);
  const aws = await openAws({
    meter: {
      call: (_account, _region, operation) => count(metered.calls, operation),
      throttled: (_account, _region, operation) => count(metered.throttled, operation),
    },
    quotas: { listPerSecond: 1000, readPerSecond: 1000 },
    random: () => 0.5,
    wait: (ms, signal) => {
      waits.push(ms);
      signal?.throwIfAborted();
      return Promise.resolve();
    },
    ...options,
  });
  return Object.assign(aws, { metered, waits });
}
